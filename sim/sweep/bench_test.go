package sweep_test

import (
	"context"
	"testing"
)

// BenchmarkPoint runs one point: three instruments, two months of hours.
func BenchmarkPoint(b *testing.B) {
	of := base(b, swept)
	for b.Loop() {
		if _, err := of.Run(context.Background(), of.Fund); err != nil {
			b.Fatal(err)
		}
	}
}
