package wire

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// params are what a request asks with. The first that is wrong is remembered; what is asked of params after that is zero.
type params struct {
	values map[string]string
	wrong  *failure
}

// parseParams reads query and body, each in the form of a URL's query. A name may stand once.
func parseParams(query, body string) (*params, *failure) {
	p := &params{values: map[string]string{}}
	for _, text := range []string{query, body} {
		values, err := url.ParseQuery(text)
		if err != nil {
			return nil, failed(-1101, "The parameters cannot be read.")
		}
		for name, list := range values {
			if _, twice := p.values[name]; twice || len(list) > 1 {
				return nil, failed(-1101, "Duplicate values for parameter '%s'.", name)
			}
			p.values[name] = list[0]
		}
	}
	return p, nil
}

func (p *params) fail(f *failure) {
	if p.wrong == nil {
		p.wrong = f
	}
}

func (p *params) has(name string) bool { return p.values[name] != "" }

// text returns a parameter that must be there.
func (p *params) text(name string) string {
	if !p.has(name) {
		p.fail(mandatory(name))
	}
	return p.values[name]
}

var plainNumber = regexp.MustCompile(`^[0-9]{1,20}(\.[0-9]{1,20})?$`)

// amount returns a number without sign or exponent; 0 where it is missing.
func (p *params) amount(name string) fund.Amount {
	text := p.values[name]
	if text == "" {
		return fund.Amount{}
	}
	if !plainNumber.MatchString(text) {
		p.fail(illegal(name, `^([0-9]{1,20})(\.[0-9]{1,20})?$`))
		return fund.Amount{}
	}
	a, err := fund.ParseAmount(text)
	if err != nil {
		p.fail(mandatory(name))
	}
	return a
}

// number returns a whole number between 0 and most, or otherwise where it is missing. Numbers above most are most.
func (p *params) number(name string, otherwise, most int64) int64 {
	if !p.has(name) {
		return otherwise
	}
	n, err := strconv.ParseInt(p.values[name], 10, 64)
	if err != nil || n < 0 {
		p.fail(illegal(name, `^[0-9]{1,20}$`))
		return otherwise
	}
	return min(n, most)
}

// mostMillis is the last millisecond that nanoseconds reach.
const mostMillis = (1<<63 - 1) / int64(time.Millisecond)

// time returns a parameter in milliseconds, or otherwise where it is missing.
func (p *params) time(name string, otherwise fund.Time) fund.Time {
	if !p.has(name) {
		return otherwise
	}
	return fund.Time(p.number(name, 0, mostMillis) * int64(time.Millisecond))
}

// symbols returns the symbols asked for by symbol or symbols, nil if all are.
func (p *params) symbols() []string {
	switch {
	case p.has("symbol"):
		return []string{p.values["symbol"]}
	case p.has("symbols"):
		list := strings.Trim(p.values["symbols"], "[] ")
		return strings.Split(strings.ReplaceAll(list, `"`, ""), ",")
	}
	return nil
}

func millis(t fund.Time) int64 { return int64(t) / int64(time.Millisecond) }

// decimal writes an amount as Binance does, with 8 decimal places, and with more where it has more.
func decimal(a fund.Amount) string {
	text := a.String()
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) < 8 {
		return whole + "." + fraction + strings.Repeat("0", 8-len(fraction))
	}
	return text
}
