package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// usagef makes an error that ends the program with exit code 2: the command line is wrong.
func usagef(format string, args ...any) error { return cli.Exit(fmt.Sprintf(format, args...), 2) }
