package main

import "github.com/urfave/cli/v2"

// auditCommand is `steelyard audit`: what tells somebody who was not there what a run decided, and why.
func auditCommand() *cli.Command {
	return &cli.Command{
		Name:  "audit",
		Usage: "read a run as an auditor does",
		Subcommands: []*cli.Command{
			auditShowCommand(), auditProjectCommand(), auditExportCommand(),
			auditVerifyCommand(), auditReplayCommand(), auditPackCommand(), auditHeadCommand(), auditKeygenCommand(), auditCorrectCommand(),
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("no command audit %q; steelyard audit --help lists them", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}
