// Backtest runs the same job with steelyard and with other backtesters, and sets times and final values side by side. The panel
// is made once, here, and read by all. Each peer is installed, in the versions that its list in this folder pins, into a Python environment of
// its own, which is kept for the next time; where that cannot be done the peer is left out and a line says why.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/steelyard/steelyard/bench/document"
)

// The document keeps everything outside these two lines.
const (
	beginMark = "<!-- peers: make peers -->\n"
	endMark   = "<!-- end of peers -->\n"
)

// here is the folder of the peers' scripts, from the root of the repository.
var here = filepath.Join("bench", "peers", "backtest")

func main() {
	path := flag.String("o", "", "write the table into this `document`, between its markers")
	envs := flag.String("envs", "", "`folder` of the Python environments (default: in the user's cache)")
	flag.Parse()
	if err := run(*path, *envs); err != nil {
		fmt.Fprintln(os.Stderr, "backtest:", err)
		os.Exit(1)
	}
}

// rounds is how often steelyard does the job.
const rounds = 20

func run(path, envs string) error {
	if envs == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		envs = filepath.Join(cache, "steelyard-peers")
	}
	dir, err := os.MkdirTemp("", "peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	panel := walk()
	plain, decided, err := ours("steelyard", "{model: none}", panel, rounds)
	if err != nil {
		return err
	}
	full, _, err := ours("steelyard, with impact", "{model: square-root, y: 1, half-life: 24h}", panel, rounds)
	if err != nil {
		return err
	}
	if err := write(dir, panel, decided); err != nil {
		return err
	}
	results := []result{plain, full}
	var missing []string
	for _, name := range []string{"vectorbt", "bt", "cvxportfolio", "nautilus_trader"} {
		r, err := peer(name, envs, dir)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: skipped: %v\n", name, err)
			missing = append(missing, name)
			continue
		}
		results = append(results, r)
	}
	table := markdown(results, missing)
	fmt.Print(table)
	switch {
	case path == "":
		return nil
	case len(missing) > 0:
		fmt.Fprintf(os.Stderr, "%s keeps its table: not all peers are here\n", path)
		return nil
	}
	return document.Replace(path, beginMark, endMark, table)
}

// peer runs a peer's script in its environment.
func peer(name, envs, dir string) (result, error) {
	python, err := environment(name, envs)
	if err != nil {
		return result{}, err
	}
	fmt.Fprintf(os.Stderr, "%s: running\n", name)
	cmd := exec.Command(python, filepath.Join(here, "run_"+name+".py"), dir)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	var says strings.Builder
	cmd.Stderr = &says
	out, err := cmd.Output()
	if err != nil {
		return result{}, fmt.Errorf("%w\n%s", err, says.String())
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	var r result
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &r); err != nil {
		return result{}, fmt.Errorf("it says %q: %w", lines[len(lines)-1], err)
	}
	return r, nil
}

// environment returns the interpreter of a peer's environment, which it makes where there is none with the versions that are asked for.
func environment(name, envs string) (string, error) {
	dir, wanted := filepath.Join(envs, name), filepath.Join(here, name+".txt")
	list, err := os.ReadFile(wanted)
	if err != nil {
		return "", err
	}
	python, done := filepath.Join(dir, "bin", "python"), filepath.Join(dir, "installed.txt")
	if has, err := os.ReadFile(done); err == nil && string(has) == string(list) {
		return python, nil
	}
	fmt.Fprintf(os.Stderr, "%s: installing\n", name)
	if out, err := exec.Command("python3", "-m", "venv", dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("no Python environment: %w\n%s", err, out)
	}
	if out, err := exec.Command(python, "-m", "pip", "install", "--quiet", "-r", wanted).CombinedOutput(); err != nil {
		return "", fmt.Errorf("it cannot be installed: %w\n%s", err, out)
	}
	return python, os.WriteFile(done, list, 0o644)
}
