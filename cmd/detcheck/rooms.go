package main

const module = "github.com/steelyard/steelyard/"

// rooms lists the core packages that may import what is otherwise forbidden. All other rules hold there too.
var rooms = map[string][]string{
	module + "engine/journal":      {"bufio", "io/fs", "os", "path/filepath"},            // the crash-safe file
	module + "engine/host":         {"bufio", "io/fs", "os", "path/filepath"},            // the lock and the recorder
	module + "strategies/fundfile": {"bufio", "io/fs", "net/url", "os", "path/filepath"}, // reads the fund file, and addresses in it
}

// forbidden maps an import to what to do instead. A key that ends in a slash stands for all below it.
var forbidden = map[string]string{
	"C":                 "write it in Go",
	"bufio":             inOut,
	"crypto/rand":       random,
	"database/":         inOut,
	"embed":             inOut,
	"gonum.org/":        "gonum's kernels differ by processor: write the loop, or use engine/float",
	"hash/maphash":      "it is seeded at random: use crypto/sha256 or hash/fnv",
	"io/fs":             inOut,
	"io/ioutil":         inOut,
	"log":               inOut,
	"log/":              inOut,
	"math/cmplx":        "its results differ by build: use engine/float",
	"math/rand":         random,
	"math/rand/":        random,
	"net":               inOut,
	"net/":              inOut,
	"os":                inOut,
	"os/":               inOut,
	"path/filepath":     inOut,
	"plugin":            inOut,
	"runtime":           "the core must not know its machine",
	"runtime/":          "the core must not know its machine",
	"sync":              concurrent,
	"sync/":             concurrent,
	"syscall":           inOut,
	"testing":           "it belongs to _test.go files",
	"unsafe":            "write it in plain Go",
	"golang.org/x/sys/": inOut,
}

const (
	inOut      = "the core does no IO: let it come in as an event and go out as a command, or move it to the host"
	random     = "random streams are named, seeded and live in the world: pass drawn numbers in"
	concurrent = "the core runs in one goroutine: nothing needs guarding"
)

// refusal returns what to do instead of importing path in package pkg, or "".
func refusal(pkg, path string) string {
	for _, allowed := range rooms[pkg] {
		if allowed == path {
			return ""
		}
	}
	if instead := forbidden[path]; instead != "" {
		return instead
	}
	for i, c := range path {
		if instead := forbidden[path[:i+1]]; c == '/' && instead != "" {
			return instead
		}
	}
	return ""
}
