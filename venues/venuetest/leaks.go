package venuetest

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"
)

// Main runs the tests of a package, as its TestMain, and fails where goroutines outlive them.
func Main(m *testing.M) {
	before := runtime.NumGoroutine()
	code := m.Run()
	if code == 0 && !ended(before) {
		fmt.Fprintln(os.Stderr, "Goroutines outlive the tests:")
		pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
		code = 1
	}
	os.Exit(code)
}

// ended waits until there are no more goroutines than there were, and reports whether that came.
func ended(before int) bool {
	http.DefaultClient.CloseIdleConnections()
	for end := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}
