package reports

// vectors is the memory of many lists of one number an asset, handed out one after the other.
type vectors struct {
	pages [][]float64
	page  int // of those, the one under way
	taken int // of that
}

// pageSize is how many numbers a page has, about.
const pageSize = 1 << 12

// copied returns a copy of a list.
func (v *vectors) copied(list []float64) []float64 {
	for v.page < len(v.pages) && v.taken+len(list) > len(v.pages[v.page]) {
		v.page, v.taken = v.page+1, 0
	}
	if v.page == len(v.pages) {
		v.pages = append(v.pages, make([]float64, max(pageSize, len(list))))
	}
	from := v.taken
	v.taken += len(list)
	own := v.pages[v.page][from:v.taken:v.taken]
	copy(own, list)
	return own
}

// emptied returns the memory for other lists.
func (v *vectors) emptied() vectors { return vectors{pages: v.pages} }
