package data

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// format reads one kind of file.
type format struct {
	name string
	// read returns the bars in r, ascending, and the line of each. Its errors name the line.
	read func(r io.Reader, interval time.Duration) (bars []bar, lines []int, err error)
}

func formats() []format {
	return []format{
		{"binance-klines", binanceKlines.read},
		{"ohlcv-csv", ohlcvCSV.read},
	}
}

// Formats returns the names of the formats that can be imported.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

func findFormat(name string) (format, error) {
	all := formats()
	i := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	if i < 0 {
		return format{}, fmt.Errorf("format %q is unknown: use %s", name, strings.Join(Formats(), " or "))
	}
	return all[i], nil
}
