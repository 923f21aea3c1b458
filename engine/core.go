// Package engine is the deterministic core: a state machine that turns events into commands. It does no IO, reads no
// clock, starts no goroutine and draws no random number; equal events give equal commands, byte for byte.
package engine

import (
	"fmt"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/ledger"
	"github.com/steelyard/steelyard/engine/risk"
)

// Core is the state of one fund. It is not safe for concurrent use.
type Core struct {
	universe *fund.Universe
	policy   Policy
	book     *ledger.Book
	marks    *fund.Marks
	view     fund.View

	omits   Omitting // the target, if it may lack data; or nil
	costs   estimate
	desk    *risk.Desk
	exposed risk.State // what exposure returned last
	trades  [][]uint64 // by instrument, within which a venue counts them: trade IDs booked, ascending
	orders  []order    // working, by ID
	places  []Place    // that this Step made
	current *rebalance // under way, or nil
	claims  []claim    // of its parents, as last shared out
	parents []parent   // the room that those of the newest rebalance took, for the next
	pending []redemption
	flagged []bool // by asset: an alert said that it is worthless
	others  []expected

	seq       uint64
	orderID   fund.OrderID
	timerID   fund.TimerID
	halted    bool
	omitted   string // assets without a weight, as last told
	forced    string // who asked for a rebalance; "": nobody
	restUntil fund.Time
	out       []Command
}

// New returns a core that holds nothing yet. It keeps u and p, which must not change any more.
func New(u *fund.Universe, p Policy) *Core {
	c := &Core{universe: u, policy: p, book: ledger.New(u), marks: fund.NewMarks(u, p.MaxAge)}
	c.omits, _ = p.Target.(Omitting)
	c.trades = make([][]uint64, len(u.Instruments))
	c.flagged = make([]bool, len(u.Assets))
	c.view = fund.View{
		Universe: u,
		Price:    c.marks.Price,
		Stale:    c.marks.Stale,
		Holding:  c.book.Units(),
		Value:    make([]float64, len(u.Assets)),
		Cap:      make([]float64, len(u.Assets)),
		CapAt:    make([]fund.Time, len(u.Assets)),
	}
	c.costs = newEstimate(u, p, &c.view)
	c.desk, c.exposed = risk.NewDesk(u, p.Limits), c.newExposure()
	return c
}

// View returns what the core knows now. It is the core's own and changes with the next Step.
func (c *Core) View() *fund.View { return &c.view }

// Book returns the core's ledger, for reading.
func (c *Core) Book() *ledger.Book { return c.book }

// Step takes one event and returns out with the commands that follow from it appended. Events must come in sequence,
// from 1 on; a gap is a broken invariant and panics.
func (c *Core) Step(ev Event, out []Command) []Command {
	if ev.Seq != c.seq+1 || ev.At < c.view.At {
		panic(fmt.Sprintf("engine: event %d at %v after %d at %v", ev.Seq, ev.At, c.seq, c.view.At))
	}
	c.seq, c.view.At, c.out, c.places = ev.Seq, ev.At, out, c.places[:0]
	switch b := ev.Body.(type) {
	case *Row:
		c.row(b)
	case *Filled:
		c.filled(&b.Fill)
	case *Closed:
		c.closed(b)
	case *TimerFired:
		c.timer(b.Timer)
	case *Flow:
		c.flow(b)
	case *Caps:
		c.caps(b)
	case *Redemption:
		c.redeem(b)
	case *Operator:
		c.operator(b)
	case *Discrepancy:
		c.halt(b.Text)
	case *Revision:
		c.revise(b)
	}
	return c.out
}

func (c *Core) emit(cmd Command) { c.out = append(c.out, cmd) }

// row advances the history by one row, values the fund, and decides.
func (c *Core) row(r *Row) {
	c.view.History = fund.HistoryOf(r.Panel, r.Index+1)
	c.marks.Row(c.view.History.Close(r.Index), c.view.At)
	c.view.AnyStale = c.marks.Any
	c.value()
	if c.marks.Any {
		c.flagWorthless()
	}
	c.oversee()
	if c.current != nil {
		c.watch()
		c.proceed()
	}
	if c.current == nil && !c.halted && c.desk.Switch() != risk.Halted {
		c.decide()
	}
}

// caps keeps the newest market cap of each asset, and when it became known.
func (c *Core) caps(k *Caps) {
	for a, usd := range k.USD {
		if usd > 0 {
			c.view.Cap[a], c.view.CapAt[a] = usd, c.view.At
		}
	}
}

func (c *Core) value() {
	nav, price, value := 0.0, c.view.Price[:len(c.view.Holding)], c.view.Value[:len(c.view.Holding)]
	for a, units := range c.view.Holding {
		v := float64(units * price[a])
		value[a] = v
		nav += v
	}
	c.view.NAV = nav
}

// flagWorthless tells once when a held asset has lost its price for good. A price that returns is told as well.
func (c *Core) flagWorthless() {
	price, held := c.view.Price, c.view.Holding
	for a, stale := range c.view.Stale {
		switch flagged := c.flagged[a]; {
		case flagged && !stale:
			c.flagged[a] = false
			c.emit(&Alert{Priced, fmt.Sprintf("%s: priced again, at %s", c.universe.AssetName(fund.AssetID(a)), fund.AmountOfFloat(price[a]))})
		case !flagged && stale && price[a] == 0 && held[a] > 0:
			c.flag(fund.AssetID(a))
		}
	}
}

// flag tells that a held asset is worth nothing any more, if it ever was worth something.
func (c *Core) flag(a fund.AssetID) {
	last, at, ok := c.marks.Last(a)
	if !ok {
		return
	}
	c.flagged[a] = true
	c.emit(&Alert{Worthless, fmt.Sprintf("%s: the last price, %s at %v, is older than %v; %s units are valued at 0",
		c.universe.AssetName(a), fund.AmountOfFloat(last), at, c.policy.MaxAge, fund.AmountOfFloat(c.view.Holding[a]))})
}

func (c *Core) operator(o *Operator) {
	switch o.Action {
	case Pause:
		c.halted = true
	case Resume:
		c.halted = false
		if c.current != nil {
			c.proceed()
		}
	case Rebalance:
		c.forced = operatorReason(o.Who)
	case Adjust:
		c.emit(&Alert{OperatorSpoke, "the books are made equal to the venues' by " + o.Who})
	default:
		if w, about := o.Word(); about {
			c.speak(w)
		}
	}
}

func (c *Core) halt(why string) {
	c.halted = true
	c.emit(&Alert{Halted, why})
}
