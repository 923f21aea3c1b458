package venues

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// standing is what a venue says of an account: fills since a time, open orders, balances, asked for in this order.
type standing struct {
	*line
	at       fund.Time // when it was begun to be asked for
	fills    []Execution
	open     []Status
	balances []Balance
	early    bool // an order was unknown that may have had part in it
}

// reconciling asks for an account's standing.
type reconciling struct {
	names []string  // of its instruments
	since fund.Time // of fills; 0: none are wanted
	tries int
}

// reconcile asks for the account's standing, after a while. What is being asked for already is asked for again.
func (l *line) reconcile(after time.Duration) {
	if l.again = l.asking; l.again {
		return
	}
	l.asking = true
	r := &reconciling{since: l.hub.start}
	if l.hub.start != 0 {
		r.since = max(l.hub.start, l.sure.Add(-slack))
	}
	for _, in := range l.hub.cfg.Universe.Instruments {
		if in.Venue == l.account {
			r.names = append(r.names, in.Name)
		}
	}
	l.put(&entry{task: r, due: time.Now().Add(after)})
}

func (r *reconciling) step(ctx context.Context, l *line) time.Duration {
	s := standing{line: l}
	if err := r.ask(ctx, l, &s); err != nil {
		return l.orPause(l.heed(err, &r.tries))
	}
	l.heed(nil, &r.tries)
	l.hub.post(s)
	return finished
}

func (r *reconciling) ask(ctx context.Context, l *line, s *standing) error {
	calls := []func(ctx context.Context) error{
		func(ctx context.Context) (err error) { s.at, err = l.driver.Now(ctx); return err },
	}
	if r.since != 0 {
		for _, name := range r.names {
			calls = append(calls, func(ctx context.Context) error {
				list, err := l.driver.Fills(ctx, name, r.since)
				s.fills = append(s.fills, list...)
				if err != nil && l.driver.Classify(err) == Refused {
					return nil // not listed any more: what balances say decides
				}
				return err
			})
		}
	}
	calls = append(calls,
		func(ctx context.Context) (err error) { s.open, err = l.driver.OpenOrders(ctx); return err },
		func(ctx context.Context) (err error) { s.balances, err = l.driver.Balances(ctx); return err })
	for _, call := range calls {
		if err := l.call(ctx, call); err != nil {
			return err
		}
	}
	return nil
}

// tell books the fills that were missed. The rest is compared when the core knows of them.
func (s standing) tell(h *Hub) {
	l := s.line
	l.asking = false
	for _, f := range s.fills {
		h.fill(l.account, f)
	}
	for k := range s.open {
		h.revive(h.byClient[s.open[k].ClientID], &s.open[k])
	}
	l.sure = s.at
	l.standing = &s
	if l.again {
		l.again = false
		l.reconcile(0)
	}
}

// sameTimes is how often in a row the books have to differ by the same before it counts: fills and flows may be on their
// way while a venue is asked.
const sameTimes = 3

// compare compares the books where a venue has told its standing, and reports whether events came of it.
func (h *Hub) compare() bool {
	for _, l := range h.lines {
		if l.standing == nil {
			continue
		}
		s := l.standing
		if h.guessing(l.account) {
			s.early = true
			continue
		}
		if l.standing = nil; s.early {
			l.reconcile(0)
			continue
		}
		h.judge(l, s)
	}
	return len(h.queue) > 0
}

// guessing reports whether an order of an account may be at the venue without our knowing, so that its fills are nobody's yet, or
// has filled more than the venue lists yet.
func (h *Hub) guessing(account fund.AccountID) bool {
	return slices.ContainsFunc(h.orders, func(o *placed) bool {
		return o.account == account && (!o.closed && o.venue == "" || o.booked.Less(o.done))
	})
}

