package venues

import (
	"errors"
	"time"
)

// Class says what may be done about a driver's error.
type Class string

// The classes.
const (
	Retry       Class = "retry"        // nothing happened; the same call may succeed later
	RateLimited Class = "rate-limited" // nothing happened, and nothing more may be asked before Wait is over
	Refused     Class = "refused"      // the venue said no, and would again
	Ambiguous   Class = "ambiguous"    // it may have happened: ask, never send again
	Fatal       Class = "fatal"        // no call can succeed until a person changes something: a wrong key, a banned address
)

// ErrUnknown says that a venue never heard of an order.
var ErrUnknown = errors.New("the venue does not know this order")

// Failure is an error of a driver with its class. Drivers return it, so that Classify can be ClassOf.
type Failure struct {
	Class  Class
	Wait   time.Duration // RateLimited: how long the venue wants to be left alone
	Orders bool          // RateLimited: of new orders only; questions and cancellations are answered
	Code   int           // the venue's own error code, 0 if none
	Err    error         // what happened, for a person; holds no secret
}

// Error implements error.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// ClassOf returns the class of the Failure in err's chain. An error without one is Ambiguous: nobody knows what it
// means, so nobody may send again.
func ClassOf(err error) Class {
	var f *Failure
	switch {
	case errors.Is(err, ErrUnknown):
		return Refused
	case errors.As(err, &f):
		return f.Class
	}
	return Ambiguous
}

// WaitOf returns how long the venue wants to be left alone, 0 if err does not say.
func WaitOf(err error) time.Duration {
	var f *Failure
	if errors.As(err, &f) {
		return f.Wait
	}
	return 0
}

// OrdersOnly reports whether a rate limit holds for new orders only.
func OrdersOnly(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.Orders
}
