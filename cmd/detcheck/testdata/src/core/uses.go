package core

import (
	_ "crypto/rand" // want `import of crypto/rand in the core: random streams are named`
	"fmt"
	"io"
	"math"
	_ "math/rand/v2" // want `import of math/rand/v2 in the core`
	_ "net/http"     // want `import of net/http in the core: the core does no IO`
	"os"             // want `import of os in the core: the core does no IO`
	_ "sync/atomic"  // want `import of sync/atomic in the core: the core runs in one goroutine`
	"time"
	_ "unsafe" // want `import of unsafe in the core`
)

type clock struct{ now func() time.Time }

func (clock) Now() time.Time { return time.Unix(0, 0).UTC() }

func uses(w io.Writer, t time.Time) {
	_ = clock{now: time.Now} // want `time.Now in the core: the clock of the core is Event.At`
	_ = clock{}.Now()
	time.Sleep(1)        // want `time.Sleep in the core`
	_ = t.Local()        // want `\(time.Time\).Local in the core: the core knows UTC only`
	_ = t.In(time.Local) // want `time.Local in the core`
	_ = t.UTC()
	fmt.Println(os.Args) // want `fmt.Println in the core`
	println("hello")     // want `println in the core`
	fmt.Fprintln(w, "fine")
}

func elementary(x float64) float64 {
	x = math.Exp(x)       // want `math.Exp differs between builds and processors: use engine/float`
	x = math.FMA(x, x, x) // want `math.FMA differs`
	return math.Sqrt(math.Abs(x)) / math.Ln2
}
