package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// alarmsName is the file of what was wrong with what came from the venues, a line an alarm.
const alarmsName = "alarms.jsonl"

// alarm writes an alarm down and tells it.
func (w *runningWriter) alarm(a venues.Alarm) {
	a.Text = withoutSecrets(a.Text)
	w.err = errors.Join(w.err, writeAlarm(w.alarms, a))
	fmt.Fprintf(w.stderr, "%v  alarm: %s\n", a.At.Floor(time.Second), a.Text)
}

func writeAlarm(w io.Writer, a venues.Alarm) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// reopenAlarms opens a run's alarms to append to. Those that an earlier process told of and did not see the end of are over: whether
// they last, nobody knew meanwhile, and this process tells anew.
func reopenAlarms(path string, known fund.Time) (*os.File, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	open, err := openAlarms(text)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	if len(text) > 0 && text[len(text)-1] != '\n' { // its process was killed
		_, err = f.Write([]byte{'\n'})
	}
	for _, a := range open {
		a.At, a.Over, a.Text = max(a.At, known), true, "the process that told of it has ended: "+a.Text
		err = errors.Join(err, writeAlarm(f, a))
	}
	if err != nil {
		f.Close()
	}
	return f, err
}

// openAlarms returns the alarms of a file that are not over.
func openAlarms(text []byte) ([]venues.Alarm, error) {
	open := []venues.Alarm{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var a venues.Alarm
		if json.Unmarshal(lines.Bytes(), &a) != nil {
			continue // cut short when its process was killed
		}
		same := func(b venues.Alarm) bool {
			return a.Kind == b.Kind && a.Venue == b.Venue && a.Instrument == b.Instrument
		}
		if open = slices.DeleteFunc(open, same); !a.Over {
			open = append(open, a)
		}
	}
	return open, lines.Err()
}

// alarms returns those that are not over.
func (r *storedRun) alarms() ([]venues.Alarm, error) {
	text, err := fs.ReadFile(r.files, alarmsName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return openAlarms(text)
}
