package projection

import "github.com/steelyard/steelyard/engine/journal"

// correct notes a person's word about an earlier record.
func (w *walk) correct(c *journal.Correction) {
	w.add(Corrections, Row{w.run, int64(w.record), int64(c.Record), c.At, c.Who, c.Text})
}
