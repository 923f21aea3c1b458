package wire_test

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/binance"
	"github.com/steelyard/steelyard/venues/paper"
	"github.com/steelyard/steelyard/venues/venuetest"
)

// The driver of Binance passes the suite of every driver, on the server that speaks Binance's protocol.
func TestConformance(t *testing.T) { venuetest.Run(t, served) }

// misbehaves says in a fault file what a fault of the suite is; those that are not there cannot be said.
func misbehaves() map[venuetest.Fault]string {
	return map[venuetest.Fault]string{
		venuetest.LostRequest: "drop on POST /api/v3/order times 1",
		venuetest.LostAnswer:  "lost-ack on POST /api/v3/order times 1",
		venuetest.Busy:        "limit 2s on POST /api/v3/order times 1",
		venuetest.Twice:       "duplicate on account\nduplicate on market",
		venuetest.Shuffled:    "reorder on account every 2",
	}
}

// served plays a scene on a server, whose clock goes by hand, and returns a driver of it.
func served(t testing.TB, s venuetest.Scene) venuetest.Venue {
	clock := paper.NewHand(s.Start())
	u, p, x := s.World("binance")
	v, err := paper.New(paper.Config{Universe: u, Venue: x, Panel: p, First: s.Past, Opening: s.Balances, Clock: clock, Reuse: true})
	if err != nil {
		t.Fatal(err)
	}
	faults, err := wire.ParseFaults("faults", strings.NewReader(misbehaves()[s.Fault]))
	if err != nil {
		t.Fatal(err)
	}
	l := listen(t, wire.Config{Venue: v, Faults: faults, Slack: 24 * time.Hour, Keys: []wire.Key{wire.TestKey()}})
	d, err := binance.New(binance.Config{REST: wire.AddressOf(l).REST, Key: venues.NewKey(wire.TestKey().ID, wire.TestKey().Secret)})
	if err != nil {
		t.Fatal(err)
	}
	return venuetest.Venue{Driver: d,
		Until: func(at fund.Time) {
			if left := at.Sub(clock.Now()); left > 0 {
				clock.Advance(left)
			}
		},
		Arm: func(f venuetest.Fault) bool {
			if f == venuetest.Disconnect {
				l.cut()
				return true
			}
			return misbehaves()[f] != ""
		},
		Placed: func(id string) (n int) {
			list, err := v.Orders(t.Context())
			if err != nil {
				t.Error(err)
			}
			for _, o := range list {
				if o.ClientID == id {
					n++
				}
			}
			return n
		}}
}

// cuttable is a listener whose streams can be cut.
type cuttable struct {
	net.Listener
	mu      sync.Mutex
	streams []net.Conn
}

// connection tells its listener when it becomes a stream.
type connection struct {
	net.Conn
	l *cuttable
}

func (c *connection) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("HTTP/1.1 101 ")) {
		c.l.mu.Lock()
		c.l.streams = append(c.l.streams, c.Conn)
		c.l.mu.Unlock()
	}
	return c.Conn.Write(p)
}

// listen serves until the test ends.
func listen(t testing.TB, cfg wire.Config) *cuttable {
	s, err := wire.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	at, err := wire.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &cuttable{Listener: at}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l
}

func (l *cuttable) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &connection{c, l}, nil
}

// cut closes the connection of every stream.
func (l *cuttable) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.streams {
		c.Close()
	}
	l.streams = nil
}
