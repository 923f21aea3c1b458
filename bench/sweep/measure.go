package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// measured is one sweep, run by a process of its own.
type measured struct {
	name      string
	points    int
	workers   int
	took, cpu time.Duration // cpu: of all threads
	peak      int64         // bytes of memory
	limit     int64         // that it is to stay under
	load      string        // of the machine, as it began
}

const living = "AAVE, ADA, ALGO, ATOM, AVAX, BNB, BTC, CRV, DOGE, DOT, ETH, LINK, LTC, MATIC, MKR, NEAR, SOL, TRX, UNI, XLM, XMR, XRP"
const all = "AAVE, ADA, ALGO, ANC, ATOM, AVAX, BNB, BTC, BUSD, CRV, DOGE, DOT, ETH, FTT, LINK, LTC, LUNA, LUNC, MATIC, MKR, NEAR, SOL, SRM, TRX, UNI, USDC, UST, XLM, XMR, XRP"

// grid is 25 bands, four cooldowns, two targets and five fees: 1,000 points. What the second target holds dies in part.
func grid() []string {
	return []string{"--vary", "trigger.band=2%..30%:25", "--vary", "trigger.at-most-every=1d,3d,7d,30d",
		"--vary", "target.assets=[" + living + "],[" + all + "]", "--vary", "venues.binance.fee.taker=0bp,5bp,10bp,20bp,40bp"}
}

// hours is how many rows the period has, and columns how many numbers a bar takes.
const hours, columns = 23_989, 5

// runs measures the grid with one worker and with two, and a fund of ten coins, whose panel is small.
func (j *job) runs(ctx context.Context) ([]measured, error) {
	var list []measured
	for _, workers := range []int{1, 2} {
		m, err := j.sweep(ctx, "thirty instruments", filepath.Join(j.dir, "thirty.yaml"), 30, workers, grid())
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	ten := []string{"--vary", "trigger.band=2%..30%:25", "--vary", "venues.binance.fee.taker=0bp,5bp,10bp,20bp"}
	m, err := j.sweep(ctx, "ten instruments", filepath.Join("examples", "ten-equal.yaml"), 10, 2, ten)
	return append(list, m), err
}

// sweep runs a sweep and measures its process.
func (j *job) sweep(ctx context.Context, name, fund string, instruments int64, workers int, vary []string) (measured, error) {
	m := measured{name: name, workers: workers, limit: hours*instruments*columns*8*3/2 + 200e6, load: load()}
	out := filepath.Join(j.dir, fmt.Sprint(name, workers))
	args := append([]string{"sweep", fund, "--store", j.store, "--workers", fmt.Sprint(workers), "--out", out}, vary...)
	if j.points > 0 {
		args = append(args, "--random", fmt.Sprint(j.points))
	}
	c := exec.CommandContext(ctx, j.program, args...)
	var said bytes.Buffer
	c.Stderr = &said
	began := time.Now()
	if err := c.Run(); err != nil {
		return m, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, &said)
	}
	m.took, m.cpu = time.Since(began), c.ProcessState.UserTime()+c.ProcessState.SystemTime()
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.peak = u.Maxrss << 10
	}
	rows, err := os.ReadFile(filepath.Join(out, "sweep.csv"))
	m.points = bytes.Count(rows, []byte("\n")) - 1
	return m, err
}

// load is how busy the machine was in the last minute, "" where it does not say.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	return strings.Fields(string(text))[0]
}

// table writes what was measured, and what the second worker brought.
func table(list []measured) string {
	var b strings.Builder
	b.WriteString("| sweep | points | workers | time | processor time | peak memory | is to stay under | load before |\n|---|---|---|---|---|---|---|---|\n")
	for _, m := range list {
		fmt.Fprintf(&b, "| %s | %d | %d | %.1f s | %.1f s | %.0f MB | %.0f MB | %s |\n", m.name, m.points, m.workers, m.took.Seconds(), m.cpu.Seconds(),
			float64(m.peak)/1e6, float64(m.limit)/1e6, m.load)
	}
	one, two := list[0], list[1]
	fmt.Fprintf(&b, "\nThe second worker is worth %.2f× in time; both together take %.2f× the processor time of one.\n",
		one.took.Seconds()/two.took.Seconds(), two.cpu.Seconds()/one.cpu.Seconds())
	return b.String()
}
