package sweep

import (
	"fmt"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Walk says how a choice is tried on other times than those it was made with: choose on a stretch of time, run what was chosen
// on the next, move on by that, and so forth (walk-forward: R. Pardo, Design, Testing, and Optimization of Trading Systems, 1992).
type Walk struct {
	Train, Test time.Duration // whole days
	Anchored    bool          // every train window begins where the first does, and they grow
}

// ParseWalk reads train=365d,test=90d, with ",anchored" or without.
func ParseWalk(text string) (Walk, error) {
	var w Walk
	for item := range strings.SplitSeq(text, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		var err error
		switch {
		case key == "train" && w.Train == 0:
			w.Train, err = days(value)
		case key == "test" && w.Test == 0:
			w.Test, err = days(value)
		case key == "anchored" && value == "" && !w.Anchored:
			w.Anchored = true
		default:
			err = fmt.Errorf("%q is not known, or there twice", item)
		}
		if err != nil {
			return Walk{}, fmt.Errorf("%w; write train=365d,test=90d, and ,anchored where train windows all begin with the first", err)
		}
	}
	if w.Train == 0 || w.Test == 0 {
		return Walk{}, fmt.Errorf("%q says not both how long to choose on and how long to test; write train=365d,test=90d", text)
	}
	return w, nil
}

// days reads a duration of whole days.
func days(text string) (time.Duration, error) {
	q, err := ParseQuantity(text)
	if err != nil {
		return 0, err
	}
	length := q.Value.Num().Int64()
	if q.Unit != "ms" || !q.Value.IsInt() || length <= 0 || length%fund.Day.Milliseconds() != 0 {
		return 0, fmt.Errorf("%q is not a duration of whole days, one at least", text)
	}
	return time.Duration(length) * time.Millisecond, nil
}

// String writes the walk as ParseWalk reads it.
func (w Walk) String() string {
	text := fmt.Sprintf("train=%dd,test=%dd", w.Train/fund.Day, w.Test/fund.Day)
	if w.Anchored {
		text += ",anchored"
	}
	return text
}

// Window is a stretch of time to choose on, Train ≤ open < From, and the next to test on, From ≤ open < To.
type Window struct{ Train, From, To fund.Time }

// Windows cuts a period. Tests begin at midnights UTC, the first as soon as there is enough to choose on; each begins where the one
// before ends, and the last ends with the period, short as it may be.
func (w Walk) Windows(from, to fund.Time) ([]Window, error) {
	first := (from.Add(w.Train) - 1).Floor(fund.Day).Add(fund.Day)
	if first >= to {
		return nil, fmt.Errorf("%s: of %v to %v nothing is left to test; train on less", w, from, to)
	}
	var list []Window
	for at := first; at < to; at = at.Add(w.Test) {
		window := Window{at.Add(-w.Train), at, min(at.Add(w.Test), to)}
		if w.Anchored {
			window.Train = from
		}
		list = append(list, window)
	}
	return list, nil
}

// Name names the train window, as folders are named: 2021-04-05_2022-04-05.
func (w Window) Name() string {
	const day = time.DateOnly
	return w.Train.UTC().Format(day) + "_" + w.From.UTC().Format(day)
}
