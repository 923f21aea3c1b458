package wire

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/paper"
)

// failure is an answer that says no, in Binance's words (its documentation, "Error codes").
type failure struct {
	status int // of HTTP
	code   int
	msg    string
	wait   time.Duration // Retry-After, 0: none
}

// Error implements error.
func (f *failure) Error() string { return fmt.Sprintf("%d: %s", f.code, f.msg) }

func failed(code int, format string, args ...any) *failure {
	return &failure{status: http.StatusBadRequest, code: code, msg: fmt.Sprintf(format, args...)}
}

func mandatory(name string) *failure {
	return failed(-1102, "Mandatory parameter '%s' was not sent, was empty/null, or malformed.", name)
}

func illegal(name, legal string) *failure {
	return failed(-1100, "Illegal characters found in parameter '%s'; legal range is '%s'.", name, legal)
}

func filter(name string) *failure { return failed(-1013, "Filter failure: %s", name) }

var (
	errKeyFormat  = &failure{status: http.StatusUnauthorized, code: -2014, msg: "API-key format invalid."}
	errKey        = &failure{status: http.StatusUnauthorized, code: -2015, msg: "Invalid API-key, IP, or permissions for action."}
	errSignature  = failed(-1022, "Signature for this request is not valid.")
	errWindow     = failed(-1021, "Timestamp for this request is outside of the recvWindow.")
	errAhead      = failed(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
	errSymbol     = failed(-1121, "Invalid symbol.")
	errCancel     = failed(-2011, "Unknown order sent.")
	errNoOrder    = failed(-2013, "Order does not exist.")
	errTooMany    = failed(-1101, "Too many parameters sent for this endpoint.")
	errBusy       = &failure{status: http.StatusServiceUnavailable, code: -1008, msg: "Server is currently overloaded with other requests. Please try again in a few minutes."}
	errNoEndpoint = &failure{status: http.StatusNotFound, code: -1000, msg: "The simulated venue has no such endpoint: docs/VENUE.md lists them."}
)

// failureOf returns what the venue's error is in Binance's words.
func failureOf(err error) *failure {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, paper.ErrDuplicate):
		return failed(-2010, "Duplicate order sent.")
	case errors.Is(err, paper.ErrBalance):
		return failed(-2010, "Account has insufficient balance for requested action.")
	case errors.Is(err, paper.ErrWouldTake):
		return failed(-2010, "Order would immediately match and take.")
	case errors.Is(err, paper.ErrHalted):
		return failed(-1013, "Market is closed.")
	case errors.Is(err, paper.ErrBusy):
		return errBusy
	case errors.Is(err, paper.ErrOver):
		return errCancel
	case errors.Is(err, paper.ErrInstrument):
		return errSymbol
	case errors.Is(err, venues.ErrUnknown):
		return errNoOrder
	case errors.Is(err, paper.ErrRule):
		return failed(-1013, "%v", err)
	}
	return &failure{status: http.StatusInternalServerError, code: -1000, msg: "An unknown error occurred while processing the request."}
}
