package pretrade

import (
	"context"

	"github.com/steelyard/steelyard/engine/fund"
)

// Replay works the rebalance on the rows that really followed, as its policy says, and returns what came of it and by which
// fills. It looks at one row after the other.
func (b *Rebalance) Replay(ctx context.Context, followed *fund.Panel) (Outcome, []Fill, error) {
	w, err := b.do(ctx, &recorded{made: copied(b.Market.history), rest: followed}, b.Policy, 0)
	if err != nil {
		return Outcome{}, nil, err
	}
	return w.outcome(), w.fills, nil
}

// recorded goes on with what was recorded.
type recorded struct {
	made, rest *fund.Panel
	row        int // next of rest
}

func (r *recorded) panel() *fund.Panel { return r.made }

func (r *recorded) next() bool {
	if r.row == r.rest.Rows() {
		return false
	}
	n := r.rest.N
	r.made.Times = append(r.made.Times, r.rest.Times[r.row])
	for k, column := range columns(r.made) {
		*column = append(*column, (*columns(r.rest)[k])[r.row*n:(r.row+1)*n]...)
	}
	r.row++
	return true
}
