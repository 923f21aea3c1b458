package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// usagef makes an error that ends the program with exit code 2: the command line is wrong.
func usagef(format string, args ...any) error {
	return cli.Exit(fmt.Sprintf(format, args...), exitUsage)
}

// findingf makes an error that ends the program with exit code 3: what was asked for was done, and it found something.
func findingf(format string, args ...any) error {
	return cli.Exit(fmt.Sprintf(format, args...), exitFinding)
}

// flagsFirst moves the flags of a command line in front of its arguments, because the parser stops at the first
// argument and people write `steelyard backtest FUND.yaml --out RUN`. What follows "--" is an argument whatever it
// looks like. Who asks for help is not asked for arguments.
func flagsFirst(commands []*cli.Command, args []string) []string {
	at, flags := commandPath(commands, args)
	var front, back []string
	for i := at; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "--":
			front, back = append(front, arg), append(back, args[i+1:]...)
			i = len(args)
		case len(arg) < 2 || arg[0] != '-':
			back = append(back, arg)
		default:
			front = append(front, arg)
			switch takes := takesValue(flags, arg); {
			case takes && i+1 == len(args):
				back = nil // so that the parser misses the value and takes no argument for it
			case takes:
				i++
				front = append(front, args[i])
			}
		}
	}
	if slices.Contains(front, "--help") || slices.Contains(front, "-h") {
		back = nil
	}
	return slices.Concat(args[:at], front, back)
}

// commandPath returns where the arguments of the innermost command begin, and that command's flags.
func commandPath(commands []*cli.Command, args []string) (int, []cli.Flag) {
	var flags []cli.Flag
	at := min(1, len(args))
	for at < len(args) {
		k := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(args[at]) })
		if k < 0 {
			break
		}
		commands, flags = commands[k].Subcommands, commands[k].Flags
		at++
	}
	return at, flags
}

// takesValue reports whether the argument after this flag is its value.
func takesValue(flags []cli.Flag, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	for _, f := range flags {
		if _, isBool := f.(*cli.BoolFlag); slices.Contains(f.Names(), name) {
			return !isBool
		}
	}
	return false
}

// strictly makes commands, and those below them, answer a wrong command line with one line and exit code 2.
func strictly(commands []*cli.Command) []*cli.Command {
	for _, c := range commands {
		c.OnUsageError = onUsageError
		c.HideHelpCommand = true
		strictly(c.Subcommands)
	}
	return commands
}

func onUsageError(_ *cli.Context, err error, _ bool) error { return usagef("%v", err) }
