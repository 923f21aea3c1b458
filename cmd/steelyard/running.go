package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
	"github.com/steelyard/steelyard/venues"
)

// runningWriter writes the folder of a run in running time while it grows: rows before they are stepped, then what followed.
type runningWriter struct {
	folder  *runFolder
	rows    *journal.Rows
	alarms  *os.File
	durable *journal.Durable
	stderr  io.Writer
	err     error // of alarms, until Idle tells it
}

// openRunning opens what a run in running time appends to. Figures of an earlier stop go: they are of a part of it.
// known is the newest time of the venues that the run knows.
func (r *runFolder) openRunning(known fund.Time) (*runningWriter, error) {
	for _, name := range []string{summaryName, reportName} {
		if err := os.Remove(filepath.Join(r.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	stored, err := journal.ReadRows(journal.Dir(r.dir))
	if err != nil {
		return nil, err
	}
	w := &runningWriter{folder: r}
	if w.rows, err = journal.ReopenRows(journal.Dir(r.dir), stored); err != nil {
		return nil, err
	}
	if w.alarms, err = reopenAlarms(filepath.Join(r.dir, alarmsName), known); err != nil {
		w.rows.Close()
	}
	return w, err
}

func (w *runningWriter) close() error { return errors.Join(w.err, w.rows.Close(), w.alarms.Close()) }

// Sync puts the journal on the disk, and before it the rows that it tells of.
func (w *runningWriter) Sync() error {
	if err := w.rows.Sync(); err != nil {
		return err
	}
	return w.folder.journal.Sync()
}

// idle is called about every second in which nothing happens.
func (w *runningWriter) idle() error {
	if w.err != nil {
		return w.err
	}
	return w.durable.CatchUp()
}

// recorder returns the recorder of the run: what was recorded is verified first, and then everything is on the disk before it is acted
// on, signed where that was asked for, told on stderr, and answered to the operators whose word it was.
func (w *runningWriter) recorder(in *inputs, control *control, stderr io.Writer) (host.Recorder, error) {
	w.stderr = stderr
	rec, err := w.folder.begin(in)
	if err != nil {
		return nil, err
	}
	w.durable = journal.NewDurable(rec, w)
	if err := w.Sync(); err != nil { // from here on the journal says whose it is
		return nil, err
	}
	t := &teller{Recorder: w.durable, durable: w.durable, control: control, universe: in.fund.Universe(), out: stderr}
	if in.signing.key == nil {
		return t, nil
	}
	dir := journal.Dir(w.folder.dir)
	w.folder.signer, err = evidence.NewSigner(dir, &w.folder.resumed, w.durable, w.Sync, in.signing.key, in.signing.every)
	t.Recorder = w.folder.signer
	return t, err
}

// teller is a recorder that tells what is decided, once it is recorded.
type teller struct {
	host.Recorder
	durable  *journal.Durable
	control  *control
	universe *fund.Universe
	out      io.Writer
	at       fund.Time // of the newest event
}

// Event implements the host's Recorder. An operator's word is on the disk when he hears that it was heard.
func (t *teller) Event(ev *engine.Event) error {
	again := t.durable.Verifying()
	if err := t.Recorder.Event(ev); err != nil {
		return err
	}
	t.at = ev.At
	word, ok := ev.Body.(*engine.Operator)
	if !ok || again {
		return nil
	}
	if word.Who == venues.HubName { // nobody waits to be told
		why := "what closed in an outage is history"
		if word.Action == engine.Resume {
			why = "rows are new again"
		}
		fmt.Fprintf(t.out, "%s  %s says %s: %s\n", second(ev.At), word.Who, word.Action, why)
		return nil
	}
	err := t.durable.Sync()
	if err == nil {
		fmt.Fprintf(t.out, "%s  %s says %s\n", second(ev.At), word.Who, word.Action)
	}
	t.control.heard(ev.At, err)
	return err
}

// Commands implements the host's Recorder.
func (t *teller) Commands(cmds []engine.Command) error {
	again := t.durable.Verifying()
	if err := t.Recorder.Commands(cmds); err != nil || again {
		return err
	}
	for _, c := range cmds {
		if said := t.said(c); said != "" {
			fmt.Fprintf(t.out, "%s  %s\n", second(t.at), said)
		}
	}
	return nil
}

// said is what a person wants to know of a command, "" for nothing.
func (t *teller) said(c engine.Command) string {
	base := t.universe.AssetName(t.universe.Base)
	switch c := c.(type) {
	case *engine.Decide:
		return decideWords(t.universe, c)
	case *engine.Settle:
		text := fmt.Sprintf("decision %d done: %s, cost %.2f %s, NAV %.2f", c.ID, plural(c.Fills, "fill", "fills"), c.Cost.Total(), base, c.NAV)
		if c.Left != "" {
			text += "; left: " + c.Left
		}
		return text
	case *engine.Alert:
		return "alert: " + c.Text
	case *engine.Pay:
		return fmt.Sprintf("pays out %s %s", c.Amount, t.universe.AssetName(c.Asset))
	}
	return ""
}

// decideWords says a decision in a line.
func decideWords(u *fund.Universe, d *engine.Decide) string {
	parts := []string{fmt.Sprintf("decision %d, %s: %s", d.ID, d.Reason, d.Verdict)}
	if d.Why != "" {
		parts = append(parts, d.Why)
	}
	if n := len(d.Plan.Trades); n > 0 && d.Verdict == engine.Go {
		parts = append(parts, fmt.Sprintf("%s for %.2f %s", plural(n, "trade", "trades"), d.Plan.Cost.Total(), u.AssetName(u.Base)))
	}
	return strings.Join(parts, "; ")
}

// finish writes report, figures and tables of the run as far as it came. Of a run that ended the rows become what a backtest's are.
func (r *runFolder) finish(out io.Writer) error {
	run, err := openRun(r.dir)
	if err != nil {
		return err
	}
	panel, _, err := run.rows()
	if err != nil {
		return err
	}
	if run.scan.Ended() && run.rowsFile() != rowsName {
		if err := data.WriteRows(run.path(rowsName), panel, instrumentKeys(run.fund.Universe())); err != nil {
			return err
		}
		if err := os.Remove(run.path(journal.RowsName)); err != nil {
			return err
		}
	}
	if run.count("rows") == 0 {
		fmt.Fprintln(out, "no row closed yet: there is nothing to report")
		return nil
	}
	analysis, err := run.analyse(panel)
	if err != nil {
		return err
	}
	if err := errors.Join(saveReport(run.path(reportName), run.fund, analysis), analysis.Save(r.dir)); err != nil {
		return err
	}
	if err := analysis.Table(out); err != nil {
		return err
	}
	return tellOfReport(out, run.path(reportName))
}
