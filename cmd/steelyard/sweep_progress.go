package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/steelyard/steelyard/engine/fund"
)

// pointsProgress shows how far a sweep has come: as a bar where somebody sits at a terminal, otherwise as a line now and then.
type pointsProgress struct {
	to    io.Writer
	total int
	began time.Time
	told  time.Time // when the newest line was written
	bar   *progressbar.ProgressBar
}

// betweenLines is how long a log hears nothing.
const betweenLines = 30 * time.Second

func newPointsProgress(to io.Writer, total int) *pointsProgress {
	now := time.Now()
	p := &pointsProgress{to: to, total: total, began: now, told: now}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("points"),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("points"),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	return p
}

// set tells that so many points are done.
func (p *pointsProgress) set(done int) {
	if p.bar != nil {
		p.bar.Set(done) // what a terminal does not show is no error of the sweep
		return
	}
	if now := time.Now(); now.Sub(p.told) >= betweenLines {
		p.told = now
		fmt.Fprintln(p.to, p.line(done, now.Sub(p.began)))
	}
}

// line says how far a sweep is after a time.
func (p *pointsProgress) line(done int, took time.Duration) string {
	left := time.Duration(float64(took) / float64(done) * float64(p.total-done))
	return fmt.Sprintf("%s of %s points, %.1f a second, %s left", grouped(done), grouped(p.total), float64(done)/took.Seconds(), left.Round(time.Second))
}

// end takes the bar away and says how long it took.
func (p *pointsProgress) end(workers int) {
	if p.bar != nil {
		p.bar.Clear()
	}
	took := time.Since(p.began)
	fmt.Fprintf(p.to, "%s in %s, %.1f a second, %s\n", plural(p.total, "point", "points"), took.Round(time.Millisecond),
		float64(p.total)/took.Seconds(), plural(workers, "worker", "workers"))
}

// spareMemory makes the garbage collector keep a sweep near one and a half times its panel, and some room for each worker,
// unless the environment says otherwise. It is a limit that is exceeded where it has to be.
func spareMemory(panel *fund.Panel, workers int) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	columns := 5
	if panel.Bid != nil {
		columns = 7
	}
	bytes := int64(panel.Rows()) * int64(panel.N*columns+1) * 8
	debug.SetMemoryLimit(bytes*3/2 + 52<<20 + int64(workers)*24<<20)
}
