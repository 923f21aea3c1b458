package journal

import "github.com/google/uuid"

// Chain follows the hash chain of a journal's records, for those who read them one by one. The zero Chain stands before
// the first.
type Chain struct {
	at      link
	scratch []byte
}

// Follow moves the chain behind the next record, given its bytes.
func (c *Chain) Follow(rec []byte) { c.at, c.scratch = c.at.follow(rec, c.scratch) }

// String returns the chain's value, 64 hex digits.
func (c *Chain) String() string { return c.at.String() }

// ID names the record that the chain stands behind, the same wherever the journal is read: the UUID of version 5 (RFC
// 9562, section 5.5) of the chain's value in hex, in a name space of its own, uuid5(URL, "urn:steelyard:journal").
func (c *Chain) ID() uuid.UUID {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:steelyard:journal"))
	return uuid.NewSHA1(space, []byte(c.String()))
}
