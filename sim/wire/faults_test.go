package wire_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/sim/wire"
)

// faulty serves a venue that misbehaves as the lines say.
func faulty(t *testing.T, lines ...string) *rig {
	t.Helper()
	f, err := wire.ParseFaults("faults", strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return newRig(t, func(c *wire.Config) { c.Faults = f })
}

const market = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId="

// The answer is lost, the order is not; what was dropped never was.
func TestLostAndDropped(t *testing.T) {
	g := faulty(t, "lost-ack on POST /api/v3/order times 1", "drop on POST /api/v3/order every 2 # the second", "status 502 done on POST /api/v3/order after 2 times 1")
	placed := func(id string) (answer, error) {
		return g.try("POST", "/api/v3/order", g.signed(market+id), "test-key")
	}
	if a, err := placed("lost"); err == nil {
		t.Errorf("%+v", a)
	}
	if a, err := placed("dropped"); err == nil {
		t.Errorf("%+v", a)
	}
	if a, err := placed("unknown"); err != nil || a.status != 502 || a.code() != -1007 {
		t.Errorf("%+v %v", a, err)
	}
	for id, code := range map[string]int{"lost": 0, "dropped": -2013, "unknown": 0} {
		if a := g.private("GET", "order", "symbol=BTCUSDT&origClientOrderId="+id); a.code() != code {
			t.Errorf("%s: %s", id, a.body)
		}
	}
}

func TestLimitBanStatusAndDelay(t *testing.T) {
	g := faulty(t, "limit 7s on GET /api/v3/time times 1", "status 503 on GET /api/v3/ping times 1", "delay 30ms..40ms on GET /api/v3/avgPrice", "ban 90s on GET /api/v3/klines")
	if a := g.get("time", ""); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "7" {
		t.Errorf("%+v", a)
	}
	if a := g.get("time", ""); a.status != http.StatusOK {
		t.Errorf("%+v", a)
	}
	if a := g.get("ping", ""); a.status != 503 {
		t.Errorf("%+v", a)
	}
	began := time.Now()
	if g.get("avgPrice", "symbol=BTCUSDT"); time.Since(began) < 30*time.Millisecond {
		t.Error("no delay")
	}
	if a := g.get("klines", "symbol=BTCUSDT&interval=1m"); a.status != http.StatusTeapot || a.header.Get("Retry-After") != "90" {
		t.Errorf("%+v", a)
	}
	if a := g.get("ping", ""); a.status != http.StatusTeapot {
		t.Errorf("the ban is not for all: %+v", a)
	}
}

// Faults that last begin and end by the venue's clock.
func TestSpans(t *testing.T) {
	g := faulty(t, "down from +1m to +2m", "halt BTC/USDT from 2020-09-13T12:32:00Z to +3m", "clock -3s from +3m")
	at := func(d time.Duration) { g.clock.Advance(start.Add(d).Sub(g.clock.Now())) }
	g.get("ping", "")
	at(time.Minute)
	if a, err := g.try("GET", "/api/v3/ping", "", ""); err == nil {
		t.Errorf("it is not down: %+v", a)
	}
	at(2 * time.Minute)
	if a := g.private("POST", "order", market+"a"); a.body != `{"code":-1013,"msg":"Market is closed."}` {
		t.Errorf("it is not halted: %s", a.body)
	}
	if a := g.get("exchangeInfo", "symbol=BTCUSDT"); !strings.Contains(a.body, `"status":"BREAK"`) {
		t.Error(a.body)
	}
	at(3 * time.Minute)
	if a := g.get("time", ""); a.body != `{"serverTime":1600000377000}` {
		t.Error(a.body)
	}
	if a := g.private("POST", "order", market+"b"); a.code() != -1021 {
		t.Error(a.body)
	}
	query := strings.Replace(market, "newClientOrderId=", "timestamp=1600000377000", 1)
	if a := g.do("POST", "/api/v3/order", query+"&signature="+sign(query), "test-key"); a.status != http.StatusOK {
		t.Error(a.body)
	}
}

// Messages come twice, late, in another order or not at all, and connections end.
func TestStreamFaults(t *testing.T) {
	for fault, want := range map[string][]string{
		"duplicate on account after 1 times 1":  {"NEW", "position", "position", "NEW"},
		"reorder on account times 1":            {"position", "NEW", "NEW", "TRADE"},
		"drop on account every 3":               {"NEW", "position", "TRADE", "position"},
		"disconnect on account after 2 times 1": {"NEW", "position", "closed"},
		"delay 20ms on account times 1":         {"NEW", "position", "NEW", "TRADE"},
	} {
		g := faulty(t, fault)
		l := g.account()
		into[order](t, g.private("POST", "order", "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=99"))
		into[order](t, g.private("POST", "order", market+"b"))
		var said []string
		for len(said) < len(want) {
			m, err := l.next()
			if err != nil {
				said = append(said, "closed")
				break
			}
			e := m["event"].(map[string]any)
			what, _ := e["x"].(string)
			if e["e"] == "outboundAccountPosition" {
				what = "position"
			}
			said = append(said, what)
		}
		if !slices.Equal(said, want) {
			t.Errorf("%s: %q, want %q", fault, said, want)
		}
	}
}

// The same seed makes the same chances.
func TestChance(t *testing.T) {
	outcome := func(seed string) (list []int) {
		g := faulty(t, "seed "+seed, "status 500 on * chance 30%")
		for range 40 {
			list = append(list, g.get("ping", "").status)
		}
		return list
	}
	one := outcome("1")
	failed := len(slices.DeleteFunc(slices.Clone(one), func(s int) bool { return s == 200 }))
	if failed < 4 || failed > 24 || !slices.Equal(one, outcome("1")) || slices.Equal(one, outcome("2")) {
		t.Errorf("%v", one)
	}
}

func TestFaultFileErrors(t *testing.T) {
	for text, want := range map[string]string{
		"boom on *":                        "f:1: unknown fault \"boom\": one of delay, drop,",
		"\ndelay":                          "f:2: delay needs a DURATION or two with .. between",
		"delay 2s..1s on *":                `f:1: delay needs a DURATION or two with .. between, and here is "2s..1s"`,
		"drop":                             "f:1: drop needs `on` and what it happens to",
		"drop on PATCH /x":                 `f:1: on "PATCH": one of GET, POST`,
		"drop on GET":                      "f:1: GET needs a path",
		"duplicate on *":                   "f:1: duplicate does not happen to *",
		"drop on * every":                  "f:1: every needs a value",
		"drop on * every 0":                `f:1: every "0": it must be a whole number from 1 on`,
		"drop on * every 2 every 3":        "f:1: every stands twice",
		"drop on * chance 5":               `f:1: chance "5": it must be a percentage above 0`,
		"drop on * sometimes 5":            `f:1: unknown condition "sometimes"`,
		"drop on * from noon":              `f:1: from "noon": it must be a time such as`,
		"status 200 on *":                  "f:1: status needs a NUMBER from 500 to 599",
		"halt BTCUSDT from +1m":            "f:1: halt needs an INSTRUMENT",
		"down chance 5%":                   "f:1: down lasts:",
		"drop on *\nseed 3":                "f:2: `seed NUMBER` stands before the first fault",
		"clock 3s..4s":                     "f:1: clock needs a DURATION",
		"limit -3s on *":                   "f:1: limit needs a DURATION",
		"from 2020-01-01 delay 3s on * #x": `f:1: unknown fault "from"`,
	} {
		if _, err := wire.ParseFaults("f", strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, err := wire.New(wire.Config{Venue: newRig(t, nil).venue, Faults: must(t, "halt XRP/USDT from +1m")}); err == nil {
		t.Error("an instrument that is not there is halted")
	}
}

func must(t *testing.T, text string) *wire.Faults {
	t.Helper()
	f, err := wire.ParseFaults("f", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestReadKeys(t *testing.T) {
	keys, err := wire.ReadKeys("k", strings.NewReader("# mine\na hmac s withdraw\n\nb ed25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
	if err != nil || len(keys) != 2 || !keys[0].Withdraw || keys[0].Secret != "s" || len(keys[1].Public) != 32 {
		t.Errorf("%+v, %v", keys, err)
	}
	for text, want := range map[string]string{
		"":                    "k: there is no key in it",
		"a hmac":              "k:1: 2 words",
		"a hmac s fly":        "k:1: its last word is not withdraw",
		"a rsa s":             `k:1: "rsa" is neither`,
		"#\nb ed25519 sEcReT": "k:2: its public key is not 32 bytes",
	} {
		if _, err := wire.ReadKeys("k", strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "sEcReT") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
