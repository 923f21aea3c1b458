package journal

// Memory keeps the records of a run that writes no files. The zero Memory is empty; it is what a Recorder writes to.
type Memory struct {
	Records [][]byte
	block   []byte // that records are cut from
}

// Write takes one line and keeps its record.
func (m *Memory) Write(line []byte) (int, error) {
	rec := recordOf(line)
	if len(rec) > cap(m.block)-len(m.block) {
		m.block = make([]byte, 0, max(1<<20, len(rec)))
	}
	from := len(m.block)
	m.block = append(m.block, rec...)
	m.Records = append(m.Records, m.block[from:len(m.block):len(m.block)])
	return len(line), nil
}
