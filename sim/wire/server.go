// Package wire puts a venue in running time behind Binance's spot REST and WebSocket, on loopback, so that a bot that
// was written for the real venue, ours among them, can be tried without it. It checks what the real one checks, signatures,
// timestamps, filters, balances and rate limits, answers in its words, and misbehaves as a fault file says. docs/VENUE.md
// lists what is there.
package wire

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/paper"
)

// Config is a server.
type Config struct {
	Venue  *paper.Venue
	Keys   []Key
	Weight int           // request weight a minute; 0: 6000
	Slack  time.Duration // added to every recvWindow, and the real time is taken too: for clocks that no client can follow
	Faults *Faults       // nil: it behaves
}

// Server speaks the protocol. It is an http.Handler. Close it.
type Server struct {
	cfg       Config
	limits    *limits
	endpoints map[string]endpoint // by method and path
	names     map[string]*listing // by symbol
	order     []*listing          // by symbol

	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup
	streams *streams

	mu        sync.Mutex
	cancelled map[string]string // by the venue's order ID: the client ID of its cancel
}

// listing is an instrument as the server tells it.
type listing struct {
	venues.Listing
	fees fund.Fees
}

// New returns a server of a venue. It reads the venue's streams until it is closed.
func New(cfg Config) (*Server, error) {
	s := &Server{cfg: cfg, limits: newLimits(cfg.Weight), names: map[string]*listing{}, cancelled: map[string]string{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.endpoints = s.routes()
	list, err := cfg.Venue.Listings(s.ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		fees, err := cfg.Venue.Fees(l.Name)
		if err != nil {
			return nil, err
		}
		known := &listing{l, fees}
		s.names[l.Symbol] = known
		s.order = append(s.order, known)
	}
	if err := cfg.Faults.begin(s.now(), s.order); err != nil {
		return nil, err
	}
	s.streams = newStreams(s)
	s.running.Go(func() { s.streams.run(s.ctx) })
	return s, nil
}

// Close ends all connections and waits for what serves them.
func (s *Server) Close() {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	s.running.Wait()
}

// now returns the time that the server tells, which a fault may make wrong.
func (s *Server) now() fund.Time {
	now, _ := s.cfg.Venue.Now(s.ctx) // fails only after Close
	return now.Add(s.cfg.Faults.skew(now))
}

// met returns what happens to a request.
func (s *Server) met(name string) *trouble {
	now, _ := s.cfg.Venue.Now(s.ctx)
	s.cfg.Faults.halts(now, s.cfg.Venue.Halt)
	t := s.cfg.Faults.meet(now, name)
	if t.ban > 0 {
		s.limits.banFor(t.ban)
	}
	return t
}

// mostBody is the longest body that is read.
const mostBody = 64 << 10

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.socket(w, r) {
		return
	}
	name := r.Method + " " + r.URL.Path
	e, known := s.endpoints[name]
	trouble := s.met(name)
	if !trouble.before(r.Context(), w) {
		return
	}
	answer, f := s.answer(r, e, known, trouble)
	if trouble.after(w) {
		return
	}
	s.limits.tell(w.Header(), e.order)
	if f != nil {
		write(w, f.status, f, f.body())
		return
	}
	write(w, http.StatusOK, nil, answer)
}

// answer does what a request asks for.
func (s *Server) answer(r *http.Request, e endpoint, known bool, trouble *trouble) (any, *failure) {
	if !known {
		return nil, errNoEndpoint
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, mostBody))
	if err != nil {
		return nil, errTooMany
	}
	p, f := parseParams(r.URL.RawQuery, string(body))
	if f != nil {
		return nil, f
	}
	c := &call{params: p, ctx: r.Context()}
	if trouble.limited != nil {
		return nil, trouble.limited
	}
	if f := s.limits.charge(e.weight(p), e.order); f != nil {
		return nil, f
	}
	if e.signed {
		payload := unsigned(r.URL.RawQuery) + unsigned(string(body))
		if c.key, f = s.authentic(r.Header.Get("X-MBX-APIKEY"), p, payload); f != nil {
			return nil, f
		}
	}
	return c.run(e)
}

// run calls an endpoint, and blames what was wrong with the parameters first.
func (c *call) run(e endpoint) (any, *failure) {
	answer, err := e.do(c)
	switch {
	case c.wrong != nil:
		return nil, c.wrong
	case err != nil:
		return nil, failureOf(err)
	}
	return answer, nil
}

// refusal is the body of a failure.
type refusal struct {
	Code int    `json:"code"`
	Msg  string `json:"msg"`
}

func (f *failure) body() refusal { return refusal{f.code, f.msg} }

func write(w http.ResponseWriter, status int, f *failure, body any) {
	text, err := json.Marshal(body)
	if err != nil { // what the server makes can be written
		text, status = []byte(`{"code":-1000,"msg":"An unknown error occurred while processing the request."}`), http.StatusInternalServerError
	}
	if f != nil && f.wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(f.wait.Seconds()))))
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	w.Write(text) // a client that is gone is no error of the server
}

// listed returns the instrument that a request is about.
func (s *Server) listed(c *call) (*listing, error) {
	l, ok := s.names[c.text("symbol")]
	switch {
	case c.wrong != nil:
		return nil, c.wrong
	case !ok:
		return nil, errSymbol
	}
	return l, nil
}

// asked returns the instruments that a request is about, all if it names none.
func (s *Server) asked(c *call) ([]*listing, error) {
	symbols := c.symbols()
	if symbols == nil {
		return s.order, nil
	}
	var list []*listing
	for _, symbol := range symbols {
		l, ok := s.names[symbol]
		if !ok {
			return nil, errSymbol
		}
		list = append(list, l)
	}
	return list, nil
}
