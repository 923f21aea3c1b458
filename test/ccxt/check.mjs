// Trades at the venue at the address given as argument with ccxt, as a bot's author would, and asserts what the answers mean.
// Prices there go from 100 to 110 and 90 and back to 100 in every minute of BTC/USDT, and a minute lasts a second.
import assert from 'node:assert/strict';
import ccxt from 'ccxt';

const host = process.argv[2];
const venue = new ccxt.pro.binance({
  apiKey: 'test-key', secret: 'test-secret', options: { fetchMarkets: { types: ['spot'] } },
});
venue.urls.api.public = venue.urls.api.private = `http://${host}/api/v3`;
venue.urls.api.sapi = `http://${host}/sapi/v1`;
venue.urls.api.ws.spot = `ws://${host}/ws`;
venue.urls.api.ws['ws-api'].spot = `ws://${host}/ws-api/v3`;

await venue.loadHttpProxyAgent(); // ccxt opens plain ws:// addresses only then

const btc = 'BTC/USDT';
const near = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-8, `${what}: ${a}, want ${b}`);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const rejects = (promise, kind) => assert.rejects(promise, (e) => { assert.ok(e instanceof kind, `${e}`); return true; });

// until reads a stream on to a message that a condition takes.
async function until(read, take, what) {
  const end = Date.now() + 120_000;
  for (;;) {
    const message = await Promise.race([read(), sleep(end - Date.now()).then(() => undefined)]);
    assert.ok(message !== undefined && Date.now() < end, `${what} does not come`);
    const found = take(message);
    if (found) return found;
  }
}

