package venuetest

import (
	"runtime"
	"testing"
)

func TestMain(m *testing.M) { Main(m) }

// A goroutine that ends is waited for.
func TestEnded(t *testing.T) {
	before, free := runtime.NumGoroutine(), make(chan struct{})
	go func() { <-free }()
	if runtime.NumGoroutine() <= before {
		t.Fatal("it does not count")
	}
	go close(free)
	if !ended(before) {
		t.Error("it did not end")
	}
}
