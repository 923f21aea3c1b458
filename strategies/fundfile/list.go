package fundfile

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// List is a set of assets and venues that rules name: a class, or whom not to trade.
type List struct {
	Name      string
	File      string        // that it is read from, as the fund file names it; "": it stands in the fund file
	Hash      string        // SHA-256 of that file, hex
	Date      fund.Time     // of what it says; 0: its file has not been read
	MaxAge    time.Duration // an older list is not relied on; 0: it does not age
	Assets    []fund.AssetID
	Venues    []string // sorted
	Addresses []string // sorted
}

// Files reads a file that a fund file names. The name is as the fund file writes it.
type Files func(name string) ([]byte, error)

// lists reads the lists, each once, sorted by name.
func (r *reader) lists(f *Fund, n *node) {
	for _, e := range r.entries(n) {
		r.name(e.value, e.key)
		f.Lists = append(f.Lists, r.list(e.key, e.value))
	}
	slices.SortStableFunc(f.Lists, func(a, b List) int { return strings.Compare(a.Name, b.Name) })
}

func (r *reader) list(name string, n *node) List {
	r.keys(n, "file", "date", "hash", "max-age", "assets", "venues", "addresses")
	l := List{Name: name, File: r.text(n.entry("file"), ""), Hash: r.text(n.entry("hash"), ""), MaxAge: r.duration(n.entry("max-age"), 0, time.Hour)}
	date := n.entry("date")
	if l.File != "" && date == nil {
		if r.files != nil && r.err == nil {
			r.listFile(&l, n.entry("file"))
		}
		return l
	}
	if date == nil {
		r.fail(n, "the list has no date; say of which day it is, as date: 2022-05-01, or name its file")
	}
	l.Date = r.instant(date)
	r.members(&l, n)
	return l
}

// listFile reads a list from its file, or from the classes of a file that has several. Its errors show the file's own lines.
func (r *reader) listFile(l *List, at *node) {
	text, err := r.files(l.File)
	if err != nil {
		r.fail(at, "%v", err)
		return
	}
	sum := sha256.Sum256(text)
	l.Hash = hex.EncodeToString(sum[:])
	plain := strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n")
	own := &reader{source: &source{l.File, strings.Split(plain, "\n")}, universe: r.universe}
	root, err := own.tree(plain)
	if err == nil {
		own.listText(l, root)
		err = own.err
	}
	if err != nil && r.err == nil {
		r.err = err
	}
}

func (r *reader) listText(l *List, root *node) {
	if !r.is(root, mapping) {
		return
	}
	r.keys(root, "date", "classes", "assets", "venues", "addresses")
	date := root.entry("date")
	if date == nil {
		r.fail(root, "the list has no date; say of which day it is, as date: 2022-05-01")
	}
	l.Date = r.instant(date)
	classes := root.entry("classes")
	if classes == nil {
		r.members(l, root)
		return
	}
	var names []string
	for _, e := range r.entries(classes) {
		if names = append(names, e.key); e.key == l.Name {
			l.Assets = r.assetList(e.value)
			return
		}
	}
	r.fail(classes, "there is no class %s; %s", quoted(l.Name), suggest(l.Name, names))
}

// members reads whom a list names.
func (r *reader) members(l *List, n *node) {
	l.Assets = r.assetList(n.entry("assets"))
	for _, item := range r.items(n.entry("venues")) {
		r.account(item, r.text(item, ""))
		l.Venues = append(l.Venues, item.text)
	}
	for _, item := range r.items(n.entry("addresses")) {
		l.Addresses = append(l.Addresses, strings.ToLower(r.text(item, "")))
	}
	l.Venues, l.Addresses = sorted(l.Venues), sorted(l.Addresses)
}

// assetList reads a list of assets, sorted, each once.
func (r *reader) assetList(n *node) []fund.AssetID {
	var list []fund.AssetID
	for _, item := range r.items(n) {
		list = append(list, r.asset(item, r.text(item, "")))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// list returns a list of the fund, or nil.
func (f *Fund) list(name string) *List {
	k := slices.IndexFunc(f.Lists, func(l List) bool { return l.Name == name })
	if k < 0 {
		return nil
	}
	return &f.Lists[k]
}

// WithLists returns the fund with those of its lists that have not been read as another fund has them: that which ran. The
// fund itself does not change.
func (f *Fund) WithLists(of *Fund) *Fund {
	read := *f
	read.Lists = slices.Clone(f.Lists)
	for k := range read.Lists {
		l := &read.Lists[k]
		if known := of.list(l.Name); l.Date == 0 && known != nil && known.File == l.File {
			age := l.MaxAge
			*l = *known
			l.MaxAge = age
		}
	}
	read.Operators = slices.Clone(f.Operators)
	for k := range min(len(read.Operators), len(of.Operators)) {
		w, known := &read.Operators[k], of.Operators[k].List
		if w.List != nil && w.List.Date == 0 && known != nil && known.Name == w.List.Name && known.File == w.List.File {
			w.List = known
		}
	}
	return &read
}

// onVenue returns the accounts of the venues that a list names, by name or address.
func (f *Fund) onVenue(l *List) []fund.AccountID {
	var list []fund.AccountID
	for id, v := range f.Venues {
		if slices.Contains(l.Venues, v.Name) || v.Address != "" && slices.Contains(l.Addresses, strings.ToLower(v.Address)) {
			list = append(list, fund.AccountID(id))
		}
	}
	return list
}

// riskLists returns the lists as the engine has them.
func (f *Fund) riskLists() []risk.List {
	var list []risk.List
	for k := range f.Lists {
		l := &f.Lists[k]
		list = append(list, risk.List{Name: l.Name, Date: l.Date, MaxAge: l.MaxAge, Hash: l.Hash, Assets: l.Assets, Venues: f.onVenue(l)})
	}
	return list
}

type listSection struct {
	File      string     `json:"file,omitempty"`
	Date      *fund.Time `json:"date,omitempty"`
	Hash      string     `json:"hash,omitempty"`
	MaxAge    string     `json:"max-age,omitempty"`
	Assets    []string   `json:"assets,omitempty"`
	Venues    []string   `json:"venues,omitempty"`
	Addresses []string   `json:"addresses,omitempty"`
}

func (f *Fund) listSections() map[string]listSection {
	sections := map[string]listSection{}
	for k := range f.Lists {
		sections[f.Lists[k].Name] = f.listSection(&f.Lists[k])
	}
	return sections
}

func (f *Fund) listSection(l *List) listSection {
	s := listSection{File: l.File, Hash: l.Hash, MaxAge: span(l.MaxAge), Assets: f.names(l.Assets), Venues: l.Venues, Addresses: l.Addresses}
	if l.Date != 0 {
		s.Date = &l.Date
	}
	return s
}
