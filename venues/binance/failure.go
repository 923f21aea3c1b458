package binance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/venues"
)

// What the venue answers a request that it did not do: a code, a message, and in the WebSocket API until when it wants
// to be left alone.
type refusal struct {
	code    int
	message string
	until   int64 // milliseconds, 0: not said
}

// readRefusal reads an error's JSON; an answer that is none has code 0 and the beginning of its text.
func readRefusal(text []byte) refusal {
	o := readObject("error", text)
	r := refusal{code: int(o.integer("code")), message: o.text("msg")}
	if o.err != nil {
		return refusal{message: beginning(text)}
	}
	if o.has("data") {
		if d := o.object("data"); d.has("retryAfter") {
			r.until = max(0, d.integer("retryAfter"))
		}
	}
	return r
}

// beginning returns what a person needs to see of an answer that should have been JSON.
func beginning(text []byte) string {
	s := strings.Join(strings.Fields(string(text[:min(len(text), 400)])), " ")
	return strings.ToValidUTF8(s[:min(len(s), 200)], "")
}

// Codes with a meaning of their own; docs "Error codes for Binance".
const (
	codeTooManyRequests = -1003
	codeUnexpected      = -1006 // execution status unknown
	codeTimeout         = -1007 // execution status unknown
	codeTooManyOrders   = -1015
	codeClock           = -1021
	codeNoSuchOrder     = -2013
	codeArchived        = -2026 // the order ended without any fill more than 90 days ago
)

// classOf says what an answer of this HTTP status and code means. writes says that the request may have changed
// something at the venue.
func classOf(status, code int, writes bool) venues.Class {
	unknown := venues.Retry
	if writes {
		unknown = venues.Ambiguous
	}
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusTeapot, code == codeTooManyRequests, code == codeTooManyOrders, code == -1034:
		return venues.RateLimited
	case code == codeUnexpected, code == codeTimeout, status >= 500, status == http.StatusRequestTimeout, code == -1000, code == -1001, code == -1008, code == -1016:
		return unknown
	case code == codeClock:
		return venues.Retry
	case code == -1002, code == -1022, code == -2008, code == -2014, code == -2015, status == http.StatusUnauthorized, status == http.StatusUnavailableForLegalReasons:
		return venues.Fatal
	case status == http.StatusForbidden && code == 0: // the web application firewall
		return venues.RateLimited
	case code == 0: // not Binance's own words: a wrong address, a proxy
		return venues.Fatal
	}
	return venues.Refused
}

// hint says what a person may do about a code.
func hint(code int) string {
	switch code {
	case -1021:
		return ": this machine's clock and the venue's differ; the time is asked for again before the next request"
	case -1022:
		return ": the key's secret does not belong to its name"
	case -2014, -2008:
		return ": the key's name is no key of this venue"
	case -2015:
		return ": the key is unknown here, may not be used from this address, or may not do this"
	}
	return ""
}

// answered is an answer that is no success.
type answered struct {
	status int
	text   string
}

// Error implements error.
func (a *answered) Error() string { return a.text }

// refused makes the error of an answer that is no success.
func (d *Driver) refused(r request, status int, h http.Header, text []byte) error {
	answer := readRefusal([]byte(d.redact(string(text)))) // before it is cut, which might leave half a secret
	class := classOf(status, answer.code, r.writes)
	f := &venues.Failure{Class: class, Code: answer.code}
	var unnoted error
	switch {
	case class == venues.RateLimited:
		f.Wait = d.waitOf(status, h, answer)
		if f.Orders = answer.code == codeTooManyOrders; !f.Orders {
			d.limits.pause(f.Wait)
			unnoted = d.waits.Note(d.name, f.Wait)
		}
	case answer.code == codeClock:
		d.clock.forget()
	}
	said := answer.message
	if answer.code != 0 {
		said = fmt.Sprintf("%d %s", answer.code, answer.message)
	}
	f.Err = &answered{status, fmt.Sprintf("%s: %s: HTTP %d: %s%s", d.name, r, status, said, hint(answer.code))}
	if answer.code == codeNoSuchOrder || answer.code == codeArchived {
		f.Err = fmt.Errorf("%s: %s: %w", d.name, r, venues.ErrUnknown)
	}
	if unnoted != nil {
		f.Err = fmt.Errorf("%w; a restart will not know that it wants to be left alone: %w", f.Err, unnoted)
	}
	return f
}

// waitOf returns how long a venue that refuses for its limits wants to be left alone.
func (d *Driver) waitOf(status int, h http.Header, answer refusal) time.Duration {
	if s, err := strconv.ParseUint(h.Get("Retry-After"), 10, 31); err == nil {
		return time.Duration(s) * time.Second
	}
	now, _ := d.clock.now()
	if until, ok := timeOf(answer.until); ok && until > now {
		return until.Sub(now)
	}
	if _, text, ok := strings.Cut(answer.message, "banned until "); ok {
		n, _ := strconv.ParseInt(text[:len(text)-len(strings.TrimLeft(text, "0123456789"))], 10, 64)
		if until, ok := timeOf(n); ok && until > now {
			return until.Sub(now)
		}
	}
	switch {
	case answer.code == codeTooManyOrders:
		return max(d.limits.wait(now, 0, true), 10*time.Second)
	case status == http.StatusTeapot:
		return 2 * time.Minute // the shortest ban
	}
	return time.Minute
}

// unsent makes the error of a request whose answer did not come whole. sent says whether it may have reached the venue.
func (d *Driver) unsent(ctx context.Context, r request, sent bool, err error) error {
	class := venues.Retry
	if sent && r.writes {
		class = venues.Ambiguous
	}
	return &venues.Failure{Class: class, Err: fmt.Errorf("%s: %s: %w", d.name, r, bare(ctx, err))}
}

// bare returns an error of the network without the address that it happened at, which holds the signed query.
func bare(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}

// signatures finds the signatures of requests.
var signatures = regexp.MustCompile(`signature(=|%3D)[0-9A-Za-z%+/=_-]+`)

// redact takes the key, and what was signed with it, out of what a venue, or whoever answers in its place, said.
func (d *Driver) redact(text string) string {
	text = signatures.ReplaceAllString(text, "signature=(left out)")
	for _, secret := range []string{d.key.ID(), d.key.Secret()} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "(key)")
		}
	}
	return text
}
