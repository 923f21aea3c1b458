package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// markdown sets the systems side by side; the first is what the others are measured by.
func markdown(results []result, missing []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Machine: %d cores, %s %s, %s; load of the last minute %s, so that wall times of long runs may be too long.\n\n", runtime.NumCPU(), runtime.Version(), runtime.GOARCH, version("python3"), load())
	b.WriteString("| system | time | processor | × steelyard | rebalances | NAV at the last close | − steelyard, bp |\n|---|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range results {
		rebalances := fmt.Sprint(r.Rebalances)
		if r.Rebalances == 0 {
			rebalances = "told"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %.2f | %s | %.2f | %.2f |\n", r.System, span(r.Seconds), span(r.CPU), r.CPU/results[0].CPU, rebalances, r.NAV, (r.NAV/results[0].NAV-1)*1e4)
	}
	if len(missing) > 0 {
		fmt.Fprintf(&b, "\nNot there, for want of their packages: %s.\n", strings.Join(missing, ", "))
	}
	return b.String()
}

// span writes seconds in a unit that suits them.
func span(seconds float64) string {
	if seconds < 1 {
		return fmt.Sprintf("%.1f ms", 1e3*seconds)
	}
	return fmt.Sprintf("%.1f s", seconds)
}

func version(program string) string {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return program + " not there"
	}
	return strings.TrimSpace(string(out))
}

// load returns how many processes wanted to run, on average of the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(text))[0]
}
