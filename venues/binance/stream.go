package binance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// stream is a WebSocket connection of which one goroutine reads. The venue closes it after 24 hours at the latest.
type stream struct {
	d    *Driver
	what string
	conn *websocket.Conn
	dead *time.Timer // ends a read when nothing, not even a ping, came for the driver's silence; nil between reads
}

// maxMessage is more than the longest message, the balances of a large account.
const maxMessage = 16 << 20

// dial opens a connection. Pings are answered while somebody reads.
func (d *Driver) dial(ctx context.Context, what, address string) (*stream, error) {
	now, _ := d.clock.now()
	if wait := d.limits.wait(now, 1, false); wait > 0 {
		return nil, &venues.Failure{Class: venues.RateLimited, Wait: wait,
			Err: fmt.Errorf("%s: %s: not opened: the venue wants to be left alone for %s", d.name, what, wait.Round(time.Millisecond))}
	}
	s := &stream{d: d, what: what}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	conn, answer, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: d.client, OnPingReceived: func(context.Context, []byte) bool {
		s.alive()
		return true
	}})
	if err != nil && answer != nil && answer.StatusCode >= 400 {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<16)) // what is lacking of an error's text is no further error
		return nil, d.refused(request{method: http.MethodGet, path: what}, answer.StatusCode, answer.Header, text)
	}
	if err != nil {
		return nil, s.ended(ctx, err)
	}
	conn.SetReadLimit(maxMessage)
	s.conn = conn
	return s, nil
}

// alive puts off the end of a silent stream. The connection calls it within a read, and so does read.
func (s *stream) alive() {
	if s.dead != nil {
		s.dead.Reset(s.d.silence)
	}
}

// errSilent ends the read of a stream on which nothing came.
var errSilent = errors.New("nothing came for too long, not even a ping")

// read waits for the next message.
func (s *stream) read(ctx context.Context) ([]byte, error) {
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.dead = time.AfterFunc(s.d.silence, func() { cancel(errSilent) })
	defer s.dead.Stop()
	_, text, err := s.conn.Read(watched)
	if err != nil && ctx.Err() == nil && errors.Is(context.Cause(watched), errSilent) {
		err = errSilent
	}
	if err != nil {
		return nil, s.ended(ctx, err)
	}
	return text, nil
}

// ended makes the error with which a stream ends.
func (s *stream) ended(ctx context.Context, err error) error {
	return &venues.Failure{Class: venues.Retry, Err: fmt.Errorf("%s: %s: %w", s.d.name, s.what, bare(ctx, err))}
}

// Close implements venues.MarketStream and venues.AccountStream.
func (s *stream) Close() error {
	if err := s.conn.CloseNow(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("%s: %s: close: %w", s.d.name, s.what, err)
	}
	return nil
}

// next reads a message and decodes it.
func next[M any](ctx context.Context, s *stream, decode func([]byte, namer) (M, error)) (m M, err error) {
	text, err := s.read(ctx)
	if err != nil {
		return m, err
	}
	m, err = decode(text, s.d.names)
	var u *unlisted
	if errors.As(err, &u) && s.d.list(ctx, time.Minute) == nil { // a symbol that was listed since
		m, err = decode(text, s.d.names)
	}
	if err != nil {
		s.conn.CloseNow() // the stream has ended either way
		return m, s.ended(ctx, err)
	}
	return m, nil
}

// maxStreams is how many streams one connection takes; web-socket-streams.md.
const maxStreams = 1024

