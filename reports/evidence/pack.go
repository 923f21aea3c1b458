package evidence

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// The files that a pack has besides its run's: the SHA-256 of every other file, as sha256sum writes and checks them, and
// the Ed25519 signature of that list, 64 bytes.
const (
	SumsName      = "SHA256SUMS"
	SignatureName = "SHA256SUMS.sig"
)

// Member is a file of a pack.
type Member struct {
	Name string
	Data []byte
}

// WritePack writes members as a ZIP file, with the list of their SHA-256 and, if there is a key, its signature. Equal
// members, in whatever order, and equal keys give equal bytes, whoever packs them wherever: files are sorted by name, not
// compressed, and bear no time.
func WritePack(w io.Writer, members []Member, key ed25519.PrivateKey) error {
	members = append(slices.Clone(members), Member{SumsName, sums(members)})
	if key != nil {
		members = append(members, Member{SignatureName, ed25519.Sign(key, sums(members[:len(members)-1]))})
	}
	return writeZIP(w, members)
}

// sums lists the SHA-256 of members, by name.
func sums(members []Member) []byte {
	var list []byte
	for _, m := range byName(members) {
		list = fmt.Appendf(list, "%x  %s\n", sha256.Sum256(m.Data), m.Name)
	}
	return list
}

func byName(members []Member) []Member {
	sorted := slices.Clone(members)
	slices.SortFunc(sorted, func(a, b Member) int { return cmp.Compare(a.Name, b.Name) })
	return sorted
}

func writeZIP(w io.Writer, members []Member) error {
	z := zip.NewWriter(w)
	for _, m := range byName(members) {
		size := uint64(len(m.Data))
		h := &zip.FileHeader{Name: m.Name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(m.Data), CompressedSize64: size, UncompressedSize64: size}
		//lint:ignore SA1019 Modified would write a second time of its own; this is 1980-01-01, the first that ZIP knows
		h.ModifiedDate = 1<<5 | 1
		to, err := z.CreateRaw(h)
		if err == nil {
			_, err = to.Write(m.Data)
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}

// Pack is a pack, read.
type Pack struct {
	*zip.Reader // its files as they are, whatever their checksums say
	Members     []Member
	Wrong       error // the first thing that is not as WritePack writes it; nil: nothing

	list, signature []byte // of the sums; signature is nil where there is none
}

// Signed reports whether the pack as a whole is signed, by whomever.
func (p *Pack) Signed() bool { return p.signature != nil }

// SignedBy reports whether one of these keys signed the pack as a whole.
func (p *Pack) SignedBy(trusted []ed25519.PublicKey) bool {
	return slices.ContainsFunc(trusted, func(k ed25519.PublicKey) bool { return ed25519.Verify(k, p.list, p.signature) })
}

// errNoPack is the error of a file that is none.
var errNoPack = errors.New("it is no evidence pack, or its table of contents is damaged")

// ReadPack reads a pack from its bytes, which it keeps. What is wrong inside is told in Pack.Wrong, so that the rest can be
// looked at; the error is for bytes that are no pack at all.
func ReadPack(data []byte) (*Pack, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", errNoPack, err)
	}
	p := &Pack{}
	for _, f := range z.File {
		m, err := member(data, f)
		if err != nil {
			return nil, err
		}
		if p.Wrong == nil && crc32.ChecksumIEEE(m.Data) != f.CRC32 {
			p.Wrong = fmt.Errorf("%s is not as it was packed: its checksum is another", m.Name)
		}
		p.Members = append(p.Members, m)
	}
	var again bytes.Buffer
	if err := writeZIP(&again, p.Members); err != nil {
		return nil, fmt.Errorf("%w (%w)", errNoPack, err)
	}
	if p.Reader, err = zip.NewReader(bytes.NewReader(again.Bytes()), int64(again.Len())); err != nil {
		return nil, fmt.Errorf("%w (%w)", errNoPack, err)
	}
	p.check(data, again.Bytes())
	return p, nil
}

// member cuts a file out of a pack.
func member(data []byte, f *zip.File) (Member, error) {
	at, err := f.DataOffset()
	size := int64(f.UncompressedSize64)
	if err != nil || f.Method != zip.Store || size < 0 || at < 0 || at > int64(len(data))-size {
		return Member{}, fmt.Errorf("%w: %s does not lie in it as steelyard packs", errNoPack, f.Name)
	}
	return Member{f.Name, data[at : at+size]}, nil
}

// check looks for what WritePack would have written otherwise.
func (p *Pack) check(data, again []byte) {
	var own []Member
	for _, m := range p.Members {
		switch m.Name {
		case SumsName:
			p.list = m.Data
		case SignatureName:
			p.signature = m.Data
		default:
			own = append(own, m)
		}
	}
	switch want := sums(own); {
	case p.Wrong != nil:
	case !bytes.Equal(want, p.list):
		p.Wrong = fmt.Errorf("%s does not list what is packed: %s", SumsName, firstOther(want, p.list))
	case !bytes.Equal(data, again):
		p.Wrong = fmt.Errorf("byte %d of the pack, between its files, is not as steelyard packs", firstByte(data, again))
	}
}

// firstOther names the file of the first line in which two lists differ.
func firstOther(want, list []byte) string {
	a, b := bytes.Split(want, []byte("\n")), bytes.Split(list, []byte("\n"))
	for i := range a {
		if i >= len(b) || !bytes.Equal(a[i], b[i]) {
			_, name, _ := bytes.Cut(a[i], []byte("  "))
			return string(name)
		}
	}
	return "it lists more"
}

func firstByte(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
