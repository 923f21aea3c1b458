"""vectorbt, which is told the rows to trade in: the rule depends on what is held, and from_orders takes its orders as arrays."""

import numpy
import pandas
import vectorbt

import job

close, opening = job.read("close"), job.read("open")
size = numpy.full(close.shape, numpy.nan)
fills = job.read("decided").astype(int) + 1  # decided at a close, filled at the next open
size[fills[fills < len(close)]] = 1 / job.ASSETS
frame = pandas.DataFrame(close, columns=job.NAMES)

def run():
    p = vectorbt.Portfolio.from_orders(
        frame, size=size, size_type="targetpercent", price=opening, fees=job.FEE, slippage=job.SPREAD / 2, init_cash=job.CASH,
        cash_sharing=True, group_by=True, call_seq="auto", freq="1h")
    return p.final_value(), 0

run()  # compiles
job.tell("vectorbt " + vectorbt.__version__ + " `from_orders`", run, 20)
