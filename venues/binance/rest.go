package binance

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// request is a REST request.
type request struct {
	method, path string
	params       params
	weight       int64 // that Binance's documentation gives it
	signed       bool
	writes       bool // it may change something, so that what became of it is not known until the answer
	order        bool // it counts as an order
}

// String names the request in errors: without its parameters, which hold the signature.
func (r request) String() string { return r.method + " " + r.path }

// maxAnswer is more than the longest answer, an exchangeInfo of some 20 MB.
const maxAnswer = 256 << 20

// call sends a request once and returns the body of its answer. Every error is a *venues.Failure.
func (d *Driver) call(ctx context.Context, r request) ([]byte, error) {
	if r.signed {
		if err := d.timed(ctx); err != nil {
			return nil, d.before(r, err)
		}
	}
	if r.signed && r.path != restrictions {
		if err := d.vet(ctx); err != nil {
			return nil, d.before(r, err)
		}
	}
	now, _ := d.clock.now()
	if wait := d.limits.wait(now, r.weight, r.order); wait > 0 {
		return nil, &venues.Failure{Class: venues.RateLimited, Wait: wait, Orders: r.order && d.limits.wait(now, r.weight, false) == 0,
			Err: fmt.Errorf("%s: %s: not sent: the venue wants to be left alone for %s", d.name, r, wait.Round(time.Millisecond))}
	}
	var sent atomic.Bool
	// A connection in hand counts as sent: what was written to it nobody knows. The transport sends again by itself only
	// what was certainly not written, or what changes nothing.
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent.Store(true) }}
	h, err := d.prepare(httptrace.WithClientTrace(ctx, trace), r, now)
	if err != nil {
		return nil, err
	}
	answer, err := d.client.Do(h)
	if err != nil {
		return nil, d.unsent(ctx, r, sent.Load(), err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	d.limits.told(answer.Header, now)
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return nil, d.refused(r, answer.StatusCode, answer.Header, text)
	}
	if err != nil {
		return nil, d.unsent(ctx, r, true, err)
	}
	return text, nil
}

// before makes the error of a request that needed another first, which failed: this one was not sent.
func (d *Driver) before(r request, err error) error {
	class := venues.ClassOf(err)
	if class == venues.Ambiguous {
		class = venues.Retry
	}
	return &venues.Failure{Class: class, Wait: venues.WaitOf(err), Err: fmt.Errorf("%s: %s: not sent: %w", d.name, r, err)}
}

// prepare makes the HTTP request, signed if it must be. What is posted goes in the body, where no log of addresses
// finds it.
func (d *Driver) prepare(ctx context.Context, r request, now fund.Time) (*http.Request, error) {
	query := r.params.query()
	if r.signed {
		if d.sign == nil {
			return nil, &venues.Failure{Class: venues.Fatal, Err: fmt.Errorf("%s: %s: it needs a key, and there is none", d.name, r)}
		}
		all := append(r.params[:len(r.params):len(r.params)], param{"recvWindow", strconv.FormatInt(d.window.Milliseconds(), 10)}, param{"timestamp", millis(now)})
		query = all.query()
		query += "&" + params{{"signature", d.sign(query)}}.query()
	}
	address, body := d.rest+r.path, io.Reader(nil)
	if r.method == http.MethodPost {
		body = strings.NewReader(query)
	} else if query != "" {
		address += "?" + query
	}
	h, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return nil, d.unsent(ctx, r, false, err)
	}
	if body != nil {
		h.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if r.signed {
		h.Header.Set("X-MBX-APIKEY", d.key.ID())
	}
	return h, nil
}

// unread makes the error of an answer that says that it is a success and is not what it should be.
func (d *Driver) unread(r request, err error) error {
	return d.unsent(context.Background(), r, true, err)
}

// Now implements venues.Driver. It always asks.
func (d *Driver) Now(ctx context.Context) (fund.Time, error) {
	r := request{method: http.MethodGet, path: "/api/v3/time", weight: 1}
	asked := time.Now()
	text, err := d.call(ctx, r)
	if err != nil {
		return 0, err
	}
	o := readObject("time", text)
	now := o.time("serverTime")
	if o.err != nil {
		return 0, d.unread(r, o.err)
	}
	d.clock.set(now, asked, time.Now())
	now, _ = d.clock.now()
	return now, nil
}
