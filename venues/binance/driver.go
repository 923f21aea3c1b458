// Package binance is the driver of Binance's spot exchange: its REST API (/api/v3), its market streams, and the
// account stream of its WebSocket API. It also speaks to the venue's testnet and to whatever else answers like it.
//
// Sources: github.com/binance/binance-spot-api-docs (rest-api.md, web-socket-streams.md, web-socket-api.md,
// user-data-stream.md, filters.md, errors.md), and for what a key may do GET /sapi/v1/account/apiRestrictions of
// developers.binance.com.
package binance

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/steelyard/steelyard/venues"
)

// Config says which venue to speak to, and as whom. What is empty is Binance's own.
type Config struct {
	Name    string // of the venue in messages
	Testnet bool   // Binance's testnet: its addresses, where none are given, and no question what a key may do
	REST    string // http address of the REST API, without /api/v3
	Stream  string // WebSocket address of the market streams, without /stream; that of REST if only that is given
	API     string // WebSocket address of the WebSocket API; that of REST with /ws-api/v3 if only that is given
	Key     venues.Key
	Window  time.Duration // how old a signed request may be when it arrives; 0: 5 s
	Waits   *venues.Waits // until when the venue wants to be left alone, by Name; nil: the driver forgets it when it ends
}

// Driver implements venues.Driver.
//
// A client order ID may be used again at Binance once its order is not open any more: those who place orders must
// never use one twice.
type Driver struct {
	name              string
	testnet           bool
	rest, stream, api string
	key               venues.Key
	sign              signer // nil without a key
	window            time.Duration
	silence           time.Duration // that a stream may have before it counts as dead
	client            *http.Client
	clock             clock
	limits            limits
	waits             *venues.Waits
	listed            listed
	vetted            vetted
}

var _ venues.Driver = (*Driver)(nil)

// New returns a driver. It connects to nothing yet. A key is only accepted for addresses that encrypt, or of this
// machine.
func New(c Config) (*Driver, error) {
	d := &Driver{name: cmp.Or(c.Name, "binance"), testnet: c.Testnet, key: c.Key, window: cmp.Or(c.Window, 5*time.Second), silence: 90 * time.Second, waits: c.Waits}
	d.limits.pause(d.waits.Left(d.name))
	if d.window < time.Millisecond || d.window > time.Minute {
		return nil, fmt.Errorf("%s: a request may be at most a minute old when it arrives, and not %s", d.name, d.window)
	}
	if err := d.addresses(c); err != nil {
		return nil, fmt.Errorf("%s: %w", d.name, err)
	}
	if !c.Key.IsZero() {
		var err error
		if d.sign, err = signerOf(c.Key); err != nil {
			return nil, fmt.Errorf("%s: %w", d.name, err)
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = 20 * time.Second
	d.client = &http.Client{
		Transport: transport,
		Timeout:   2 * time.Minute,
		// A venue redirects nobody; a key must not follow to where it was not meant to go.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return d, nil
}

// addresses fills in the base addresses and checks them.
func (d *Driver) addresses(c Config) error {
	d.rest, d.stream, d.api = "https://api.binance.com", "wss://stream.binance.com:9443", "wss://ws-api.binance.com:443/ws-api/v3"
	if c.Testnet {
		d.rest, d.stream, d.api = "https://testnet.binance.vision", "wss://stream.testnet.binance.vision", "wss://ws-api.testnet.binance.vision/ws-api/v3"
	}
	if c.REST != "" {
		d.rest = strings.TrimRight(c.REST, "/")
		d.stream = "ws" + strings.TrimPrefix(d.rest, "http")
		d.api = d.stream + "/ws-api/v3"
	}
	d.stream = strings.TrimRight(cmp.Or(c.Stream, d.stream), "/")
	d.api = strings.TrimRight(cmp.Or(c.API, d.api), "/")
	for address, scheme := range map[string]string{d.rest: "http", d.stream: "ws", d.api: "ws"} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != scheme && u.Scheme != scheme+"s") {
			return fmt.Errorf("an address of this venue is no plain %s:// or %ss:// address", scheme, scheme)
		}
		if u.Scheme == scheme && !c.Key.IsZero() && !loopback(u.Hostname()) {
			return fmt.Errorf("%s does not encrypt: a key is sent to %ss:// addresses only, or to this machine", address, scheme)
		}
	}
	return nil
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// local reports whether the venue is on this machine.
func (d *Driver) local() bool {
	u, err := url.Parse(d.rest)
	if err != nil {
		return false
	}
	host, _, err := net.SplitHostPort(u.Host)
	if err != nil {
		host = u.Hostname()
	}
	return loopback(host)
}

// Name implements venues.Driver.
func (d *Driver) Name() string { return d.name }

// Window implements venues.Windowed.
func (d *Driver) Window() time.Duration { return d.window }

// Classify implements venues.Driver.
func (d *Driver) Classify(err error) venues.Class { return venues.ClassOf(err) }

// Usage returns what is used of the venue's limits, as far as it told.
func (d *Driver) Usage() []Usage {
	d.limits.mu.Lock()
	defer d.limits.mu.Unlock()
	return append([]Usage(nil), d.limits.usage...)
}