// Market implements venues.Driver: quotes, trades and bars of every instrument.
func (d *Driver) Market(ctx context.Context, instruments []string, length time.Duration) (venues.MarketStream, error) {
	text, err := d.interval(length)
	if err != nil {
		return nil, err
	}
	if err := d.list(ctx, fresh); err != nil {
		return nil, err
	}
	var names []string
	for _, instrument := range instruments {
		s, err := d.symbol(ctx, instrument)
		if err != nil {
			continue // it is not listed, and the others are
		}
		symbol := strings.ToLower(s.Symbol)
		names = append(names, symbol+"@bookTicker", symbol+"@trade", symbol+"@kline_"+text)
	}
	if len(names) == 0 || len(names) > maxStreams {
		return nil, &venues.Failure{Class: venues.Refused, Err: fmt.Errorf("%s: market stream: 1 to %d instruments that it lists on a connection, not %d of %s",
			d.name, maxStreams/3, len(names)/3, strings.Join(instruments, ", "))}
	}
	if err := d.timed(ctx); err != nil {
		return nil, err
	}
	s, err := d.dial(ctx, "market stream", d.stream+"/stream?streams="+strings.Join(names, "/"))
	if err != nil {
		return nil, err
	}
	return &marketStream{stream: s}, nil
}

type marketStream struct {
	*stream
	last fund.Time // of the messages that said when they were sent
}

// Next implements venues.MarketStream. Quotes do not say when they were sent: they count as sent at the earliest.
func (s *marketStream) Next(ctx context.Context) (*venues.MarketMessage, error) {
	m, err := next(ctx, s.stream, func(text []byte, names namer) (*venues.MarketMessage, error) {
		return readMarket(text, names, max(s.last, s.d.clock.least()))
	})
	if err == nil {
		s.last = max(s.last, m.At)
	}
	return m, err
}

// Account implements venues.Driver, by a signed subscription of the WebSocket API, which every kind of key may make.
func (d *Driver) Account(ctx context.Context) (venues.AccountStream, error) {
	const what = "account stream"
	if d.sign == nil {
		return nil, &venues.Failure{Class: venues.Fatal, Err: fmt.Errorf("%s: %s: it needs a key, and there is none", d.name, what)}
	}
	if err := d.ready(ctx); err != nil {
		return nil, err
	}
	s, err := d.dial(ctx, what, d.api)
	if err != nil {
		return nil, err
	}
	if err := s.subscribe(ctx); err != nil {
		s.conn.CloseNow()
		return nil, err
	}
	return &accountStream{s}, nil
}

// ready makes sure of what an account stream needs to know: the symbols, the time, and that the key may be used.
func (d *Driver) ready(ctx context.Context) error {
	if err := d.list(ctx, fresh); err != nil {
		return err
	}
	if err := d.timed(ctx); err != nil {
		return err
	}
	return d.vet(ctx)
}

// timed makes sure that the venue told its time.
func (d *Driver) timed(ctx context.Context) error {
	if _, known := d.clock.now(); known {
		return nil
	}
	_, err := d.Now(ctx)
	return err
}

// subscribe asks for the account's events and waits for the answer, which comes before the first of them.
func (s *stream) subscribe(ctx context.Context) error {
	const method = "userDataStream.subscribe.signature"
	now, _ := s.d.clock.now()
	window := s.d.window.Milliseconds()
	signed := params{{"apiKey", s.d.key.ID()}, {"recvWindow", strconv.FormatInt(window, 10)}, {"timestamp", millis(now)}}
	text, err := json.Marshal(map[string]any{"id": "1", "method": method, "params": map[string]any{
		"apiKey": s.d.key.ID(), "recvWindow": window, "timestamp": int64(now) / 1e6, "signature": s.d.sign(signed.sorted())}})
	if err != nil {
		return s.ended(ctx, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := s.conn.Write(ctx, websocket.MessageText, text); err != nil {
		return s.ended(ctx, err)
	}
	if text, err = s.read(ctx); err != nil {
		return err
	}
	o := readObject(method, text)
	status := int(o.count("status"))
	if o.err != nil {
		return s.ended(ctx, o.err)
	}
	if status != http.StatusOK {
		return s.d.refused(request{method: "WebSocket", path: method}, status, nil, o.fields["error"])
	}
	return nil
}

type accountStream struct{ *stream }

// Next implements venues.AccountStream.
func (s *accountStream) Next(ctx context.Context) (*venues.AccountMessage, error) {
	return next(ctx, s.stream, func(text []byte, names namer) (*venues.AccountMessage, error) {
		now, _ := s.d.clock.now()
		return readEvent(text, names, now)
	})
}
