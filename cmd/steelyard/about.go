package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/renameio/v2"
)

// about is run.json: what differs between machines and moments, and so stands outside the chain.
type about struct {
	invocation
	Folder  string     `json:"folder"`
	Seed    uint64     `json:"seed"`
	Venues  whoseFills `json:"venues,omitempty"`
	Notes   []string   `json:"notes"`             // what loading the data had to say
	Resumes []resume   `json:"resumes,omitempty"` // in order
}

// invocation is a process that ran a fund or went on with it: which program, where, and how it was called.
type invocation struct {
	Version   string    `json:"version"`
	Revision  string    `json:"revision,omitempty"`
	Modified  bool      `json:"modified,omitempty"` // the sources were not those of the revision
	Build     string    `json:"build,omitempty"`    // SHA-256 of the program's file, hex
	Go        string    `json:"go"`
	OS        string    `json:"os"`
	Arch      string    `json:"arch"`
	Level     string    `json:"level,omitempty"` // GOAMD64 or GOARM64
	Started   time.Time `json:"started"`
	Arguments []string  `json:"arguments"`
}

// resume is a process that went on with a run.
type resume struct {
	invocation
	Records int   `json:"records"` // that it found
	Cut     int64 `json:"cut"`     // bytes behind them that it cut off
}

// whoseFills says whose fills a run's are. A run that does not say is of the time when there were only simulated ones.
type whoseFills string

const (
	simulatedVenues whoseFills = "simulated"
	realVenues      whoseFills = "real" // they say what was paid and not why
)

func aboutThisRun() about { return about{invocation: thisInvocation(), Notes: []string{}} }

func thisInvocation() invocation {
	p := invocation{Version: "unknown", Build: thisBuild(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Started: time.Now().UTC()}
	for _, arg := range os.Args[1:] {
		p.Arguments = append(p.Arguments, withoutSecrets(arg))
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return p
	}
	p.Version = info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			p.Revision = s.Value
		case "vcs.modified":
			p.Modified = s.Value == "true"
		case "GOAMD64", "GOARM64":
			p.Level = s.Value
		}
	}
	return p
}

// thisBuild is the SHA-256 of the program's own file, "" where it cannot be read. A build from the same sources by the same
// Go and C compilers has the same.
var thisBuild = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
})

// write writes run.json, whole or not at all.
func (a *about) write(dir string) error {
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	return renameio.WriteFile(filepath.Join(dir, aboutName), append(text, '\n'), 0o644)
}

// noteResume adds this process to the run.json of a run that it goes on with.
func noteResume(dir string, records int, cut int64) error {
	text, err := os.ReadFile(filepath.Join(dir, aboutName))
	if err != nil {
		return err
	}
	var a about
	if err := json.Unmarshal(text, &a); err != nil {
		return err
	}
	a.Resumes = append(a.Resumes, resume{thisInvocation(), records, cut})
	return a.write(dir)
}
