package binance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/steelyard/steelyard/venues"
)

// vetted says whether the venue told that the key may move no money but by trading.
type vetted struct{ atomic.Bool }

// restrictions is where Binance tells what a key may do. The canWithdraw of /api/v3/account is no answer to that: it
// says whether the account is barred, and is true for keys that may only read.
const restrictions = "/sapi/v1/account/apiRestrictions"

// vet refuses a key that may withdraw, or move or borrow money in another way, before the first request that needs a key. The testnet has no such question to
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
	case len(may) > 0:
		return d.unfit(fmt.Errorf("the key may %s: take that from it in the venue's API management, or make a key that may read and trade spot and nothing else", strings.Join(may, ", ")))
	}
	d.vetted.Store(true)
	return nil
}

// readRestrictions returns what a key may do besides reading and trading spot. Withdrawals must be told of; what else is not told of is
// a permission that the venue does not have. Futures, options and margin come with ways of their own to move money there, which
// permitsUniversalTransfer does not cover.
func readRestrictions(text []byte) (may []string, err error) {
	o := readObject("apiRestrictions", text)
	for _, p := range []struct{ field, words string }{
		{"enableWithdrawals", "withdraw"},
		{"enableInternalTransfer", "transfer to other accounts (enableInternalTransfer)"},
		{"permitsUniversalTransfer", "transfer between wallets (permitsUniversalTransfer)"},
		{"enableMargin", "borrow (enableMargin)"},
		{"enablePortfolioMarginTrading", "borrow (enablePortfolioMarginTrading)"},
		{"enableFutures", "move money to futures (enableFutures)"},
		{"enableVanillaOptions", "move money to options (enableVanillaOptions)"},
	} {
		if (p.field == "enableWithdrawals" || o.has(p.field)) && o.flag(p.field) {
			may = append(may, p.words)
		}
	}
	return may, o.err
}

func (d *Driver) unfit(err error) error {
	return &venues.Failure{Class: venues.Fatal, Err: fmt.Errorf("%s: %w", d.name, err)}
}
