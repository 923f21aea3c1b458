package main

import (
	"bytes"
	_ "embed"
	"text/template"

	"github.com/steelyard/steelyard/engine/fund"
)

// readmeName is the file of a pack that tells an auditor what to do with it.
const readmeName = "README.md"

//go:embed audit_readme.md
var readmeText string

// readme writes the README of a run's pack. Equal runs give equal bytes.
func (r *storedRun) readme() []byte {
	var out bytes.Buffer
	text := template.Must(template.New(readmeName).Parse(readmeText))
	err := text.Execute(&out, struct {
		Fund               string
		From, To           fund.Time
		Records, Decisions int
		Head               string
		About              about
	}{r.fund.Name, r.fund.Backtest.From, r.fund.Backtest.To, len(r.scan.Records), r.count("decide"), r.scan.Head, r.about})
	if err != nil {
		panic("steelyard: the README of a pack cannot be written: " + err.Error())
	}
	return out.Bytes()
}
