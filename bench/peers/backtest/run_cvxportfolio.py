"""cvxportfolio, with the rule as a policy of its own in its market simulator. A trade is done at the price of the period's beginning."""

import cvxportfolio
import pandas

import job

closing = job.read("close")  # the first trade is at the first close, as everybody's; the last period earns nothing
index = pandas.date_range("2022-01-01 01:00", periods=len(closing), freq="h", tz="UTC")
prices = pandas.DataFrame(closing, columns=job.NAMES, index=index)
returns = prices.pct_change().shift(-1).fillna(0.0)
returns["cash"] = 0.0


class Drifted(cvxportfolio.policies.Policy):
    """Goes back to equal weights where one is a band away, and counts. It leaves the cost of the trade in cash."""

    rebalances = 0

    def values_in_time(self, current_weights, **others):
        target = pandas.Series(1 / job.ASSETS, current_weights.index)
        target["cash"] = 0.0
        drift = (current_weights.iloc[:-1] * job.ASSETS - 1).abs().max()
        if drift <= job.BAND:
            return current_weights
        self.rebalances += 1
        cost = (target - current_weights).iloc[:-1].abs().sum() * (job.FEE + job.SPREAD / 2)
        target *= 1 - cost
        target["cash"] = cost
        return target


def run():
    data = cvxportfolio.UserProvidedMarketData(returns=returns, prices=prices, cash_key="cash", min_history=pandas.Timedelta(0))
    simulator = cvxportfolio.MarketSimulator(
        market_data=data, costs=[cvxportfolio.TransactionCost(a=job.FEE + job.SPREAD / 2, b=None)], round_trades=False)
    policy = Drifted()
    result = simulator.backtest(policy, start_time=index[0], initial_value=job.CASH)
    return result.final_value, policy.rebalances


job.tell("cvxportfolio " + cvxportfolio.__version__, run, 2)
