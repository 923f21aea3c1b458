package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/reports"
)

// auditShowCommand is `steelyard audit show`: tells what a run decided, and why.
func auditShowCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "list the decisions of a run, or tell one of them: why, who, weights, prices, plan, checks, orders, fills, cost",
		ArgsUsage: "RUN [EVENT]",
		Description: "EVENT is the number of a decision, or its ID, which is the same in every table and on every machine, or the\n" +
			"beginning of it.",
		Flags: []cli.Flag{&cli.StringFlag{Name: "html", Usage: "write a page to `FILE` instead of the terminal"}},
		Action: func(c *cli.Context) error {
			if n := c.Args().Len(); n != 1 && n != 2 {
				return usagef("steelyard audit show takes a run folder and perhaps one decision of it, not %d arguments", n)
			}
			return auditShow(c)
		},
	}
}

func auditShow(c *cli.Context) error {
	run, analysis, err := analysed(c.Args().First())
	if err != nil {
		return err
	}
	story, err := run.story(analysis)
	if err != nil {
		return err
	}
	sheet := story.List()
	if c.Args().Len() == 2 {
		event, err := story.Find(c.Args().Get(1))
		if err != nil {
			return err
		}
		sheet = story.Tell(event)
	}
	if path := c.String("html"); path != "" {
		return sheet.Save(path)
	}
	return sheet.WriteText(c.App.Writer)
}

// story gives the story of a run what only its folder knows.
func (r *storedRun) story(a *reports.Analysis) (*reports.Story, error) {
	story, err := reports.NewStory(a)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.dir, err)
	}
	policy, err := r.fund.Policy()
	if err != nil {
		return nil, err
	}
	story.Terms, story.Trigger, story.Limits, story.Program = terms(r.fund, &a.Run), r.fund.Trigger.Kind, policy.Limits, r.about.says()
	return story, nil
}

// says tells which program made the run, and when.
func (a *about) says() string {
	words := []string{"steelyard " + a.Version}
	if a.Revision != "" {
		words = append(words, "of revision "+a.Revision)
	}
	return fmt.Sprintf("%s, built by %s for %s/%s, begun %s", strings.Join(words, " "), a.Go, a.OS, a.Arch, a.Started.Format(time.RFC3339))
}
