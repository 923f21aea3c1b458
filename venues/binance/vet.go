package binance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/steelyard/steelyard/venues"
)

// vetted says whether the venue told that the key may not withdraw.
type vetted struct{ atomic.Bool }

// restrictions is where Binance tells what a key may do. The canWithdraw of /api/v3/account is no answer to that: it
// says whether the account is barred, and is true for keys that may only read.
const restrictions = "/sapi/v1/account/apiRestrictions"

// vet refuses a key that may withdraw, before the first request that needs a key. The testnet has no such question to
// ask and no money, and a server of this machine may lack it; anywhere else a venue that does not tell is refused.
func (d *Driver) vet(ctx context.Context) error {
	if d.vetted.Load() || d.testnet || d.sign == nil {
		return nil
	}
	r := request{method: http.MethodGet, path: restrictions, signed: true, weight: 1}
	text, err := d.call(ctx, r)
	var a *answered
	if errors.As(err, &a) && a.status == http.StatusNotFound {
		if d.local() {
			d.vetted.Store(true)
			return nil
		}
		return d.unfit(fmt.Errorf("it does not tell whether a key may withdraw (%s), so no key is used there; a testnet is named by testnet: true", r))
	}
	if err != nil {
		return err
	}
	may, err := readRestrictions(text)
	switch {
	case err != nil:
		return d.unread(r, err)
	case may:
		return d.unfit(errors.New("the key may withdraw: take that permission from it in the venue's API management, or make a key without it"))
	}
	d.vetted.Store(true)
	return nil
}

// readRestrictions reports whether a key may withdraw.
func readRestrictions(text []byte) (bool, error) {
	o := readObject("apiRestrictions", text)
	return o.flag("enableWithdrawals"), o.err
}

func (d *Driver) unfit(err error) error {
	return &venues.Failure{Class: venues.Fatal, Err: fmt.Errorf("%s: %w", d.name, err)}
}
