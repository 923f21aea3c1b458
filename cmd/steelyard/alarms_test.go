package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// What a process that ended had told is not told as if it still were, a line that was cut short costs none of the others, and what this
// process tells is told.
func TestAlarmsOfAnEarlierProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), alarmsName)
	text := `{"at":"2024-03-01T00:00:01Z","alarm":"down","venue":"binance","text":"no stream"}
{"at":"2024-03-01T00:00:02Z","alarm":"late","venue":"binance","instrument":"BTC/USDT","text":"no bar"}
{"at":"2024-03-01T00:00:03Z","alarm":"late","venue":"binance","instrument":"BTC/USDT","over":true,"text":"a bar"}
{"at":"2024-03-01T00:00:04Z","ala`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	known := fund.TimeOf(time.Date(2024, 3, 1, 1, 0, 0, 0, time.UTC))
	for range 2 {
		f, err := reopenAlarms(path, known)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	added := strings.TrimPrefix(string(after), text)
	if want := "\n" + `{"at":"2024-03-01T01:00:00Z","alarm":"down","venue":"binance","over":true,"text":"the process that told of it has ended: no stream"}` + "\n"; added != want {
		t.Errorf("added %q, want %q", added, want)
	}
	w := &runningWriter{stderr: &strings.Builder{}}
	if w.alarms, err = reopenAlarms(path, known); err != nil {
		t.Fatal(err)
	}
	w.alarm(venues.Alarm{At: known, Kind: venues.Down, Venue: "binance", Text: "again"})
	w.alarms.Close()
	after, _ = os.ReadFile(path)
	if open, err := openAlarms(after); err != nil || w.err != nil || len(open) != 1 || open[0].Text != "again" {
		t.Errorf("%+v, %v, %v", open, err, w.err)
	}
}
