package fund

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

func TestParseAmountRefuses(t *testing.T) {
	for _, s := range []string{
		"", "-", "+", ".", "-.", "e5", "1e", "1e+", "1e.5", "1e5.", "1e1.0", "1e1e1", "1..2", "1.2.3", "--1", "1 ", " 1",
		"0x10", "1_000", "1,5", "NaN", "Inf", "−1", "1e101", "1e-101", "1e999999999", "1e-999999999",
		"1e99999999999999999999999", strings.Repeat("9", 401), "1e" + strings.Repeat("0", 500),
	} {
		if a, err := ParseAmount(s); err == nil {
			t.Errorf("ParseAmount(%q) = %v", s, a)
		}
	}
}

func TestParseAmountReads(t *testing.T) {
	for s, want := range map[string]string{
		"0": "0", "-0": "0", "00.10": "0.1", "+5": "5", "5.": "5", ".5": "0.5", "1e8": "100000000", "1E-8": "0.00000001",
		"-12.50e1": "-125", "1e+2": "100", "0e100": "0", "1.5e-38": "0.000000000000000000000000000000000000015",
		"340282366920938463463374607431768211455":   "340282366920938463463374607431768211455",
		"340282366920938463463374607431768211456.0": "340282366920938463463374607431768211456",
		"0.1" + strings.Repeat("0", 60):             "0.1",
	} {
		if a, err := ParseAmount(s); err != nil || a.String() != want {
			t.Errorf("ParseAmount(%q) = %v, %v, want %s", s, a, err, want)
		}
	}
}

// FuzzParseAmount: what is read equals what the decimal package reads, and reads back.
func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"0", "12.50", "-1e-8", ".5", "1e999999999", "9999999999999999999999.999999999999999999e38", "1e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAmount(s)
		if err != nil {
			return
		}
		d, err := decimal.NewFromString(s)
		if err != nil {
			t.Fatalf("%q is no decimal, but was read as %v", s, a)
		}
		if !a.Decimal().Equal(d) {
			t.Fatalf("%q was read as %v", s, a)
		}
		text := a.String()
		if len(text) > maxText {
			return
		}
		if b, err := ParseAmount(text); err != nil || !b.Equal(a) {
			t.Fatalf("%q reads back as %v, %v", text, b, err)
		}
	})
}
