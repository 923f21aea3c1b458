package evidence

import (
	"crypto/ed25519"
	"fmt"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/journal"
)

// Every is how many records a signed head stands for where nothing else is said.
const Every = 1000

// Journal is what a Signer records with: a journal.Recorder or journal.Durable.
type Journal interface {
	Event(ev *engine.Event) error
	Commands(cmds []engine.Command) error
	End() error
	Records() uint64
	Head() string
}

// Signer records a run and signs the journal's head every so many records and at the end. It signs what is on the disk and
// nothing else: a head is never ahead of its journal. It implements the host's Recorder.
type Signer struct {
	Journal
	sync  func() error
	key   ed25519.PrivateKey
	every uint64
	last  uint64 // record of the newest head
	to    journal.Storage
}

// NewSigner returns a Signer that records with j; sync puts what j has written on the disk. The heads go behind those that
// the folder has. found is the journal as it lies there, empty for a new one: heads that do not agree with it are an error,
// because signing on would hide what happened to it.
func NewSigner(in journal.Folder, found *journal.Scan, j Journal, sync func() error, key ed25519.PrivateKey, every uint64) (*Signer, error) {
	s := &Signer{Journal: j, sync: sync, key: key, every: every}
	heads, _, err := ReadHeads(in)
	if err != nil {
		return nil, err
	}
	said, err := Check(found, heads, nil)
	if err != nil {
		return nil, fmt.Errorf("it was changed since it was signed: %w", err)
	}
	s.last = said.Through
	s.to, err = openHeads(in)
	return s, err
}

// Event implements the host's Recorder.
func (s *Signer) Event(ev *engine.Event) error {
	if err := s.Journal.Event(ev); err != nil {
		return err
	}
	return s.signIfDue()
}

// Commands implements the host's Recorder.
func (s *Signer) Commands(cmds []engine.Command) error {
	if err := s.Journal.Commands(cmds); err != nil {
		return err
	}
	return s.signIfDue()
}

// End implements the host's Recorder.
func (s *Signer) End() error {
	if err := s.Journal.End(); err != nil {
		return err
	}
	return s.Sign()
}

func (s *Signer) signIfDue() error {
	if s.Records() < s.last+s.every {
		return nil
	}
	return s.Sign()
}

// Sign signs the head as it is now, unless it was signed already.
func (s *Signer) Sign() error {
	if s.Records() <= s.last {
		return nil
	}
	if err := s.sync(); err != nil {
		return err
	}
	h := Sign(s.key, s.Records(), s.Head())
	if _, err := s.to.Write(h.line()); err != nil {
		return err
	}
	s.last = h.Record
	return s.to.Sync()
}

// Close closes the file of heads, of which every one is on the disk.
func (s *Signer) Close() error { return s.to.Close() }
