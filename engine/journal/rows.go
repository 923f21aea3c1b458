package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// RowsName is the file of the rows of a run that cannot be run again. Its first line is a RowsHead, then come two lines a row:
// what opened, before anybody acts on it, and the rest when it has closed.
const RowsName = "rows.jsonl"

// RowsHead says what the rows of a file are of.
type RowsHead struct {
	Instruments []string      `json:"instruments"` // by key: the columns
	Interval    time.Duration `json:"interval"`    // ns
}

// rowLine is what opened, or what closed. A number that is not known is null.
type rowLine struct {
	Opens  *fund.Time `json:"opens,omitempty"` // when it did
	Open   numbers    `json:"open,omitempty"`
	Closes *fund.Time `json:"closes,omitempty"` // when it does
	High   numbers    `json:"high,omitempty"`
	Low    numbers    `json:"low,omitempty"`
	Close  numbers    `json:"close,omitempty"`
	Volume numbers    `json:"volume,omitempty"`
}

// numbers are floats with null for NaN.
type numbers []float64

// MarshalJSON implements json.Marshaler.
func (n numbers) MarshalJSON() ([]byte, error) {
	b := []byte{'['}
	for i, x := range n {
		if i > 0 {
			b = append(b, ',')
		}
		switch {
		case x != x:
			b = append(b, "null"...)
		case math.IsInf(x, 0):
			return nil, fmt.Errorf("a row holds %v", x)
		default:
			b = appendFloat(b, x)
		}
	}
	return append(b, ']'), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *numbers) UnmarshalJSON(text []byte) error {
	var values []*float64
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	*n = make(numbers, len(values))
	for i, v := range values {
		if (*n)[i] = math.NaN(); v != nil {
			(*n)[i] = *v
		}
	}
	return nil
}

// Rows is a file of rows, open for appending. A line is with the operating system when it was written, and on the disk when
// Sync has returned. After its first error it writes nothing more and returns that error again.
type Rows struct {
	to  Storage
	err error
}

// CreateRows begins a file of rows with those that a panel has already.
func CreateRows(in Folder, h RowsHead, p *fund.Panel) (*Rows, error) {
	to, err := in.Create(RowsName)
	if err != nil {
		return nil, err
	}
	r := &Rows{to: to}
	r.put(h)
	for k := range p.Times {
		r.Opened(p, k)
		r.Closed(p, k)
	}
	if err := r.Sync(); err != nil {
		to.Close()
		return nil, err
	}
	return r, nil
}

// Opened writes down what opened in row k of p.
func (r *Rows) Opened(p *fund.Panel, k int) error {
	return r.put(rowLine{Opens: &p.Times[k], Open: rowOf(p, p.Open, k)})
}

// Closed writes down the rest of row k of p.
func (r *Rows) Closed(p *fund.Panel, k int) error {
	at := p.CloseTime(k)
	return r.put(rowLine{Closes: &at, High: rowOf(p, p.High, k), Low: rowOf(p, p.Low, k), Close: rowOf(p, p.Close, k), Volume: rowOf(p, p.Volume, k)})
}

func rowOf(p *fund.Panel, column []float64, k int) numbers { return column[k*p.N : (k+1)*p.N] }

func (r *Rows) put(line any) error {
	if r.err != nil {
		return r.err
	}
	text, err := json.Marshal(line)
	if err == nil {
		_, err = r.to.Write(append(text, '\n'))
	}
	r.err = err
	return err
}

// Sync returns when everything written is on the disk.
func (r *Rows) Sync() error {
	if r.err == nil {
		r.err = r.to.Sync()
	}
	return r.err
}

// Close syncs and closes the file.
func (r *Rows) Close() error { return errors.Join(r.Sync(), r.to.Close()) }

// StoredRows is a file of rows as it lies in a folder.
type StoredRows struct {
	RowsHead
	Panel  *fund.Panel
	Opened bool  // the newest row has opened and not closed
	Good   int64 // bytes of whole lines
	Torn   int64 // bytes behind them: the remains of a write that was cut short
}

// ReadRows reads the file of rows of a folder. A torn tail is no error; another line that does not read is.
func ReadRows(in fs.FS) (*StoredRows, error) {
	text, err := fs.ReadFile(in, RowsName)
	if err != nil {
		return nil, err
	}
	s := &StoredRows{}
	for n := 1; len(text) > 0; n++ {
		end := bytes.IndexByte(text, '\n') + 1
		err := errors.New("it is cut short")
		if end > 0 {
			err = s.take(n, text[:end])
		}
		switch {
		case err != nil && (end == 0 || end == len(text)):
			s.Torn = int64(len(text))
			return s, s.headed()
		case err != nil:
			return nil, fmt.Errorf("%s: line %d is damaged: %w", RowsName, n, err)
		}
		s.Good += int64(end)
		text = text[end:]
	}
	return s, s.headed()
}

func (s *StoredRows) headed() error {
	if s.Panel == nil {
		return fmt.Errorf("%s: its first line is cut short", RowsName)
	}
	return nil
}

// take takes the n-th line.
func (s *StoredRows) take(n int, text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if n == 1 {
		if err := d.Decode(&s.RowsHead); err != nil {
			return err
		}
		if len(s.Instruments) == 0 || s.Interval <= 0 {
			return errors.New("it names no instruments, or no interval")
		}
		s.Panel = &fund.Panel{N: len(s.Instruments), Interval: s.Interval}
		return nil
	}
	var l rowLine
	if err := d.Decode(&l); err != nil {
		return err
	}
	if s.Opened {
		return s.close(&l)
	}
	return s.open(&l)
}

func (s *StoredRows) open(l *rowLine) error {
	p := s.Panel
	switch {
	case l.Opens == nil || len(l.Open) != p.N:
		return fmt.Errorf("it should open a row of %d instruments", p.N)
	case p.Rows() > 0 && *l.Opens <= p.Times[p.Rows()-1]:
		return fmt.Errorf("the row of %v does not come after that of %v", *l.Opens, p.Times[p.Rows()-1])
	}
	p.Times, p.Open, s.Opened = append(p.Times, *l.Opens), append(p.Open, l.Open...), true
	empty := slices.Repeat([]float64{math.NaN()}, p.N)
	p.High, p.Low, p.Close, p.Volume = append(p.High, empty...), append(p.Low, empty...), append(p.Close, empty...), append(p.Volume, empty...)
	return nil
}

func (s *StoredRows) close(l *rowLine) error {
	p := s.Panel
	last := p.Rows() - 1
	if l.Closes == nil || *l.Closes != p.CloseTime(last) {
		return fmt.Errorf("it should close the row of %v", p.Times[last])
	}
	for _, c := range []struct {
		to   []float64
		from numbers
	}{{p.High, l.High}, {p.Low, l.Low}, {p.Close, l.Close}, {p.Volume, l.Volume}} {
		if len(c.from) != p.N {
			return fmt.Errorf("it should have %d instruments", p.N)
		}
		copy(c.to[last*p.N:], c.from)
	}
	s.Opened = false
	return nil
}

// Stepped returns the rows that have closed.
func (s *StoredRows) Stepped() *fund.Panel {
	rows := s.Panel.Rows()
	if s.Opened {
		rows--
	}
	return s.Panel.Part(0, rows)
}

// ReopenRows cuts the torn tail of a file that was read and opens it for appending.
func ReopenRows(in Folder, s *StoredRows) (*Rows, error) {
	to, err := in.Append(RowsName, s.Good)
	if err != nil {
		return nil, err
	}
	return &Rows{to: to}, nil
}
