package fund

import "testing"

func BenchmarkAmount(b *testing.B) {
	price, quantity, lot, ten := MustAmount("43251.07123"), MustAmount("1.01832741"), MustAmount("0.0025"), MustAmount("0.00001")
	balance, other := MustAmount("10000000.12345678"), MustAmount("-512.25")
	large := balance.Mul(quantity)
	var (
		sum  Amount
		x    float64
		n    int
		text []byte
	)
	for _, c := range []struct {
		name string
		op   func()
	}{
		{"Add", func() { sum = balance.Add(quantity) }},
		{"Add/scales", func() { sum = balance.Add(other) }},
		{"Sub", func() { sum = balance.Sub(quantity) }},
		{"Cmp", func() { n += balance.Cmp(quantity) }},
		{"Cmp/scales", func() { n += balance.Cmp(price) }},
		{"Mul", func() { sum = price.Mul(quantity) }},
		{"RoundDown", func() { sum = large.RoundDown(8) }},
		{"FloorTo/ten", func() { sum = quantity.FloorTo(ten) }},
		{"FloorTo/any", func() { sum = quantity.FloorTo(lot) }},
		{"QuoUp", func() { sum = balance.QuoUp(price, 8) }},
		{"Float64", func() { x = price.Float64() }},
		{"Float64/large", func() { x = large.Float64() }},
		{"AmountOfFloat", func() { sum = AmountOfFloat(43251.07123) }},
		{"AppendFloat", func() { text = AppendFloat(text[:0], 4325.107123618842) }},
		{"AppendTo", func() { text = balance.AppendTo(text[:0]) }},
		{"AppendTo/large", func() { text = large.AppendTo(text[:0]) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.op()
			}
		})
	}
	b.Run("Parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sum, _ = ParseAmount("43251.07000000")
		}
	})
	_, _, _ = sum, x, n
}
