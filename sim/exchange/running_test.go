package exchange_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/exchange"
)

// running does the commands of a venue in running time.
func (s *stage) running(words []string) error {
	switch words[0] {
	case "turn":
		at, err := s.add(words[1:])
		if err != nil {
			return err
		}
		s.now = at.Add(s.panel.Interval)
		s.x.Turn(&s.panel, len(s.panel.Times), s.now)
	case "tell":
		return s.tell(words[1], words[2:])
	case "enter":
		terms, rest := exchange.Resting, words[3:]
		if at := slices.Index(rest, "immediate"); at >= 0 {
			terms, rest = exchange.Immediate, slices.Delete(rest, at, at+1)
		} else if at := slices.Index(rest, "passive"); at >= 0 {
			terms, rest = exchange.Passive, slices.Delete(rest, at, at+1)
		}
		o, err := s.wish(words[1], words[2], rest)
		if err != nil {
			return err
		}
		s.print(s.x.Enter(o, terms, s.now))
	case "withdraw":
		id, err := strconv.ParseUint(words[1], 10, 64)
		s.print(s.x.Withdraw(fund.OrderID(id), s.now))
		return err
	default:
		return fmt.Errorf("unknown command")
	}
	return nil
}

func (s *stage) tell(price string, rest []string) error {
	p, err := strconv.ParseFloat(price, 64)
	if err != nil {
		return err
	}
	i, half := fund.InstrumentID(0), 0.0
	for _, word := range rest {
		if value, ok := strings.CutPrefix(word, "half="); ok {
			if half, err = fraction(value); err != nil {
				return err
			}
			continue
		}
		var known bool
		if i, known = s.u.Instrument("venue:" + word); !known {
			return fmt.Errorf("no instrument %s", word)
		}
	}
	answers := s.x.Tell(i, p, half, s.now)
	if bid, ask, trades := s.x.Touch(i); trades {
		fmt.Fprintf(&s.out, "%s / %s\n", bid, ask)
	} else {
		s.out.WriteString("no price\n")
	}
	s.print(answers)
	return nil
}

// Whatever is entered and withdrawn in running time and whatever prices are told: the books of the answers agree with the
// balances, no fill is beyond quantity or limit, nothing is locked that is not there, and when all is withdrawn nothing is.
func TestRunningVenueKeepsItsLaws(t *testing.T) {
	fills, runs := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s, a := drawVenue(t)
		for range rapid.IntRange(2, 10).Draw(t, "rows") {
			if err := s.do(append(append(append([]string{"turn"}, drawBar(t)...), ";"), drawBar(t)...)); err != nil {
				t.Fatal(err)
			}
			for range rapid.IntRange(0, 12).Draw(t, "steps") {
				step(t, s, a)
				if err := a.agree(); err != nil {
					t.Fatal(err)
				}
				solvent(t, s)
			}
		}
		for id := range s.orders {
			s.print(s.x.Withdraw(id+1, s.now))
		}
		for id := range s.u.Assets {
			if locked := s.x.Locked(fund.AssetID(id)); !locked.IsZero() || s.broken != nil {
				t.Fatalf("%s %s stay locked; %v", locked, s.u.Assets[id].Name, s.broken)
			}
		}
		fills += a.fills
		runs++
	})
	if fills < 2*runs {
		t.Fatalf("%d fills in %d runs: the test tests little", fills, runs)
	}
}

// step tells a price, enters an order or withdraws one.
func step(t *rapid.T, s *stage, a *auditor) {
	switch rapid.IntRange(0, 4).Draw(t, "what") {
	case 0, 1:
		price := float64(rapid.IntRange(50, 150).Draw(t, "price"))
		if price == 50 {
			price = math.NaN()
		}
		half := rapid.SampledFrom([]float64{0, 0.001}).Draw(t, "half")
		s.print(s.x.Tell(fund.InstrumentID(rapid.IntRange(0, 1).Draw(t, "of")), price, half, s.now))
	case 2, 3:
		s.orders++
		o := drawOrder(t, s.u, s.orders)
		o.Spend = fund.NewAmount(1, -9) // does not count
		a.sent[o.ID] = o
		terms := rapid.SampledFrom([]exchange.Terms{exchange.Resting, exchange.Immediate, exchange.Passive}).Draw(t, "terms")
		s.print(s.x.Enter(o, terms, s.now))
	case 4:
		s.print(s.x.Withdraw(fund.OrderID(rapid.IntRange(0, int(s.orders)).Draw(t, "which")), s.now))
	}
}

func solvent(t *rapid.T, s *stage) {
	for id := range s.u.Assets {
		if held, locked := s.x.Balance(fund.AssetID(id)), s.x.Locked(fund.AssetID(id)); held.Less(locked) || locked.Sign() < 0 {
			t.Fatalf("%s of %s %s locked", locked, held, s.u.Assets[id].Name)
		}
	}
}
