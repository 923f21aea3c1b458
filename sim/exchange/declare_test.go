package exchange_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/exchange"
)

// venue reads how the venue behaves.
func (s *stage) venue(words []string) (err error) {
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "interval":
			s.panel.Interval, err = time.ParseDuration(value)
		case "fill":
			s.cfg.AtClose = value == "close"
		case "participation":
			s.cfg.Participation, err = fraction(value)
		case "latency":
			s.cfg.Latency, err = time.ParseDuration(value)
		case "jitter":
			s.cfg.Jitter, err = time.ParseDuration(value)
		case "rejects":
			s.cfg.RejectRate, err = fraction(value)
		case "seed":
			s.cfg.Seed, err = strconv.ParseUint(value, 10, 64)
		case "model":
			s.kind = value
		case "y":
			s.root.Y, err = strconv.ParseFloat(value, 64)
		case "half-life":
			s.root.HalfLife, err = time.ParseDuration(value)
		default:
			return fmt.Errorf("unknown key %s", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// model returns the impact model of all instruments. All but the square root have the parameters that are round.
func (s *stage) model() impact.Model {
	switch s.kind {
	case "proportional":
		return impact.Proportional{Rate: 0.001}
	case "almgren-chriss":
		return impact.AlmgrenChriss{Gamma: 0.5, Eta: 0.1, Epsilon: 0.0001}
	case "power-law":
		return impact.PowerLaw{Gamma: 0.5, Eta: 0.1, Beta: 0.5, Delta: 0.25, Supply: 160_000}
	case "transient":
		return impact.Transient{Permanent: 0.25, Transient: 0.75, HalfLife: s.root.HalfLife}
	}
	return s.root
}

// build makes the venue of what was declared.
func (s *stage) build() error {
	for _, words := range s.declared {
		s.list(strings.Split(words[0], "/"))
		for _, word := range words {
			if fee, ok := strings.CutPrefix(word, "in="); ok && fee == strings.ToUpper(fee) {
				s.list([]string{fee})
			}
		}
	}
	for _, words := range s.declared {
		in, err := s.instrument(words[0], words[1:])
		if err != nil {
			return err
		}
		s.u.Instruments = append(s.u.Instruments, in)
	}
	if cash, ok := s.u.Asset("USDT"); ok {
		s.u.Base = cash
	}
	s.panel.N = len(s.u.Instruments)
	s.cfg.Impact = slices.Repeat([]impact.Model{s.model()}, s.panel.N)
	s.cfg.Window = fund.Day
	s.x = exchange.New(s.u, s.cfg)
	return s.u.Check()
}

// list adds assets to the universe, by name.
func (s *stage) list(names []string) {
	for _, name := range names {
		if at, ok := s.u.Asset(name); !ok {
			s.u.Assets = slices.Insert(s.u.Assets, int(at), fund.Asset{Name: name, Decimals: 8})
		}
	}
}

// instrument reads a pair and its rules.
func (s *stage) instrument(pair string, words []string) (in fund.Instrument, err error) {
	base, quote, _ := strings.Cut(pair, "/")
	in = fund.Instrument{Name: pair, Base: s.asset(base), Quote: s.asset(quote)}
	for _, word := range words {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "lot":
			in.Lot = fund.MustAmount(value)
		case "tick":
			in.Tick = fund.MustAmount(value)
		case "min":
			in.MinQuantity = fund.MustAmount(value)
		case "max":
			in.MaxQuantity = fund.MustAmount(value)
		case "notional":
			in.MinNotional = fund.MustAmount(value)
		case "spread":
			in.Spread, err = fraction(value)
		case "taker":
			in.Fees.Taker = fund.MustAmount(value)
		case "maker":
			in.Fees.Maker = fund.MustAmount(value)
		case "per-trade":
			in.Fees.PerTrade = fund.MustAmount(value)
		case "in":
			s.feeIn(&in.Fees, value)
		default:
			return in, fmt.Errorf("unknown key %s", name)
		}
		if err != nil {
			return in, err
		}
	}
	return in, nil
}

func (s *stage) feeIn(f *fund.Fees, where string) {
	switch where {
	case "quote":
	case "base":
		f.In = fund.FeeInBase
	case "received":
		f.In = fund.FeeInReceived
	default:
		f.In, f.Asset = fund.FeeInAsset, s.asset(where)
	}
}

// fraction reads 10bp, 5% or 0.1; nothing is 0.
func fraction(s string) (float64, error) {
	scale := 1.0
	switch {
	case s == "":
		return 0, nil
	case strings.HasSuffix(s, "bp"):
		s, scale = strings.TrimSuffix(s, "bp"), 1e4
	case strings.HasSuffix(s, "%"):
		s, scale = strings.TrimSuffix(s, "%"), 100
	}
	x, err := strconv.ParseFloat(s, 64)
	return x / scale, err
}