const checks = {
  async markets() {
    const markets = await venue.loadMarkets();
    assert.deepEqual(Object.keys(markets).sort(), [btc, 'ETH/USDT']);
    const m = markets[btc];
    assert.ok(m.spot && m.active && m.type === 'spot' && m.id === 'BTCUSDT');
    assert.deepEqual([m.precision.price, m.precision.amount, m.limits.cost.min, m.limits.amount.min], [0.01, 0.001, 5, 0.001]);
    const fees = await venue.fetchTradingFee(btc);
    assert.deepEqual([fees.maker, fees.taker], [0.001, 0.001]);
  },

  async ticker() {
    const t = await venue.fetchTicker(btc);
    assert.ok(t.bid < t.ask && t.bid >= 89 && t.ask <= 111, `${t.bid} / ${t.ask}`);
    assert.deepEqual([t.high, t.low, t.open], [110, 90, 100]);
    const minutes = t.baseVolume / 123.456;
    assert.ok(minutes > 1438 && minutes < 1441, `${minutes} minutes in a day`);
    const all = await venue.fetchTickers();
    near(all['ETH/USDT'].high, 11, 'the other instrument');
    const best = (await venue.fetchBidsAsks([btc]))[btc];
    assert.ok(best.bid < best.ask);
  },

  async book() {
    const b = await venue.fetchOrderBook(btc, 10);
    assert.equal(b.bids.length, 10);
    assert.equal(b.asks.length, 10);
    assert.ok(b.bids[0][0] < b.asks[0][0]);
    for (let i = 1; i < 10; i++) {
      near(b.bids[i - 1][0] - b.bids[i][0], 0.01, 'ticks between bids');
      near(b.asks[i][0] - b.asks[i - 1][0], 0.01, 'ticks between asks');
    }
  },

  async bars() {
    const bars = await venue.fetchOHLCV(btc, '1m', undefined, 20);
    assert.equal(bars.length, 20);
    for (let i = 0; i < 19; i++) {
      assert.equal(bars[i + 1][0] - bars[i][0], 60_000);
      assert.deepEqual(bars[i].slice(1), [100, 110, 90, 100, 123.456]);
    }
    const since = bars[2][0];
    const page = await venue.fetchOHLCV(btc, '1m', since, 3);
    assert.deepEqual(page, bars.slice(2, 5));
    const [hour] = await venue.fetchOHLCV(btc, '1h', Math.floor(since / 3_600_000) * 3_600_000 - 7_200_000, 1);
    near(hour[5], 60 * 123.456, 'the volume of an hour');
    const trades = await venue.fetchTrades(btc, undefined, 50);
    assert.ok(trades.length === 50 && trades.every((t) => t.price >= 90 && t.price <= 110 && t.amount > 0));
  },

  async balance() {
    const b = await venue.fetchBalance();
    assert.deepEqual([b.USDT.free, b.USDT.used, b.BTC.total], [10000, 0, 0]);
  },

  async marketOrder() {
    const o = await venue.createOrder(btc, 'market', 'buy', 10);
    assert.deepEqual([o.status, o.filled, o.remaining], ['closed', 10, 0]);
    assert.ok(o.average >= 90 && o.average <= 110.02);
    near(o.cost, o.average * 10, 'cost');
    assert.deepEqual(o.fees.map((f) => [f.currency, f.cost]), [['BTC', 0.01]]);
    const b = await venue.fetchBalance();
    near(b.BTC.free, 9.99, 'what was bought less the fee');
    near(b.USDT.free, 10000 - o.cost, 'what is left');
  },

  async cancel() {
    const before = await venue.fetchBalance();
    const o = await venue.createOrder(btc, 'limit', 'buy', 2, 50, { clientOrderId: 'mine-1' });
    assert.deepEqual([o.status, o.filled, o.clientOrderId, o.price], ['open', 0, 'mine-1', 50]);
    const open = await venue.fetchOpenOrders(btc);
    assert.deepEqual(open.map((x) => [x.id, x.price, x.amount, x.side]), [[o.id, 50, 2, 'buy']]);
    const held = await venue.fetchBalance();
    near(held.USDT.used - before.USDT.used, 100, 'what the order locks');
    const gone = await venue.cancelOrder(o.id, btc);
    assert.equal(gone.status, 'canceled');
    assert.equal((await venue.fetchOrder(o.id, btc)).status, 'canceled');
    assert.deepEqual(await venue.fetchOpenOrders(btc), []);
    near((await venue.fetchBalance()).USDT.free, before.USDT.free, 'the money is free again');
    await venue.createOrder(btc, 'limit', 'buy', 1, 50);
    await venue.createOrder(btc, 'limit', 'buy', 1, 51, { timeInForce: 'PO' });
    assert.equal((await venue.cancelAllOrders(btc)).length, 2);
    assert.equal((await venue.fetchOrders(btc)).filter((x) => x.status === 'canceled').length, 3);
    const now = await venue.createOrder(btc, 'limit', 'buy', 1, 60, { timeInForce: 'IOC' });
    assert.equal((await venue.fetchOrder(now.id, btc)).status, 'expired');
  },

  async limitOrder() {
    const o = await venue.createOrder(btc, 'limit', 'sell', 5, 109.99);
    const filled = await until(() => sleep(50).then(() => venue.fetchOrder(o.id, btc)), (x) => x.status === 'closed' && x, 'the fill');
    assert.equal(filled.filled, 5);
    near(filled.cost, 549.95, 'a resting order fills at its limit');
  },

  async myTrades() {
    const trades = await venue.fetchMyTrades(btc);
    assert.equal(trades.length, 2);
    const [bought, sold] = trades;
    assert.deepEqual([bought.side, bought.takerOrMaker, bought.amount, bought.fee.currency], ['buy', 'taker', 10, 'BTC']);
    assert.deepEqual([sold.side, sold.takerOrMaker, sold.price, sold.fee.currency], ['sell', 'maker', 109.99, 'USDT']);
    const b = await venue.fetchBalance();
    near(b.USDT.total, 10000 - bought.cost + sold.cost - sold.fee.cost, 'cash agrees with the trades');
    near(b.BTC.total, bought.amount - bought.fee.cost - sold.amount, 'coins agree with the trades');
  },

  async refusals() {
    await rejects(venue.createOrder(btc, 'limit', 'sell', 1000, 120), ccxt.InsufficientFunds);
    await assert.rejects(venue.createOrder(btc, 'limit', 'buy', 0.05, 50), /-1013.*Filter failure: NOTIONAL/);
    await rejects(venue.createOrder(btc, 'limit', 'buy', 1, 200, { timeInForce: 'PO' }), ccxt.OrderImmediatelyFillable);
    await rejects(venue.cancelOrder('999999', btc), ccxt.OrderNotFound);
    await rejects(venue.fetchOrder('999999', btc), ccxt.OrderNotFound);
    const stranger = new ccxt.binance({ apiKey: 'test-key', secret: 'wrong' });
    stranger.urls.api.private = venue.urls.api.private;
    await rejects(stranger.privateGetAccount(), ccxt.AuthenticationError);
  },

  async watchTicker() {
    const t = await venue.watchTicker(btc);
    assert.deepEqual([t.symbol, t.high, t.low], [btc, 110, 90]);
    const best = await venue.watchBidsAsks([btc]);
    assert.ok(best[btc].bid < best[btc].ask);
  },

  async watchOrderBook() {
    for (let seen = 0, last = 0; seen < 5; seen++) {
      const b = await venue.watchOrderBook(btc);
      assert.ok(b.nonce >= last && b.bids[0][0] < b.asks[0][0] && b.bids.length === 20 && b.asks.length === 20, JSON.stringify(b));
      near(b.bids[0][0] - b.bids[19][0], 0.19, 'twenty ticks of bids');
      last = b.nonce;
    }
  },

  async watchTrades() {
    const trades = await venue.watchTrades(btc);
    assert.ok(trades.length > 0 && trades.every((t) => t.price >= 90 && t.price <= 110));
  },

  async watchOHLCV() {
    let first;
    await until(() => venue.watchOHLCV(btc, '1m'), (bars) => {
      const bar = bars[bars.length - 1];
      assert.ok(bar[1] === 100 && bar[2] <= 110 && bar[3] >= 90, `${bar}`);
      first ??= bar[0];
      return bar[0] >= first + 120_000;
    }, 'the bar after the next');
    const [start] = await venue.fetchOHLCV(btc, '1m', first + 60_000, 1);
    assert.deepEqual(start, [first + 60_000, 100, 110, 90, 100, 123.456]);
  },

  async watchOrders() {
    const states = [];
    const heard = until(() => venue.watchOrders(btc), (orders) => {
      states.push(...orders.map((o) => `${o.clientOrderId} ${o.status}`));
      return states.includes('watched closed') && states.includes('resting canceled');
    }, 'the end of both orders');
    const mine = until(() => venue.watchMyTrades(btc), (trades) => trades.find((t) => t.side === 'sell' && t.amount === 1), 'the trade');
    const money = until(() => venue.watchBalance(), (b) => b.BTC?.total < 4.99 - 0.5 && b, 'the balance');
    await sleep(300); // until they are subscribed
    const resting = await venue.createOrder(btc, 'limit', 'buy', 1, 50, { clientOrderId: 'resting' });
    await venue.createOrder(btc, 'market', 'sell', 1, undefined, { clientOrderId: 'watched' });
    await venue.cancelOrder(resting.id, btc);
    await heard;
    assert.ok(states.includes('resting open'), `${states}`);
    assert.equal((await mine).takerOrMaker, 'taker');
    near((await money).BTC.total, 3.99, 'the balance after the sale');
  },
};

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`${name}: as it should be`);
  } catch (e) {
    console.log(`${name}: ${e.stack}`);
    process.exitCode = 1;
  }
}
await venue.close();
process.exit();
