"""NautilusTrader, with the rule as a strategy on bars and market orders, which fill at the close that it decides on: the next open here."""

from decimal import Decimal

import nautilus_trader
import pandas
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, CurrencyType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TraderId, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Currency, Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

import job

VENUE = Venue("VENUE")
DECIMALS = 8


def pair(name):
    cost = Decimal(str(job.FEE + job.SPREAD / 2))
    currency = Currency(name, DECIMALS, 0, name, CurrencyType.CRYPTO)
    Currency.register(currency, True)
    return CurrencyPair(
        instrument_id=InstrumentId(Symbol(name + "USDT"), VENUE), raw_symbol=Symbol(name + "USDT"), base_currency=currency, quote_currency=USDT,
        price_precision=DECIMALS, size_precision=DECIMALS, price_increment=Price(10**-DECIMALS, DECIMALS),
        size_increment=Quantity(10**-DECIMALS, DECIMALS), maker_fee=cost, taker_fee=cost, ts_event=0, ts_init=0)


def bars(kind, column):
    opens, highs, lows, closes, volumes = (job.read(k)[:, column] for k in ("open", "high", "low", "close", "volume"))
    hour, start = 3_600_000_000_000, pandas.Timestamp("2022-01-01", tz="UTC").value
    price = lambda x: Price(x, DECIMALS)
    return [Bar(kind, price(opens[r]), price(max(highs[r], opens[r], closes[r])), price(min(lows[r], opens[r], closes[r])), price(closes[r]),
                Quantity(volumes[r], DECIMALS), start + (r + 1) * hour, start + (r + 1) * hour) for r in range(len(opens))]


class Drifted(Strategy):
    """Goes back to equal weights where one is a band away: sales first, then purchases for what is left."""

    def __init__(self, pairs, kinds):
        super().__init__()
        self.pairs, self.kinds = pairs, kinds
        self.price, self.purchases, self.sales, self.rebalances = {}, [], 0, 0

    def on_start(self):
        for kind in self.kinds:
            self.subscribe_bars(kind)

    def on_bar(self, bar):
        self.price[bar.bar_type.instrument_id] = float(bar.close)
        if bar.bar_type == self.kinds[-1]:
            self.row()

    def free(self, currency):
        balance = self.portfolio.account(VENUE).balance_free(currency)
        return float(balance) if balance is not None else 0.0

    def row(self):
        held = [self.free(p.base_currency) * self.price[p.id] for p in self.pairs]
        value = sum(held) + self.free(USDT)
        target = value / job.ASSETS
        if max(abs(h / target - 1) for h in held) <= job.BAND:
            return
        self.rebalances += 1
        cost = job.FEE + job.SPREAD / 2
        paid = sum(abs(target - h) for h in held) * cost / value
        trades = [(p, target * (1 - paid) - h) for p, h in zip(self.pairs, held)]
        self.purchases = [x for x in trades if x[1] > 0]
        self.sales = sum(self.send(p, OrderSide.SELL, -x) for p, x in trades if x < 0)
        if self.sales == 0:
            self.buy()

    def on_order_filled(self, event):
        if event.order_side == OrderSide.SELL:
            self.sales -= 1
            if self.sales == 0:
                self.buy()

    def buy(self):
        cash, cost = self.free(USDT), job.FEE + job.SPREAD / 2
        for p, value in self.purchases:
            value = min(value, cash / (1 + cost))
            cash -= value * (1 + cost)
            self.send(p, OrderSide.BUY, value)

    def send(self, p, side, value):
        """Sends an order and returns how many it sent."""
        quantity = int(value / self.price[p.id] * 10**DECIMALS) / 10**DECIMALS
        if quantity <= 0:
            return 0
        self.submit_order(self.order_factory.market(p.id, side, p.make_qty(quantity)))
        return 1


def run():
    engine = BacktestEngine(BacktestEngineConfig(trader_id=TraderId("BUSY-001"), logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(VENUE, OmsType.NETTING, AccountType.CASH, [Money(job.CASH, USDT)])
    for p in PAIRS:
        engine.add_instrument(p)
    for series in BARS:
        engine.add_data(series)
    strategy = Drifted(PAIRS, KINDS)
    engine.add_strategy(strategy)
    engine.run()
    account = engine.portfolio.account(VENUE)
    total = lambda c: float(account.balance_total(c) or 0)
    nav = total(USDT) + sum(total(p.base_currency) * strategy.price[p.id] for p in PAIRS)
    engine.dispose()
    return nav, strategy.rebalances


PAIRS = [pair(n) for n in job.NAMES]
KINDS = [BarType.from_str(f"{p.id}-1-HOUR-LAST-EXTERNAL") for p in PAIRS]
BARS = [bars(k, i) for i, k in enumerate(KINDS)]
job.tell("NautilusTrader " + nautilus_trader.__version__, run, 2)
