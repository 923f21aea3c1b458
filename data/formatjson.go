package data

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// readFreqtrade reads the files of freqtrade: feather, or JSON with rows of time in milliseconds, open, high, low,
// close and volume.
func readFreqtrade(in *input) ([]source, error) {
	buffered := bufio.NewReader(in.Reader)
	in.Reader = buffered
	if start, _ := buffered.Peek(len(featherMagic)); string(start) == featherMagic {
		return readFeather(in)
	}
	return readRows(in, buffered, [numColumns]int{openColumn, highColumn, lowColumn, closeColumn, volumeColumn})
}

// coinbaseOrder is the order in which Coinbase's candles have what follows the time.
var coinbaseOrder = [numColumns]int{lowColumn, highColumn, openColumn, closeColumn, volumeColumn}

// readCoinbase reads candles as Coinbase's API answers them, or recorded answers: a list of {response: {body: "..."}}.
func readCoinbase(in *input) ([]source, error) {
	text, err := io.ReadAll(in.Reader)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(text, []byte(`"body"`)) {
		return readRows(in, bytes.NewReader(text), coinbaseOrder)
	}
	var recorded []struct {
		Response struct{ Body string }
	}
	if err := json.Unmarshal(text, &recorded); err != nil {
		return nil, fmt.Errorf("it is no list of recorded answers: %w", err)
	}
	var all []source
	for i, r := range recorded {
		answer := *in
		answer.name = fmt.Sprintf("%s: answer %d", in.name, i+1)
		sources, err := readRows(&answer, bytes.NewReader([]byte(r.Response.Body)), coinbaseOrder)
		if err != nil {
			return nil, fmt.Errorf("answer %d: %w", i+1, err)
		}
		all = append(all, sources...)
	}
	if len(all) == 0 {
		return nil, errNoRows
	}
	return all, nil
}

// readRows reads a JSON array of arrays: a time, and columns in this order.
func readRows(in *input, r io.Reader, order [numColumns]int) ([]source, error) {
	rows := newCollector(in, "row")
	d := json.NewDecoder(r)
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, notRows(err, 0)
	}
	n := 0
	for ; d.More(); n++ {
		var fields []*float64
		if err := d.Decode(&fields); err != nil {
			return nil, notRows(err, n)
		}
		r, err := rowOf(fields, order)
		if err != nil {
			return nil, rows.explain(n+1, err)
		}
		if err := rows.add(n+1, in.spec.Instrument, r, false); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, notRows(err, n)
	}
	return rows.finish()
}

// notRows says where the JSON ends to be rows.
func notRows(err error, rows int) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("after %d rows: %w", rows, io.ErrUnexpectedEOF)
	}
	if err == nil {
		return errors.New("it is no list of rows such as [[1509836520000, 1, 2, 0.5, 1.5, 10]]: is the format right?")
	}
	return fmt.Errorf("after %d rows it is no list of rows such as [[1509836520000, 1, 2, 0.5, 1.5, 10]]: %w", rows, err)
}

func rowOf(fields []*float64, order [numColumns]int) (r row, err error) {
	if len(fields) != 1+numColumns {
		return r, fmt.Errorf("%d columns, but rows have 6: is the format right?", len(fields))
	}
	for i, f := range fields {
		switch {
		case f == nil:
			return r, fmt.Errorf("column %d is null: repair or remove the row", i+1)
		case i > 0:
			r.values[order[i-1]] = *f
		case *f != float64(int64(*f)):
			return r, fmt.Errorf("time %v is no whole number", *f)
		default:
			r.at, err = clock{}.count(int64(*f))
		}
	}
	return r, err
}
