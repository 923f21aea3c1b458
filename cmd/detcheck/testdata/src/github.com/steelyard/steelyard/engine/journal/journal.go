package journal

import (
	_ "net" // want `import of net in the core`
	"os"
	"time"
)

func open(name string) (*os.File, error) {
	_ = time.Now() // want `time.Now in the core`
	return os.Open(name)
}
