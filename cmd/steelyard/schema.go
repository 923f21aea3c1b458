package main

import (
	_ "embed"

	"github.com/urfave/cli/v2"
)

// fundSchema is the JSON Schema of fund files. A test of strategies/fundfile keeps it in step with the reader.
//
//go:embed fund.schema.json
var fundSchema []byte

// schemaCommand is `steelyard schema`: prints the JSON Schema of fund files.
func schemaCommand() *cli.Command {
	return &cli.Command{
		Name:      "schema",
		Usage:     "print the JSON Schema of fund files, for editors",
		ArgsUsage: " ",
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("steelyard schema takes no arguments")
			}
			_, err := c.App.Writer.Write(fundSchema)
			return err
		},
	}
}
