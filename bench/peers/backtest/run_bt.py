"""bt, with the rule as an algo of its own before bt's Rebalance. It fills at the close that it decides on, which is the next open here."""

import bt
import pandas

import job

prices = pandas.DataFrame(job.read("close"), columns=job.NAMES, index=pandas.date_range("2022-01-01 01:00", periods=len(job.read("close")), freq="h"))


class Drifted(bt.Algo):
    """Passes where a weight is a band away from its target, and counts."""

    def __init__(self):
        super().__init__()
        self.rebalances = 0

    def __call__(self, target):
        value, weight = target.value, 1 / job.ASSETS
        held = target.children
        due = len(held) < job.ASSETS or any(abs(held[n].value / value / weight - 1) > job.BAND for n in job.NAMES)
        self.rebalances += due
        return due


def run():
    strategy = bt.Strategy("busy", [Drifted(), bt.algos.SelectAll(), bt.algos.WeighEqually(), bt.algos.Rebalance()])
    cost = lambda quantity, price: abs(quantity) * price * (job.FEE + job.SPREAD / 2)
    result = bt.run(bt.Backtest(strategy, prices, initial_capital=job.CASH, commissions=cost, integer_positions=False, progress_bar=False))
    strategy = result.backtests["busy"].strategy  # a copy of the one above
    return strategy.value, strategy.stack.algos[0].rebalances


job.tell("bt " + bt.__version__, run, 3)
