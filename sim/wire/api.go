package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/steelyard/steelyard/venues"
)

// session is what a connection of the WebSocket API remembers of its client.
type session struct {
	key        *Key // logged on, nil: not
	subscribed int  // account streams so far
}

// methods maps the WebSocket API's methods to the endpoints of REST that do the same.
func methods() map[string]string {
	return map[string]string{
		"ping": "GET /api/v3/ping", "time": "GET /api/v3/time", "exchangeInfo": "GET /api/v3/exchangeInfo", "depth": "GET /api/v3/depth",
		"trades.recent": "GET /api/v3/trades", "trades.aggregate": "GET /api/v3/aggTrades", "klines": "GET /api/v3/klines",
		"avgPrice": "GET /api/v3/avgPrice", "ticker.24hr": "GET /api/v3/ticker/24hr", "ticker.price": "GET /api/v3/ticker/price",
		"ticker.book": "GET /api/v3/ticker/bookTicker", "account.status": "GET /api/v3/account", "account.commission": "GET /api/v3/account/commission",
		"account.rateLimits.orders": "GET /api/v3/rateLimit/order", "order.place": "POST /api/v3/order", "order.test": "POST /api/v3/order/test",
		"order.status": "GET /api/v3/order", "order.cancel": "DELETE /api/v3/order", "openOrders.status": "GET /api/v3/openOrders",
		"openOrders.cancelAll": "DELETE /api/v3/openOrders", "allOrders": "GET /api/v3/allOrders", "myTrades": "GET /api/v3/myTrades",
	}
}

// question is a request of the WebSocket API.
type question struct {
	ID     json.RawMessage
	Method string
	Params map[string]string
}

// decodeQuestion reads a request. Numbers keep the text that they were written with, for they are signed as such.
func decodeQuestion(text []byte) (q question, err error) {
	var raw struct {
		ID     json.RawMessage            `json:"id"`
		Method string                     `json:"method"`
		Params map[string]json.RawMessage `json:"params"`
	}
	q.ID, q.Params = json.RawMessage("null"), map[string]string{}
	if err := json.Unmarshal(text, &raw); err != nil {
		return q, err
	}
	if len(raw.ID) > 0 {
		q.ID = raw.ID
	}
	q.Method = raw.Method
	for name, value := range raw.Params {
		if q.Params[name], err = plain(value); err != nil {
			return q, fmt.Errorf("%s: %w", name, err)
		}
	}
	return q, nil
}

// plain returns a value of JSON as a query would write it.
func plain(value json.RawMessage) (text string, err error) {
	value = bytes.TrimSpace(value)
	switch {
	case len(value) > 0 && value[0] == '"':
		err = json.Unmarshal(value, &text)
		return text, err
	case string(value) == "null":
		return "", nil
	}
	return string(value), nil
}

type reply struct {
	ID     json.RawMessage `json:"id"`
	Status int             `json:"status"`
	Result any             `json:"result,omitempty"`
	Error  *refusal        `json:"error,omitempty"`
	Limits []rateLimit     `json:"rateLimits"`
}

// converse answers the requests of the WebSocket API until the connection ends.
func (c *conn) converse() {
	for {
		_, text, err := c.ws.Read(c.ctx)
		if err != nil {
			return
		}
		c.hear(text)
	}
}

func (c *conn) hear(text []byte) {
	q, err := decodeQuestion(text)
	if err != nil {
		c.reply(q, nil, failed(-1000, "Invalid JSON: %v", err))
		return
	}
	name := methods()[q.Method]
	t := c.server.met(name)
	if !wait(c.ctx, t.delay) {
		return
	}
	if t.drop {
		c.queue(frame{last: true})
		return
	}
	answer, f := c.ask(q, name, t)
	switch {
	case t.lost:
		c.queue(frame{last: true})
	case t.status != 0:
		c.reply(q, nil, &failure{status: t.status, code: -1007, msg: "Timeout waiting for response from backend server. Send status unknown; execution status unknown."})
	default:
		c.reply(q, answer, f)
	}
}

func (c *conn) reply(q question, answer any, f *failure) {
	r := reply{ID: q.ID, Status: http.StatusOK, Result: answer, Limits: c.server.limits.list(true)}
	if f != nil {
		r.Status, r.Result, r.Error = f.status, nil, &refusal{f.code, f.msg}
	}
	c.answer(r)
}

// ask does what a request asks for, unless trouble prevents it.
func (c *conn) ask(q question, name string, t *trouble) (any, *failure) {
	s, p := c.server, &params{values: q.Params}
	switch {
	case t.limited != nil:
		return nil, t.limited
	case t.status != 0 && !t.done:
		return nil, nil
	}
	e, known := s.endpoints[name]
	if !known {
		if f := s.limits.charge(2, false); f != nil {
			return nil, f
		}
		return c.session(q, p)
	}
	if f := s.limits.charge(e.weight(p), e.order); f != nil {
		return nil, f
	}
	ask := &call{params: p, ctx: c.ctx}
	if e.signed {
		var f *failure
		if ask.key, f = c.who(p); f != nil {
			return nil, f
		}
	}
	return ask.run(e)
}

// who returns the key that a request is signed with, or that is logged on.
func (c *conn) who(p *params) (*Key, *failure) {
	if c.user.key != nil && !p.has("signature") {
		return c.user.key, c.server.inTime(p, p.time("timestamp", c.server.now()))
	}
	return c.server.authentic(p.values["apiKey"], p, sorted(p.values))
}

// session answers the methods that REST does not have.
func (c *conn) session(q question, p *params) (any, *failure) {
	switch q.Method {
	case "session.logon":
		key, f := c.server.authentic(p.values["apiKey"], p, sorted(p.values))
		if f == nil && key.Public == nil {
			f = failed(-4056, "HMAC_SHA256 API key is not supported.")
		}
		if f != nil {
			return nil, f
		}
		c.user.key = key
		return c.standing(), nil
	case "session.status":
		return c.standing(), nil
	case "session.logout":
		c.user.key = nil
		return c.standing(), nil
	case "userDataStream.subscribe", "userDataStream.subscribe.signature":
		if _, f := c.who(p); f != nil {
			return nil, f
		}
		return c.subscribe()
	}
	return nil, failed(-1000, "Unknown method: %s", q.Method)
}

func (c *conn) standing() map[string]any {
	var id any
	if c.user.key != nil {
		id = c.user.key.ID
	}
	now := millis(c.server.now())
	return map[string]any{"apiKey": id, "authorizedSince": now, "connectedSince": now, "returnRateLimits": true, "serverTime": now,
		"userDataStream": c.user.subscribed > 0}
}

// subscribe opens an account stream on the connection.
func (c *conn) subscribe() (any, *failure) {
	source, err := c.server.cfg.Venue.Account(c.ctx)
	if err != nil {
		return nil, failureOf(err)
	}
	id := c.user.subscribed
	c.user.subscribed++
	c.server.running.Go(func() {
		defer source.Close() // it was only read
		for {
			m, err := source.Next(c.ctx)
			if err != nil {
				c.cancel()
				return
			}
			c.tell(id, m)
		}
	})
	return map[string]int{"subscriptionId": id}, nil
}

// tell sends what happened to the account.
func (c *conn) tell(id int, m *venues.AccountMessage) {
	for _, event := range c.server.accountEvents(m) {
		text, err := json.Marshal(struct {
			ID    int `json:"subscriptionId"`
			Event any `json:"event"`
		}{id, event})
		if err == nil { // the server's own types can be written
			c.say(text, m.At)
		}
	}
}
