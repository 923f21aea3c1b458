package live

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steelyard/steelyard/sim/wire"
)

// doorman notes who knocks at a venue, and when it sends everybody away.
type doorman struct {
	venue http.Handler
	mu    sync.Mutex
	until []time.Time // of bans, as it told
	early []string    // requests that came before their end
	bans  int
}

// answer keeps what the venue told of a ban.
type answer struct {
	http.ResponseWriter
	d *doorman
}

func (a answer) WriteHeader(status int) {
	if status == http.StatusTeapot {
		seconds, _ := strconv.Atoi(a.Header().Get("Retry-After"))
		a.d.mu.Lock()
		a.d.bans++
		a.d.until = append(a.d.until, time.Now().Add(time.Duration(seconds)*time.Second))
		a.d.mu.Unlock()
	}
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the venue take over connections.
func (a answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// banFor is how long the venue bans, and slack how long what was on its way when the ban began may take to come, on a busy machine.
const banFor, slack = 5 * time.Second, 2 * time.Second

func (d *doorman) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	now := time.Now()
	for _, until := range d.until {
		if now.Before(until) && now.After(until.Add(slack-banFor)) {
			d.early = append(d.early, r.Method+" "+r.URL.Path)
		}
	}
	d.mu.Unlock()
	d.venue.ServeHTTP(answer{w, d}, r)
}

// A venue that bans is left alone as long as its headers say, by streams as well, and the run goes on afterwards.
func TestBannedVenueIsLeftAlone(t *testing.T) {
	v, _ := venue(t, 0)
	faults, err := wire.ParseFaults("faults", strings.NewReader(fmt.Sprintf("ban %s on GET /api/v3/myTrades after 4 times 1", banFor)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := wire.New(wire.Config{Venue: v, Faults: faults, Slack: 24 * time.Hour, Weight: 1e6, Keys: []wire.Key{wire.TestKey()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	d := &doorman{venue: s}
	served := httptest.NewServer(d)
	t.Cleanup(served.Close)
	dir := t.TempDir()
	p, said := begin(t, dir, served.URL, 0)
	if err := waitFor(p, patient); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bans == 0 || len(d.early) > 0 {
		t.Errorf("banned %d times, and asked meanwhile: %q", d.bans, d.early)
	}
	wantTrue(t, v, dir, 0)
}
