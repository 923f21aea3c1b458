package main

import (
	"fmt"
	"time"

	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/strategies"
)

// modelWords tells an impact model and its parameters.
func modelWords(m impact.Model) string {
	switch m := m.(type) {
	case impact.Proportional:
		return fmt.Sprintf("proportional: every trade pays %v of its value", m.Rate)
	case impact.SquareRoot:
		return fmt.Sprintf("square root: an order moves the price by %v × daily volatility × √(quantity ÷ daily volume) and pays two thirds of that; %s",
			m.Y, memoryWords("what the market remembers of our trades", m.HalfLife))
	case impact.AlmgrenChriss:
		return fmt.Sprintf("Almgren–Chriss: a trade pays %v × daily volatility × quantity ÷ (daily volume × days of a row) and %v of its value on top; "+
			"what was traded before has moved the price by %v × daily volatility × quantity ÷ daily volume, for good", m.Eta, m.Epsilon, m.Gamma)
	case impact.PowerLaw:
		return fmt.Sprintf("power law: a trade pays %v × daily volatility × (quantity ÷ (daily volume × days of a row))^%v and half of what it moves "+
			"the price by for good: %v × daily volatility × quantity ÷ daily volume × (%v ÷ daily volume)^%v", m.Eta, m.Beta, m.Gamma, m.Supply, m.Delta)
	case impact.Transient:
		return fmt.Sprintf("transient: an order moves the price by %v × daily volatility × quantity ÷ daily volume, of which %v stays for good, and pays half of that; %s",
			m.Permanent+m.Transient, m.Permanent, memoryWords("the rest of what our trades moved", m.HalfLife))
	}
	return "none"
}

func memoryWords(what string, halfLife time.Duration) string {
	if halfLife == 0 {
		return "the market forgets nothing of our trades"
	}
	return what + " halves in " + strategies.Span(halfLife)
}