// judge decides what follows from a standing.
func (h *Hub) judge(l *line, s *standing) {
	off, others := h.offs(s), h.others(s)
	if len(off) == 0 && len(others) == 0 {
		l.compared, l.adjust, l.differs, l.times, l.declared = true, false, "", 0, ""
		return
	}
	if h.row.Index < h.cfg.First && len(h.orders) == 0 && len(off) > 0 { // the run begins with what is there
		h.follow(s, off, true)
		l.reconcile(0)
		return
	}
	text := say(h, off, others)
	if l.times++; text != l.differs {
		l.differs, l.times = text, 1
	}
	switch {
	case l.times < sameTimes:
		for _, o := range h.orders { // one may have filled that is not listed yet
			if o.account == l.account && !o.closed {
				l.nudge(o)
			}
		}
		l.reconcile(2 * h.cfg.Pause)
	case l.adjust:
		h.follow(s, off, false)
		h.forgive(s)
		l.adjust, l.times = false, 0
		l.reconcile(0)
	case text != l.declared:
		l.compared, l.declared = true, text
		h.declare(l, off, others)
	default:
		l.compared = true
	}
}

// off is by how much a venue's balance of an asset is more than ours.
type off struct {
	asset        fund.AssetID
	venue, books fund.Amount
}

// offs returns where the balances differ, by asset.
func (h *Hub) offs(s *standing) (list []off) {
	u := h.cfg.Universe
	held := make([]fund.Amount, len(u.Assets))
	for _, b := range s.balances {
		if a, ok := u.Asset(b.Asset); ok {
			held[a] = b.Free.Add(b.Locked)
		} else {
			h.leaveOut(s.account, b.Asset, "what the account holds of it is left alone")
		}
	}
	for a := range held {
		if books := h.cfg.Book.Balance(s.account, fund.AssetID(a)); !books.Equal(held[a]) {
			list = append(list, off{fund.AssetID(a), held[a], books})
		}
	}
	return list
}

// others says which open orders and fills are not this run's.
func (h *Hub) others(s *standing) (list []string) {
	for _, st := range s.open {
		if h.byClient[st.ClientID] == nil && !h.foreign[st.VenueID] {
			list = append(list, fmt.Sprintf("order %s (%s) to %s %s %s is open and not this run's", st.VenueID, st.ClientID, st.Side, st.Quantity, st.Instrument))
		}
	}
	for _, f := range h.stray {
		if f.account == s.account {
			list = append(list, fmt.Sprintf("trade %d, a %s of %s %s at %s, is of order %s, which is not this run's", f.Trade, f.Side, f.Quantity, f.Instrument, f.Price, f.VenueID))
		}
	}
	return list
}

// follow makes the books equal to what the venue told. What differs was the same several times, so that nothing of it moved after the newest
// of them was begun to be asked for: the stream may still tell of it, and has nothing to add then.
func (h *Hub) follow(s *standing, list []off, opening bool) {
	s.followed = s.at
	for _, o := range list {
		h.emit(&engine.Flow{Account: s.account, Asset: o.asset, Amount: o.venue.Sub(o.books), Opening: opening})
	}
}

// forgive takes note of what an operator knows of.
func (h *Hub) forgive(s *standing) {
	for _, st := range s.open {
		if h.byClient[st.ClientID] == nil {
			h.foreign[st.VenueID] = true
		}
	}
	h.stray = slices.DeleteFunc(h.stray, func(f stray) bool {
		i, _ := h.instrument(f.account, f.Instrument)
		if f.account == s.account {
			h.tell(i, f.Trade)
		}
		return f.account == s.account
	})
}

// declare tells the core that the books differ, which halts it.
func (h *Hub) declare(l *line, list []off, others []string) {
	const remedy = "; find out why, then say adjust and resume"
	for _, o := range list {
		h.emit(&engine.Discrepancy{Account: l.account, Asset: o.asset, Text: h.sayOff(l.account, o) + remedy})
	}
	for _, text := range others {
		h.emit(&engine.Discrepancy{Account: l.account, Asset: h.cfg.Universe.Base, Text: l.name() + ": " + text + remedy})
	}
}

func (h *Hub) sayOff(account fund.AccountID, o off) string {
	return fmt.Sprintf("%s holds %s %s, the books say %s", h.cfg.Universe.Accounts[account], o.venue, h.cfg.Universe.AssetName(o.asset), o.books)
}

// say puts what differs in words.
func say(h *Hub, list []off, others []string) string {
	var b strings.Builder
	for _, o := range list {
		fmt.Fprintf(&b, "%d %s %s\n", o.asset, o.venue, o.books)
	}
	b.WriteString(strings.Join(others, "\n"))
	return b.String()
}
