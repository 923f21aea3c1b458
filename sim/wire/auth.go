package wire

import (
	"bufio"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Key is an API key that the server knows.
type Key struct {
	ID       string
	Secret   string            // HMAC-SHA256, unless Public is set
	Public   ed25519.PublicKey // Ed25519
	Withdraw bool              // it may withdraw, as it says where it is asked
}

// ReadKeys reads a key file. A line is a key: its ID, then `hmac SECRET` or `ed25519 PUBLIC` in base64, then perhaps
// `withdraw`. Lines that are empty or begin with # say nothing.
func ReadKeys(name string, r io.Reader) ([]Key, error) {
	var keys []Key
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		key, err := parseKey(words)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w; a line is: ID hmac SECRET, or ID ed25519 PUBLIC, then perhaps withdraw", name, n, err)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 && lines.Err() == nil {
		return nil, fmt.Errorf("%s: there is no key in it", name)
	}
	return keys, lines.Err()
}

func parseKey(words []string) (Key, error) {
	if len(words) < 3 || len(words) > 4 {
		return Key{}, fmt.Errorf("%d words", len(words))
	}
	k := Key{ID: words[0], Withdraw: len(words) == 4}
	if k.Withdraw && words[3] != "withdraw" {
		return k, fmt.Errorf("its last word is not withdraw")
	}
	switch words[1] {
	case "hmac":
		k.Secret = words[2]
	case "ed25519":
		public, err := base64.StdEncoding.DecodeString(words[2])
		if err != nil || len(public) != ed25519.PublicKeySize {
			return k, fmt.Errorf("its public key is not 32 bytes in base64")
		}
		k.Public = public
	default:
		return k, fmt.Errorf("%q is neither hmac nor ed25519", words[1])
	}
	return k, nil
}

// signs reports whether a signature is this key's of a payload.
func (k *Key) signs(payload, signature string) bool {
	if k.Public != nil {
		raw, err := base64.StdEncoding.DecodeString(signature)
		return err == nil && ed25519.Verify(k.Public, []byte(payload), raw)
	}
	mac := hmac.New(sha256.New, []byte(k.Secret))
	mac.Write([]byte(payload))
	want := hex.EncodeToString(mac.Sum(nil))
	return subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(signature))) == 1
}

// unsigned returns a query without its signature, as it was signed.
func unsigned(query string) string {
	pairs := strings.Split(query, "&")
	pairs = slices.DeleteFunc(pairs, func(pair string) bool { return strings.HasPrefix(pair, "signature=") })
	return strings.Join(pairs, "&")
}

// sorted returns the payload that a request of the WebSocket API signs: all parameters by name.
func sorted(values map[string]string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name != "signature" {
			pairs = append(pairs, name+"="+values[name])
		}
	}
	return strings.Join(pairs, "&")
}

// knows returns the key with an ID.
func (s *Server) knows(id string) (*Key, *failure) {
	if id == "" {
		return nil, errKeyFormat
	}
	for i := range s.cfg.Keys {
		if s.cfg.Keys[i].ID == id {
			return &s.cfg.Keys[i], nil
		}
	}
	return nil, errKey
}

// authentic checks who signed a request, and when.
func (s *Server) authentic(id string, p *params, payload string) (*Key, *failure) {
	key, f := s.knows(id)
	if f != nil {
		return nil, f
	}
	at := p.time("timestamp", -1)
	switch {
	case at < 0:
		return nil, mandatory("timestamp")
	case !p.has("signature"):
		return nil, mandatory("signature")
	case p.wrong != nil:
		return nil, p.wrong
	case !key.signs(payload, p.values["signature"]):
		return nil, errSignature
	}
	return key, s.inTime(p, at)
}

// inTime checks a request's timestamp. Where the venue's clock is not everybody's, which no client can follow for long, the
// real time is as good.
func (s *Server) inTime(p *params, at fund.Time) *failure {
	const usual, most = 5_000, 60_000
	window := time.Duration(p.number("recvWindow", usual, mostMillis)) * time.Millisecond
	if window > most*time.Millisecond {
		return failed(-1131, "Recv window must be less than %d.", most)
	}
	f := within(at, s.now(), window, s.cfg.Slack)
	if f != nil && s.cfg.Slack > 0 {
		return within(at, fund.TimeOf(time.Now()), window, 0)
	}
	return f
}

func within(at, now fund.Time, window, slack time.Duration) *failure {
	switch {
	case at >= now.Add(time.Second+slack):
		return errAhead
	case at < now.Add(-window-slack):
		return errWindow
	}
	return nil
}
