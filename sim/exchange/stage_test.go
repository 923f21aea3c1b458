package exchange_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/exchange"
)

// stage plays one scenario: it calls the venue in the order in which a world would.
//
//	venue [interval=1h] [fill=close] [participation=10%] [latency=1s] [jitter=1s] [rejects=10%] [seed=1] [y=1] [half-life=1h]
//	      [model=proportional|almgren-chriss|power-law|transient]
//	instrument A/B [lot=] [tick=] [min=] [max=] [notional=] [taker=0.001] [maker=0.001] [per-trade=2.5] [in=quote|base|received|ASSET] [spread=2bp]
//	deposit ASSET AMOUNT
//	row BAR [; BAR ...]      a row opens and closes: one bar for each instrument, in the order of their names
//	open BAR [; BAR ...]     it only opens
//	wait DURATION            time passes in it
//	close                    it closes
//	buy|sell QUANTITY [INSTRUMENT] [limit=] [spend=] [worst=]
//	cancel ORDER
//	balances
//	turn BAR [; BAR ...]     running time: the next row begins, after one of these bars closed
//	tell PRICE [INSTRUMENT] [half=1bp]
//	enter buy|sell QUANTITY [INSTRUMENT] [limit=] [immediate|passive]
//	withdraw ORDER
//
// A BAR is open=, high=, low=, close=, volume=, bid= and ask=, of which only open must be there, or the word missing.
type stage struct {
	out      strings.Builder
	u        *fund.Universe
	cfg      exchange.Config
	root     impact.SquareRoot // zero: no impact
	kind     string            // of another model
	panel    fund.Panel
	x        *exchange.Exchange // nil until the first command that is not a declaration
	now      fund.Time
	orders   fund.OrderID
	declared [][]string                   // the instruments
	heard    func([]exchange.Event) error // also takes the answers, if set
	broken   error                        // the first that heard said
}

func newStage() *stage {
	s := &stage{u: &fund.Universe{Accounts: []string{"venue"}}}
	s.panel.Interval = time.Hour
	return s
}

func (s *stage) do(words []string) error {
	switch words[0] {
	case "venue":
		return s.venue(words[1:])
	case "instrument":
		s.declared = append(s.declared, words[1:])
		return nil
	}
	if s.x == nil {
		if err := s.build(); err != nil {
			return err
		}
	}
	switch words[0] {
	case "deposit":
		if !s.x.Move(s.asset(words[1]), fund.MustAmount(words[2])) {
			return fmt.Errorf("the venue does not pay it out")
		}
	case "row", "open":
		if err := s.open(words[1:]); err != nil || words[0] == "open" {
			return err
		}
		s.close()
	case "wait":
		d, err := time.ParseDuration(words[1])
		s.arrive(s.now.Add(d))
		return err
	case "close":
		s.close()
	case "buy", "sell":
		return s.order(words[0], words[1], words[2:])
	case "cancel":
		id, err := strconv.ParseUint(words[1], 10, 64)
		s.x.Cancel(fund.OrderID(id), "as asked", s.now)
		s.arrive(s.now)
		return err
	case "balances":
		s.balances()
	default:
		return s.running(words)
	}
	return nil
}

func (s *stage) asset(name string) fund.AssetID {
	a, ok := s.u.Asset(name)
	if !ok {
		panic("no asset " + name)
	}
	return a
}

// open opens a row.
func (s *stage) open(bars []string) error {
	at, err := s.add(bars)
	if err != nil {
		return err
	}
	s.arrive(at)
	s.print(s.x.Open(&s.panel, len(s.panel.Times)-1))
	return nil
}

// add adds a row, an interval after the one before, and returns when it opens.
func (s *stage) add(bars []string) (fund.Time, error) {
	at := fund.Time(len(s.panel.Times)) * fund.Time(s.panel.Interval)
	s.panel.Times = append(s.panel.Times, at)
	for bar := range strings.SplitSeq(strings.Join(bars, " "), ";") {
		if err := s.bar(strings.Fields(bar)); err != nil {
			return 0, err
		}
	}
	if len(s.panel.Open) != len(s.panel.Times)*s.panel.N {
		return 0, fmt.Errorf("%d instruments want as many bars", s.panel.N)
	}
	return at, nil
}

