package venues

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/google/renameio/v2"
)

// mostWait is the longest ban that a venue hands out. What a file says beyond it is of a clock that was wrong.
const mostWait = 3 * 24 * time.Hour

// Waits keeps until when venues want to be left alone, by our clock, in a file that outlives the process: who begins again does not knock
// at a door that is closed. A nil Waits keeps nothing.
type Waits struct {
	path  string
	mu    sync.Mutex
	until map[string]time.Time // by venue
}

// ReadWaits reads what an earlier process left in a file; that there is none says that nobody has to wait.
func ReadWaits(path string) (*Waits, error) {
	w := &Waits{path: path, until: map[string]time.Time{}}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &w.until); err != nil {
		return nil, fmt.Errorf("%s does not say until when venues want to be left alone (%w): remove it once no venue bans this machine", path, err)
	}
	return w, nil
}

// Left returns how much longer a venue wants to be left alone, 0 or less if it does not.
func (w *Waits) Left(venue string) time.Duration {
	if w == nil {
		return 0
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return min(time.Until(w.until[venue]), mostWait)
}

// Note writes down that a venue wants to be left alone for so long from now on. Where the file's folder is not there yet, nothing has begun
// that could be gone on with, and nothing is written.
func (w *Waits) Note(venue string, wait time.Duration) error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	until := time.Now().UTC().Round(0).Add(wait)
	if !w.until[venue].Before(until) {
		return nil
	}
	w.until[venue] = until
	text, err := json.Marshal(w.until)
	if err == nil {
		err = renameio.WriteFile(w.path, append(text, '\n'), 0o644)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
