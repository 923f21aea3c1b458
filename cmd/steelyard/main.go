// Command steelyard rebalances a crypto fund: backtests, replays, and the data behind them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v2"
)

// The exit codes. What is found is no error: a plan to apply, a breach, a difference, bad data.
const (
	exitError   = 1
	exitUsage   = 2
	exitFinding = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args, os.Stdout, os.Stderr)
	os.Exit(code)
}

// run is the whole program: it takes the command line and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	app := newApp(stdout, stderr)
	err := app.RunContext(ctx, flagsFirst(app.Commands, args))
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		err = errors.New("interrupted")
	}
	fmt.Fprintln(stderr, "steelyard:", withoutSecrets(err.Error()))
	var coded cli.ExitCoder
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return exitError
}

func newApp(stdout, stderr io.Writer) *cli.App {
	return &cli.App{
		Name:            "steelyard",
		Usage:           "keeps a crypto fund level, in simulation first",
		Writer:          stdout,
		ErrWriter:       stderr,
		HideHelpCommand: true,
		Commands: strictly([]*cli.Command{
			initCommand(), schemaCommand(), dataCommand(), validateCommand(), backtestCommand(), sweepCommand(), planCommand(), checkCommand(), costsCommand(),
			paperCommand(), liveCommand(), statusCommand(), pauseCommand(), resumeCommand(), rebalanceCommand(), adjustCommand(), stopCommand(),
			replayCommand(), reportCommand(), compareCommand(), runsCommand(), auditCommand(), venueCommand(),
		}),
		OnUsageError:    onUsageError,
		ExitErrHandler:  func(*cli.Context, error) {}, // run prints the error, once
		CommandNotFound: func(c *cli.Context, name string) {},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("no command %q; steelyard --help lists them", c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
	}
}