func (s *stage) bar(words []string) error {
	v := map[string]float64{"volume": 1000, "bid": math.NaN(), "ask": math.NaN()}
	if len(words) == 1 && words[0] == "missing" {
		v["open"], v["volume"] = math.NaN(), math.NaN()
	} else if err := readFloats(words, v); err != nil {
		return err
	}
	or := func(name string, otherwise float64) float64 {
		if x, ok := v[name]; ok {
			return x
		}
		return otherwise
	}
	p, open, last := &s.panel, v["open"], or("close", v["open"])
	p.Open, p.Close = append(p.Open, open), append(p.Close, last)
	p.High, p.Low = append(p.High, or("high", max(open, last))), append(p.Low, or("low", min(open, last)))
	p.Volume, p.Bid, p.Ask = append(p.Volume, v["volume"]), append(p.Bid, v["bid"]), append(p.Ask, v["ask"])
	return nil
}

func readFloats(words []string, into map[string]float64) error {
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return err
		}
		into[name] = x
	}
	return nil
}

func (s *stage) close() {
	r := len(s.panel.Times) - 1
	s.arrive(s.panel.CloseTime(r))
	s.print(s.x.Close(r))
}

// arrive lets time pass, and everything arrive that is under way until then.
func (s *stage) arrive(until fund.Time) {
	for {
		at, ok := s.x.NextArrival()
		if !ok || at > until {
			break
		}
		s.print(s.x.Arrive())
	}
	s.now = until
}

func (s *stage) order(side, quantity string, rest []string) error {
	o, err := s.wish(side, quantity, rest)
	if err != nil {
		return err
	}
	s.x.Send(o, s.now)
	s.arrive(s.now)
	return nil
}

func (s *stage) wish(side, quantity string, rest []string) (fund.Order, error) {
	s.orders++
	o := fund.Order{ID: s.orders, Side: fund.Buy, Quantity: fund.MustAmount(quantity)}
	if side == "sell" {
		o.Side = fund.Sell
	}
	for _, word := range rest {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "limit":
			o.Limit = fund.MustAmount(value)
		case "spend":
			o.Spend = fund.MustAmount(value)
		case "worst":
			o.Worst = fund.MustAmount(value)
		default:
			i, ok := s.u.Instrument("venue:" + word)
			if !ok {
				return o, fmt.Errorf("no instrument %s", word)
			}
			o.Instrument = i
		}
	}
	return o, nil
}

func (s *stage) print(answers []exchange.Event) {
	if s.heard != nil && s.broken == nil {
		s.broken = s.heard(answers)
	}
	for _, e := range answers {
		fmt.Fprintf(&s.out, "%v ", time.Duration(e.At))
		switch b := e.Body.(type) {
		case *engine.Accepted:
			fmt.Fprintf(&s.out, "order %d: accepted\n", b.Order)
		case *engine.Closed:
			fmt.Fprintf(&s.out, "order %d: %s\n", b.Order, b.Reason)
		case *engine.Filled:
			s.printFill(&b.Fill)
		}
	}
}

func (s *stage) printFill(f *fund.Fill) {
	role := ""
	if f.Maker {
		role = " as maker"
	}
	if !f.Rounded.IsZero() {
		role += " for " + f.Cash().String()
	}
	fmt.Fprintf(&s.out, "order %d: fill %d, %s %s at %s%s, fee %s %s; mid %.10g, spread %.10g, impact %.10g", f.Order, f.Trade,
		f.Side, f.Quantity, f.Price, role, f.Fee, s.u.AssetName(f.FeeAsset), f.Mid, f.Spread, f.Impact)
	if f.Permanent != 0 {
		fmt.Fprintf(&s.out, " (permanent %.10g)", f.Permanent)
	}
	s.out.WriteString("\n")
}

func (s *stage) balances() {
	var held []string
	for a := range s.u.Assets {
		held = append(held, fmt.Sprintf("%s %s", s.u.Assets[a].Name, s.x.Balance(fund.AssetID(a))))
	}
	s.out.WriteString(strings.Join(held, ", ") + "\n")
}
