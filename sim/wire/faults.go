package wire

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/stream"
)

// Faults is how a server misbehaves: the lines of a fault file. docs/VENUE.md has its grammar.
type Faults struct {
	mu     sync.Mutex
	start  fund.Time
	list   []*fault
	halted fund.Time // when halts last looked
}

// fault is one line.
type fault struct {
	action        string
	least, most   time.Duration // delay, limit, ban, clock
	status        int           // status
	done          bool          // status: after the request was done
	instrument    string        // halt
	target        string        // "METHOD /path", with * at its end or for all of it; "market", "account"; "" for down, halt, clock
	from, to      moment
	every, times  int     // 0: not said
	after         int     // so many are spared first
	chance        float64 // 0: not said
	draws         *stream.Stream
	met, happened int
}

// moment is a time, or a duration since the server began.
type moment struct {
	said  bool
	at    fund.Time
	since time.Duration
}

func (m moment) time(start fund.Time) fund.Time {
	if m.at != 0 {
		return m.at
	}
	return start.Add(m.since)
}

// The actions, and what they are done to.
const (
	onRequest = 1 << iota
	onStream
	onSpan
)

func targets(action string) int {
	return map[string]int{
		"delay": onRequest | onStream, "drop": onRequest | onStream, "lost-ack": onRequest, "status": onRequest, "limit": onRequest,
		"ban": onRequest, "disconnect": onStream, "duplicate": onStream, "reorder": onStream, "down": onSpan, "halt": onSpan, "clock": onSpan,
	}[action]
}

// ParseFaults reads a fault file. An error names file and line.
func ParseFaults(name string, r io.Reader) (*Faults, error) {
	f, seed := &Faults{}, uint64(0)
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if at := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "#") }); at >= 0 {
			words = words[:at]
		}
		if len(words) == 0 {
			continue
		}
		var err error
		if words[0] == "seed" {
			seed, err = parseSeed(words, len(f.list))
		} else {
			var line *fault
			if line, err = parseFault(words); err == nil {
				line.draws = stream.New(seed, "fault/"+strconv.Itoa(n))
				f.list = append(f.list, line)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return f, lines.Err()
}

func parseSeed(words []string, before int) (uint64, error) {
	if len(words) != 2 || before > 0 {
		return 0, fmt.Errorf("`seed NUMBER` stands before the first fault")
	}
	seed, err := strconv.ParseUint(words[1], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("seed %q is no number", words[1])
	}
	return seed, nil
}

// parseFault reads ACTION ARGUMENTS [on TARGET] CONDITIONS.
func parseFault(words []string) (*fault, error) {
	f := &fault{action: words[0]}
	allowed := targets(f.action)
	if allowed == 0 {
		return nil, fmt.Errorf("unknown fault %q: one of delay, drop, lost-ack, status, limit, ban, disconnect, duplicate, reorder, down, halt, clock", f.action)
	}
	rest, err := f.arguments(words[1:])
	if err == nil && allowed != onSpan {
		rest, err = f.on(rest, allowed)
	}
	if err == nil {
		err = f.conditions(rest)
	}
	if err == nil && allowed == onSpan && (f.every > 0 || f.times > 0 || f.after > 0 || f.chance > 0) {
		err = fmt.Errorf("%s lasts: it takes from and to, and neither every, after, times nor chance", f.action)
	}
	return f, err
}

// arguments reads what an action needs, and returns what follows.
func (f *fault) arguments(words []string) (rest []string, err error) {
	needs := map[string]string{"delay": "a DURATION or two with .. between", "limit": "a DURATION", "ban": "a DURATION",
		"clock": "a DURATION, perhaps negative", "status": "a NUMBER from 500 to 599", "halt": "an INSTRUMENT such as BTC/USDT"}[f.action]
	if needs == "" {
		return words, nil
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("%s needs %s", f.action, needs)
	}
	word, rest := words[0], words[1:]
	switch f.action {
	case "halt":
		f.instrument = word
		if !strings.Contains(word, "/") {
			err = fmt.Errorf("no instrument")
		}
	case "status":
		f.status, err = strconv.Atoi(word)
		if err == nil && (f.status < 500 || f.status > 599) {
			err = fmt.Errorf("out of range")
		}
		if len(rest) > 0 && rest[0] == "done" {
			f.done, rest = true, rest[1:]
		}
	default:
		low, high, two := strings.Cut(word, "..")
		f.least, err = time.ParseDuration(low)
		if f.most = f.least; two && err == nil {
			f.most, err = time.ParseDuration(high)
		}
		if err == nil && (f.most < f.least || f.least < 0 && f.action != "clock" || two && f.action != "delay") {
			err = fmt.Errorf("out of range")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s needs %s, and here is %q", f.action, needs, word)
	}
	return rest, nil
}

// on reads the target.
func (f *fault) on(words []string, allowed int) ([]string, error) {
	if len(words) < 2 || words[0] != "on" {
		return nil, fmt.Errorf("%s needs `on` and what it happens to: METHOD /path, *, market or account", f.action)
	}
	word, rest, kind := words[1], words[2:], onRequest
	switch word {
	case "market", "account":
		f.target, kind = word, onStream
	case "*":
		f.target = word
	case "GET", "POST", "DELETE", "PUT":
		if len(rest) == 0 || !strings.HasPrefix(rest[0], "/") {
			return nil, fmt.Errorf("%s needs a path", word)
		}
		f.target, rest = word+" "+rest[0], rest[1:]
	default:
		return nil, fmt.Errorf("on %q: one of GET, POST and DELETE with a path, *, market or account", word)
	}
	if allowed&kind == 0 {
		return nil, fmt.Errorf("%s does not happen to %s", f.action, f.target)
	}
	return rest, nil
}

// conditions reads when.
func (f *fault) conditions(words []string) (err error) {
	said := map[string]bool{}
	for ; len(words) > 0 && err == nil; words = words[2:] {
		name := words[0]
		if len(words) == 1 {
			return fmt.Errorf("%s needs a value", name)
		}
		if said[name] {
			return fmt.Errorf("%s stands twice", name)
		}
		said[name] = true
		switch value := words[1]; name {
		case "from":
			f.from, err = parseMoment(value)
		case "to":
			f.to, err = parseMoment(value)
		case "every":
			f.every, err = positive(value)
		case "times":
			f.times, err = positive(value)
		case "after":
			f.after, err = positive(value)
		case "chance":
			f.chance, err = parseChance(value)
		default:
			return fmt.Errorf("unknown condition %q: one of from, to, every, after, times, chance", name)
		}
		if err != nil {
			return fmt.Errorf("%s %q: %w", name, words[1], err)
		}
	}
	return nil
}

func positive(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("it must be a whole number from 1 on")
	}
	return n, nil
}

func parseChance(text string) (float64, error) {
	percent, is := strings.CutSuffix(text, "%")
	x, err := strconv.ParseFloat(percent, 64)
	if !is || err != nil || !(x > 0 && x <= 100) {
		return 0, fmt.Errorf("it must be a percentage above 0, such as 5%%")
	}
	return x / 100, nil
}

func parseMoment(text string) (m moment, err error) {
	m.said = true
	if since, relative := strings.CutPrefix(text, "+"); relative {
		if m.since, err = time.ParseDuration(since); err == nil && m.since < 0 {
			err = fmt.Errorf("out of range")
		}
	} else {
		m.at, err = fund.ParseTime(text)
	}
	if err != nil {
		return m, fmt.Errorf("it must be a time such as 2023-04-01T10:00:00Z, or a duration since the server began such as +10m")
	}
	return m, nil
}
