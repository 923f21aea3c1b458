package exchange_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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
