package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports"
)

// table prints a status as a person reads it.
func (s *status) table(w io.Writer) error {
	fmt.Fprintf(w, "%s  %s\n%s\n", s.Run, s.Fund, s.State)
	fmt.Fprintf(w, "as of %s UTC: %s, %s, NAV %s %s\n", second(s.At), plural(s.Rows, "row", "rows"), plural(s.Records, "record", "records"), reports.Thousands(fmt.Sprintf("%.2f", s.NAV)), s.Base)
	if s.Paused != "" {
		fmt.Fprintf(w, "no rebalance: %s\n", onOneLine(s.Paused))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\nasset\tunits\tprice\tvalue\tweight\ttarget\tband\t\t")
	for i := range s.Assets {
		s.Assets[i].line(t)
	}
	s.orders(t)
	s.feeds(t)
	if err := t.Flush(); err != nil {
		return err
	}
	if len(s.Events) > 0 {
		fmt.Fprintln(w, "\nlast events")
	}
	for _, e := range s.Events {
		fmt.Fprintf(w, "  %s  %s\n", second(e.At), onOneLine(e.Text))
	}
	if len(s.Alarms) > 0 {
		fmt.Fprintln(w, "\nalarms")
	}
	for _, a := range s.Alarms {
		fmt.Fprintf(w, "  %s  %s\n", second(a.At), onOneLine(a.Text))
	}
	return nil
}

func (h *assetStatus) line(w io.Writer) {
	target, band, remark := "", "", ""
	if h.Target != nil {
		target = fmt.Sprintf("%.2f %%", 100**h.Target)
	}
	if h.Low != nil {
		band = fmt.Sprintf("%.2f–%.2f %%", 100**h.Low, 100**h.High)
		if h.Weight < *h.Low || h.Weight > *h.High {
			remark = "outside"
		}
	}
	if h.Stale {
		remark = "stale"
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.2f %%\t%s\t%s\t%s\t\n", h.Asset, reports.Thousands(fund.AmountOfFloat(h.Units).String()),
		reports.Thousands(fund.AmountOfFloat(h.Price).String()), reports.Thousands(fmt.Sprintf("%.2f", h.Value)), 100*h.Weight, target, band, remark)
}

func (s *status) orders(w io.Writer) {
	if len(s.Orders) == 0 {
		return
	}
	fmt.Fprintln(w, "\norder\tinstrument\tside\tquantity\tfilled\tlimit\tsent\tage\t")
	for _, o := range s.Orders {
		limit := ""
		if !o.Limit.IsZero() {
			limit = o.Limit.String()
		}
		since := ""
		if s.Feed != nil {
			since = age(s.Feed.Now.Sub(o.At))
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", o.Order, o.Instrument, o.Side, reports.Thousands(o.Quantity.String()), reports.Thousands(o.Filled.String()), reports.Thousands(limit), second(o.At), since)
	}
}

func (s *status) feeds(w io.Writer) {
	if s.Feed == nil {
		return
	}
	fmt.Fprintln(w, "\nfeed\tlast heard\tage\t\t")
	for _, v := range s.Feed.Venues {
		state := "streams"
		switch {
		case v.Limited:
			state = "wants to be left alone"
		case !v.Up:
			state = "down"
		}
		fmt.Fprintf(w, "%s\t\t\t%s\t\n", v.Name, state)
	}
	for _, i := range s.Feed.Instruments {
		heard, since, remark := "never", "", ""
		if i.Heard != 0 {
			heard, since = second(i.Heard), age(s.Feed.Now.Sub(i.Heard))
		}
		if i.Late {
			remark = "late: not traded"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", i.Instrument, heard, since, remark)
	}
}

// second writes a time to the second, UTC.
func second(t fund.Time) string { return t.UTC().Format(time.DateTime) }

// age writes how long ago something was as a person says it: in its largest unit, and the next while that is few.
func age(d time.Duration) string {
	d = max(0, d).Round(time.Second)
	switch s, m, h := int(d/time.Second), int(d/time.Minute), int(d/time.Hour); {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", s)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", m)
	case d < 2*fund.Day:
		return fmt.Sprintf("%d h %d min", h, m%60)
	default:
		return fmt.Sprintf("%d days", h/24)
	}
}
