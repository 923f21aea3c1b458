package wire

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/steelyard/steelyard/engine/fund"
)

// What a connection may make the server hold.
const (
	mostRequest = 64 << 10 // bytes of a message from a client
	mostQueued  = 1 << 16  // messages to a client that reads slowly; then its connection is closed
	slowest     = 10 * time.Second
	between     = 20 * time.Second // pings; a client that does not answer one for as long loses its connection
)

// conn is one WebSocket connection.
type conn struct {
	server   *Server
	ws       *websocket.Conn
	ctx      context.Context
	cancel   context.CancelFunc
	out      chan frame
	target   string // of faults: market or account
	combined bool   // messages are wrapped in the name of their stream

	mu   sync.Mutex
	held []byte // waits for the next, by a fault that changes their order
	user session
}

// frame is a message on its way out.
type frame struct {
	text  []byte
	delay time.Duration
	last  bool // there is no more: the connection is closed
}

// socket answers a request for a WebSocket connection, and reports whether it was one.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) bool {
	path := r.URL.Path
	api := path == "/ws-api/v3"
	if !api && path != "/ws" && path != "/stream" && !strings.HasPrefix(path, "/ws/") {
		return false
	}
	trouble := s.met("GET " + path)
	if !trouble.before(r.Context(), w) || !s.begin() {
		return true
	}
	defer s.running.Done()
	c := &conn{server: s, out: make(chan frame, mostQueued), target: "market", combined: path == "/stream"}
	c.ctx, c.cancel = context.WithCancel(s.ctx)
	defer c.cancel()
	if api {
		c.target = "account"
	}
	defer s.streams.leave(c)
	if name, ok := c.open(path, r.URL.Query().Get("streams")); !ok { // before the connection, so that it misses nothing
		http.Error(w, "no stream "+name, http.StatusBadRequest)
		return true
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return true // it has answered
	}
	defer ws.CloseNow()
	ws.SetReadLimit(mostRequest)
	c.ws = ws
	s.running.Go(c.write)
	s.running.Go(c.ping)
	if api {
		c.converse()
	} else {
		c.listen()
	}
	return true
}

// begin counts one who is served, unless the server is closed.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.running.Add(1)
	return true
}

// open subscribes to the streams that the address names, and returns the first that is not there. A number instead of a name
// is the way in which some clients tell their connections apart.
func (c *conn) open(path, combined string) (missing string, ok bool) {
	names := strings.Split(combined, "/")
	if one, ok := strings.CutPrefix(path, "/ws/"); ok && strings.Trim(one, "0123456789") != "" {
		names = strings.Split(one, "/")
	}
	for _, name := range names {
		if name == "" {
			continue
		}
		if !c.server.streams.there(name) {
			return name, false
		}
		c.server.streams.subscribe(c, name)
	}
	return "", true
}

// write sends what is to be sent until the connection ends, and ends it when it cannot.
func (c *conn) write() {
	defer c.ws.CloseNow() // wakes its reader
	defer c.cancel()
	for {
		select {
		case <-c.ctx.Done():
			return
		case f := <-c.out:
			if f.last || !wait(c.ctx, f.delay) || !c.transmit(f.text) {
				return
			}
		}
	}
}

// ping asks the client now and then whether it is there.
func (c *conn) ping() {
	for wait(c.ctx, between) {
		ctx, done := context.WithTimeout(c.ctx, between)
		if c.ws.Ping(ctx) != nil {
			c.cancel()
		}
		done()
	}
}

// transmit sends a message and reports whether it went.
func (c *conn) transmit(text []byte) bool {
	ctx, done := context.WithTimeout(c.ctx, slowest)
	defer done()
	return c.ws.Write(ctx, websocket.MessageText, text) == nil
}

// queue puts a message behind those that wait. A reader that lets too many wait loses its connection.
func (c *conn) queue(f frame) {
	select {
	case c.out <- f:
	default:
		c.cancel()
	}
}

// push sends an event of a stream, with what faults make of it.
func (c *conn) push(stream string, text []byte, at fund.Time) {
	if c.combined {
		name, _ := json.Marshal(stream) // a string can be written
		text = []byte(`{"stream":` + string(name) + `,"data":` + string(text) + `}`)
	}
	c.say(text, at)
}

func (c *conn) say(text []byte, at fund.Time) {
	t := c.server.cfg.Faults.meet(at, c.target)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case t.close:
		c.queue(frame{last: true})
		return
	case t.drop:
		return
	case t.reorder && c.held == nil:
		c.held = text
		return
	}
	c.queue(frame{text: text, delay: t.delay})
	if t.duplicate {
		c.queue(frame{text: text})
	}
	if c.held != nil {
		c.queue(frame{text: c.held})
		c.held = nil
	}
}

// answer sends the answer to a request.
func (c *conn) answer(body any) {
	text, err := json.Marshal(body)
	if err != nil {
		c.cancel()
		return
	}
	c.queue(frame{text: text})
}

// command is what a client asks of its market streams.
type command struct {
	Method string          `json:"method"`
	Params []string        `json:"params"`
	ID     json.RawMessage `json:"id"`
}

type result struct {
	Result any             `json:"result"`
	ID     json.RawMessage `json:"id"`
}

type objection struct {
	Error refusal         `json:"error"`
	ID    json.RawMessage `json:"id"`
}

// listen does what the client of market streams asks until its connection ends.
func (c *conn) listen() {
	for {
		_, text, err := c.ws.Read(c.ctx)
		if err != nil {
			return
		}
		c.answer(c.obey(text))
	}
}

func (c *conn) obey(text []byte) any {
	x := c.server.streams
	m, err := decodeCommand(text)
	if err != nil {
		return objection{refusal{3, "Invalid JSON: " + err.Error()}, m.ID}
	}
	for _, name := range m.Params {
		if !x.there(name) {
			return objection{refusal{2, "Invalid request: no stream " + name}, m.ID}
		}
	}
	switch m.Method {
	case "SUBSCRIBE":
		for _, name := range m.Params {
			x.subscribe(c, name)
		}
	case "UNSUBSCRIBE":
		for _, name := range m.Params {
			x.unsubscribe(c, name)
		}
	case "LIST_SUBSCRIPTIONS":
		return result{append([]string{}, x.read(c)...), m.ID}
	default:
		return objection{refusal{2, "Invalid request: unknown method " + m.Method}, m.ID}
	}
	return result{nil, m.ID}
}

// decodeCommand reads a request of a market stream's client. The ID is null where it is missing.
func decodeCommand(text []byte) (command, error) {
	m := command{ID: json.RawMessage("null")}
	err := json.Unmarshal(text, &m)
	if len(m.ID) == 0 {
		m.ID = json.RawMessage("null")
	}
	return m, err
}
