package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/examples"
)

// initCommand is `steelyard init`: writes a commented fund file to start from.
func initCommand() *cli.Command {
	return &cli.Command{
		Name:      "init",
		Usage:     "write a commented fund file to start from",
		ArgsUsage: "[FILE]",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "template", Value: "three-coins", Usage: "`NAME` of the file to start from"},
			&cli.BoolFlag{Name: "list", Usage: "list the templates and write nothing"},
		},
		Action: func(c *cli.Context) error {
			switch {
			case c.Args().Len() > 1:
				return usagef("steelyard init takes one file to write, not %d", c.Args().Len())
			case c.Bool("list"):
				return listTemplates(c.App.Writer)
			}
			return initFund(c, orElse(c.Args().First(), "fund.yaml"))
		},
	}
}

// initFund writes a template to a path at which there is no file yet.
func initFund(c *cli.Context, path string) error {
	name := c.String("template")
	text, err := examples.Files.ReadFile(name + ".yaml")
	if err != nil {
		names, err := templates()
		return errors.Join(usagef("there is no template %q, but %s", name, strings.Join(names, ", ")), err)
	}
	own := strings.ReplaceAll(string(text), "examples/"+name+".yaml", path)
	if err := writeNew(path, own, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s written; read it, change it, and check it with\n  steelyard validate %s\n", path, path)
	return err
}

// writeNew writes a file that does not exist yet, whole or not at all.
func writeNew(path, text string, perm os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; give another name, or remove it", path)
	} else if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
	}
	return err
}

// templates returns the names of the templates, in order.
func templates() ([]string, error) {
	var names []string
	err := fs.WalkDir(examples.Files, ".", func(path string, e fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(path, ".yaml"); ok {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

// listTemplates prints the templates with the first sentence of each.
func listTemplates(w io.Writer) error {
	names, err := templates()
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range names {
		text, err := examples.Files.ReadFile(name + ".yaml")
		if err != nil {
			return err
		}
		fmt.Fprintf(t, "%s\t%s\n", name, firstSentence(string(text)))
	}
	return t.Flush()
}

// firstSentence returns what a file's opening comment says first.
func firstSentence(text string) string {
	var comment []string
	for line := range strings.Lines(text) {
		says, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		comment = append(comment, strings.TrimSpace(says))
	}
	sentence, _, _ := strings.Cut(strings.Join(comment, " ")+" ", ". ")
	return sentence
}
