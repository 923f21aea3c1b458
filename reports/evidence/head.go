// Package evidence is what makes a run's record hold against somebody who can write its files: heads of its journal signed
// with a key that is not among them, and packs that an auditor can check and replay alone.
package evidence

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/steelyard/steelyard/engine/journal"
)

// HeadsName is the file of a run folder that holds the signed heads of its journal, one a line, oldest first.
const HeadsName = "heads.jsonl"

// Head is a signed statement: after this record, the journal's chain stands here. The chain binds every record before it, so
// one head vouches for all of them. It is an Ed25519 signature of
//
//	steelyard journal head 1\n
//	RECORD\n
//	CHAIN\n
//
// with the record's number in decimal digits and the chain's value in hex; signing the same head again gives the same bytes.
type Head struct {
	Record    uint64
	Chain     string // hex
	Key       ed25519.PublicKey
	Signature []byte
}

// Sign signs the value of a journal's chain after a record.
func Sign(key ed25519.PrivateKey, record uint64, chain string) Head {
	h := Head{Record: record, Chain: chain, Key: key.Public().(ed25519.PublicKey)}
	h.Signature = ed25519.Sign(key, h.message())
	return h
}

func (h *Head) message() []byte {
	return fmt.Appendf(nil, "steelyard journal head 1\n%d\n%s\n", h.Record, h.Chain)
}

// Genuine reports whether the owner of the head's key signed it.
func (h *Head) Genuine() bool {
	return len(h.Key) == ed25519.PublicKeySize && ed25519.Verify(h.Key, h.message(), h.Signature)
}

func (h *Head) line() []byte {
	base := base64.StdEncoding
	return fmt.Appendf(nil, "{\"record\":%d,\"head\":\"%s\",\"key\":\"%s\",\"signature\":\"%s\"}\n",
		h.Record, h.Chain, base.EncodeToString(h.Key), base.EncodeToString(h.Signature))
}

// ParseHeads reads the file of signed heads: those of whole lines, and how many bytes of a line that was cut short follow
// them. It does not check signatures.
func ParseHeads(text []byte) (heads []Head, torn int, err error) {
	for line := range bytes.Lines(text) {
		var w struct {
			Record    uint64 `json:"record"`
			Head      string `json:"head"`
			Key       []byte `json:"key"`
			Signature []byte `json:"signature"`
		}
		if line[len(line)-1] != '\n' {
			return heads, len(line), nil
		}
		h := Head{}
		if err = json.Unmarshal(line, &w); err == nil {
			h = Head{w.Record, w.Head, w.Key, w.Signature}
		}
		if err != nil || !bytes.Equal(h.line(), line) {
			return heads, 0, fmt.Errorf("%s: line %d is no signed head as it was written", HeadsName, len(heads)+1)
		}
		heads = append(heads, h)
	}
	return heads, 0, nil
}

// ReadHeads reads the signed heads of a run's folder as ParseHeads does; none where there is no file of them.
func ReadHeads(in fs.FS) (heads []Head, torn int, err error) {
	text, err := fs.ReadFile(in, HeadsName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	return ParseHeads(text)
}

// openHeads opens the file of heads behind its last whole line, a new one where there is none.
func openHeads(in journal.Folder) (journal.Storage, error) {
	text, err := fs.ReadFile(in, HeadsName)
	if errors.Is(err, fs.ErrNotExist) {
		return in.Create(HeadsName)
	}
	if err != nil {
		return nil, err
	}
	return in.Append(HeadsName, int64(bytes.LastIndexByte(text, '\n')+1))
}

// AppendHead adds a head to those of a folder; it is on the disk when AppendHead returns.
func AppendHead(in journal.Folder, h Head) error {
	to, err := openHeads(in)
	if err != nil {
		return err
	}
	if _, err = to.Write(h.line()); err == nil {
		err = to.Sync()
	}
	return errors.Join(err, to.Close())
}
