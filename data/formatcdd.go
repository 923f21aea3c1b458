package data

import "strings"

// readCryptoDataDownload reads the files of cryptodatadownload.com: a line that names the site, a header, and rows from
// the newest to the oldest. The column of seconds counts where there is one: the dates beside it were, for a while,
// New York's.
func readCryptoDataDownload(in *input) ([]source, error) {
	f := newTextFile("cryptodatadownload", in)
	base, _, _ := strings.Cut(in.spec.Instrument, "/")
	n := usualNames()
	n[timeField] = []string{"unix", "unixtimestamp", "date"}
	n[volumeColumn] = []string{"volume" + plainName(base), "volume", "volto"} // volto is base units, whatever it says
	header := f.byHeader(n)
	f.begin = func(fields []string) (layout, bool, bool, error) {
		if strings.Contains(strings.ToLower(strings.Join(fields, ",")), "cryptodatadownload.com") {
			return noColumns(), false, false, nil
		}
		return header(fields)
	}
	return f.read()
}
