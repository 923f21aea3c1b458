package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Address is where a server is found.
type Address struct {
	REST   string // http://127.0.0.1:PORT
	Stream string // ws://127.0.0.1:PORT: /ws and /stream are below it
	API    string // ws://127.0.0.1:PORT/ws-api/v3
}

// AddressOf returns the addresses of a server behind a listener.
func AddressOf(l net.Listener) Address {
	at := l.Addr().String()
	return Address{"http://" + at, "ws://" + at, "ws://" + at + "/ws-api/v3"}
}

// Listen listens on an address of the loopback, such as 127.0.0.1:8080, and refuses every other: what looks like an exchange
// and takes anybody's word for its prices belongs in no network.
func Listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%q is no address: write it like 127.0.0.1:8080", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("%q is not on the loopback: the simulated venue is served on this machine only, such as at 127.0.0.1:8080", address)
	}
	return net.Listen("tcp", address)
}

// Serve serves until the context ends, then closes everything and returns nil.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(l) }()
	select {
	case err := <-ended:
		s.Close()
		return err
	case <-ctx.Done():
	}
	err := h.Close()
	s.Close()
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// T is what Start needs of a test.
type T interface {
	Helper()
	Fatal(...any)
	Cleanup(func())
}

// TestKey is the key that a server has which Start was given none for.
func TestKey() Key { return Key{ID: "test-key", Secret: "test-secret"} }

// Start serves on a free port of the loopback until the test ends.
func Start(t T, cfg Config) (*Server, Address) {
	t.Helper()
	if cfg.Keys == nil {
		cfg.Keys = []Key{TestKey()}
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
	return s, AddressOf(l)
}
