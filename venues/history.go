package venues

import (
	"context"
	"fmt"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// History asks a venue for bars of long ago, with patience: a venue that wants to be left alone is left alone for as
// long as it says, and what may succeed later is asked again.
type History struct {
	Driver   Driver
	Patience time.Duration                        // how long the same question may go on failing, the venue's own waits apart
	Waiting  func(pause time.Duration, why error) // told before every pause; nil: nobody is
}

// asked is how many bars are asked for at once.
const asked = 1000

// The first pause after a question that failed, which doubles, and the longest.
const (
	firstRest   = time.Second
	longestRest = time.Minute
)

// Bars hands the closed bars of an instrument with from ≤ open time < to, which ascend, to take, some at a time; upTo
// is the open time before which nothing more comes. Where there are none, longer and longer stretches are asked for at
// once. The first error of take, or one that patience does not help, ends it.
func (h *History) Bars(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time, take func(bars []Bar, upTo fund.Time) error) error {
	step := asked * interval
	for from < to {
		end := min(to, from.Add(step))
		bars, err := h.ask(ctx, instrument, interval, from, end)
		if err != nil {
			return err
		}
		if err := take(bars, end); err != nil {
			return err
		}
		step = asked * interval
		if len(bars) == 0 {
			step = 2 * end.Sub(from)
		}
		from = end
	}
	return nil
}

// ask asks until there is an answer.
func (h *History) ask(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time) ([]Bar, error) {
	rest, patience := firstRest, h.Patience
	for {
		bars, err := h.Driver.Bars(ctx, instrument, interval, from, to)
		if err == nil || ctx.Err() != nil {
			return bars, err
		}
		pause := rest
		switch h.Driver.Classify(err) {
		case RateLimited:
			pause = max(WaitOf(err), firstRest)
		case Retry:
			if patience -= pause; patience < 0 {
				return nil, fmt.Errorf("asked again for %s: %w", h.Patience, err)
			}
			rest = min(2*rest, longestRest)
		default:
			return nil, err
		}
		if h.Waiting != nil {
			h.Waiting(pause, err)
		}
		if sleep(ctx, pause); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}
