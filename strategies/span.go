package strategies

import (
	"strconv"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Span writes a duration in the largest unit that divides it, as the fund file reads it: "30d", "12h", "90m".
// What is finer than a millisecond is cut off.
func Span(d time.Duration) string {
	switch {
	case d%fund.Day == 0 && d != 0:
		return strconv.FormatInt(int64(d/fund.Day), 10) + "d"
	case d%time.Hour == 0 && d != 0:
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	case d%time.Minute == 0 && d != 0:
		return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
	case d%time.Second == 0:
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	}
	return strconv.FormatInt(int64(d/time.Millisecond), 10) + "ms"
}
