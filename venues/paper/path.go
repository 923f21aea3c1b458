package paper

import (
	"strconv"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/stream"
)

// leastPoints is how many points a path needs: open, high, low and close.
const leastPoints = 4

// point is the market of one instrument at an instant inside a bar.
type point struct {
	price     fund.Amount // of the trade
	quantity  fund.Amount // of it; 0: nothing was traded
	high, low fund.Amount // of the bar so far
	volume    fund.Amount // of the bar so far
	rises     bool        // the price did not fall to come here
}

// path returns the points that an instrument's price goes through in row r of a panel, the same for a seed wherever a
// run begins: from the open by the high and the low, in an order that is drawn, to the close, and never back between two of
// them. Prices between those four are whole ticks. The volume is spread evenly. It is nil where there is no bar.
func path(p *fund.Panel, r int, i fund.InstrumentID, in *fund.Instrument, points int, seed uint64) []point {
	if !p.Has(r, i) {
		return nil
	}
	k := r*p.N + int(i)
	s := stream.New(seed, "path/"+in.Name+"/"+strconv.FormatInt(int64(p.Times[r]), 10))
	prices := walk(p.Open[k], p.High[k], p.Low[k], p.Close[k], points, s)
	return trace(prices, amountOf(p.Volume[k]), p.High[k], p.Low[k], in)
}

// walk draws where high and low stand, and how the price moves between.
func walk(open, high, low, last float64, points int, s *stream.Stream) []float64 {
	inner := points - 2
	first := 1 + int(s.Uint64()%uint64(inner-1))
	second := first + 1 + int(s.Uint64()%uint64(inner-first))
	prices := make([]float64, points)
	marks := [4]int{0, first, second, points - 1}
	values := [4]float64{open, high, low, last}
	if s.Uint64()&1 == 0 {
		values[1], values[2] = low, high
	}
	for leg := range 3 {
		from, to := marks[leg], marks[leg+1]
		prices[from], prices[to] = values[leg], values[leg+1]
		for at := from + 1; at < to; at++ {
			share := min(1, (0.5+s.Float64())/float64(to-at+1))
			prices[at] = prices[at-1] + float64((prices[to]-prices[at-1])*share)
		}
	}
	return prices
}

// trace makes points of prices. Those that are not open, high, low or close are rounded down to the tick.
func trace(prices []float64, volume fund.Amount, high, low float64, in *fund.Instrument) []point {
	points := make([]point, len(prices))
	floor := amountOf(low)
	var traded fund.Amount
	for at, price := range prices {
		p := &points[at]
		p.price = amountOf(price)
		if at > 0 && at < len(prices)-1 && price != high && price != low {
			p.price = inside(p.price, floor, in)
		}
		upTo := volume
		if at < len(prices)-1 {
			upTo = in.WholeLots(amountOf(volume.Float64() * float64(at+1) / float64(len(prices))))
		}
		p.quantity, traded = upTo.Sub(traded), upTo
		p.volume, p.high, p.low, p.rises = traded, p.price, p.price, true
		if at > 0 {
			before := &points[at-1]
			p.low, p.rises = fund.Least(before.low, p.price), !p.price.Less(before.price)
			if p.price.Less(before.high) {
				p.high = before.high
			}
		}
	}
	return points
}

// inside returns a price as whole ticks, but not below a floor.
func inside(price, floor fund.Amount, in *fund.Instrument) fund.Amount {
	if tick := price.FloorTo(in.Tick); !tick.Less(floor) {
		return tick
	}
	return floor
}

// amountOf returns a panel's value; what a panel does not know is 0.
func amountOf(x float64) fund.Amount {
	if x != x {
		return fund.Amount{}
	}
	return fund.AmountOfFloat(x)
}

// pointTime returns when a point of a row is.
func pointTime(open fund.Time, interval time.Duration, at, points int) fund.Time {
	return open.Add(interval / time.Duration(points) * time.Duration(at))
}
