package main

import (
	"runtime"
	"runtime/debug"
	"time"
)

// about is run.json: what differs between machines and moments, and so stands outside the chain.
type about struct {
	Version   string    `json:"version"`
	Revision  string    `json:"revision,omitempty"`
	Go        string    `json:"go"`
	OS        string    `json:"os"`
	Arch      string    `json:"arch"`
	Level     string    `json:"level,omitempty"` // GOAMD64 or GOARM64
	Started   time.Time `json:"started"`
	Arguments []string  `json:"arguments"`
	Folder    string    `json:"folder"`
	Seed      uint64    `json:"seed"`
	Venues    venues    `json:"venues,omitempty"`
	Notes     []string  `json:"notes"` // what loading the data had to say
}

// venues says whose fills a run's are. A run that does not say is of the time when there were only simulated ones.
type venues string

const (
	simulatedVenues venues = "simulated"
	realVenues      venues = "real" // they say what was paid and not why
)

func aboutThisBuild() about {
	a := about{Version: "unknown", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Started: time.Now().UTC(), Notes: []string{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return a
	}
	a.Version = info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			a.Revision = s.Value
		case "GOAMD64", "GOARM64":
			a.Level = s.Value
		}
	}
	return a
}
