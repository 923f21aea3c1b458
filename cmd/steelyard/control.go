package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// controlName is the socket in a run folder on which the process that runs there hears its owner's words.
const controlName = "control.sock"

// stopping is the word that ends a run. The fund never hears it.
const stopping engine.Action = "stop"

// said is a request on the socket: an operator's word, or, without one, how the feed stands.
type said struct {
	Who  string        `json:"who,omitempty"`
	Word engine.Action `json:"word,omitempty"`
}

// answer is what came of it.
type answer struct {
	At     fund.Time      `json:"at,omitempty"` // when the fund heard the word
	Error  string         `json:"error,omitempty"`
	Health *venues.Health `json:"health,omitempty"`
}

// control hears operators on a socket that only the user of the process may use, and hands their words to the run.
type control struct {
	inbox  chan engine.Body // of the run's feed; closed: it ends
	health atomic.Pointer[venues.Feed]
	live   bool // there are venues whose books ours may follow

	path     string
	listener net.Listener
	running  sync.WaitGroup
	words    chan spoken
	over     chan struct{} // closed when the run has ended
	result   error         // of the run, once over is closed

	mu      sync.Mutex
	waiting []chan answer // for the run to hear, in order
}

// spoken is a word with who waits to know that it was heard.
type spoken struct {
	*engine.Operator
	heard chan answer
}

// newControl takes words from this process alone until it listens. Close it.
func newControl() *control {
	c := &control{inbox: make(chan engine.Body), words: make(chan spoken), over: make(chan struct{})}
	c.running.Add(1)
	go c.forward()
	return c
}

// listen hears words in a run folder, which this process holds.
func (c *control) listen(dir string) (err error) {
	c.path = filepath.Join(dir, controlName)
	if c.listener, err = listen(c.path); err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	c.running.Add(1)
	go c.accept()
	return nil
}

// ownFolder is what the names of folders begin with in which sockets are made.
const ownFolder = ".control-"

// longestPath is the longest path that every system takes for a socket.
const longestPath = 100

// listen makes a socket at a path, which others never could use, not even for an instant: it is made in a folder of our own and moved.
// Where the path is too long for a socket it lies in that folder, and a link leads to it.
func listen(path string) (net.Listener, error) {
	if err := forget(path); err != nil {
		return nil, err
	}
	parent := filepath.Dir(path)
	far := len(path)+len("/"+ownFolder+"0123456789") > longestPath
	if far {
		parent = ""
	}
	own, err := os.MkdirTemp(parent, ownFolder)
	if err != nil {
		return nil, err
	}
	at := filepath.Join(own, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: at, Net: "unix"})
	if err != nil {
		return nil, errors.Join(err, os.Remove(own))
	}
	l.SetUnlinkOnClose(false)
	err = os.Chmod(at, 0o600)
	switch {
	case err == nil && far:
		err = os.Symlink(at, path)
	case err == nil:
		err = errors.Join(os.Rename(at, path), os.Remove(own))
	}
	if err != nil {
		return nil, errors.Join(err, l.Close(), os.RemoveAll(own))
	}
	return l, nil
}

// forget removes the socket at a path, and that which a link of ours leads to. A link may be anybody's: nothing else is removed.
func forget(path string) error {
	if to, err := os.Readlink(path); err == nil && strings.HasPrefix(filepath.Base(filepath.Dir(to)), ownFolder) {
		os.Remove(to) // what cannot be removed does no harm
		os.Remove(filepath.Dir(to))
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// close tells whoever waits what became of the run, and ends.
func (c *control) close(result error) {
	c.result = result
	close(c.over)
	if c.listener != nil {
		c.listener.Close()
		forget(c.path) // what cannot be removed is removed by who runs there next
	}
	c.running.Wait()
}

func (c *control) accept() {
	defer c.running.Done()
	for {
		conn, err := c.listener.Accept()
		if err != nil {
			return
		}
		c.running.Add(1)
		go func() {
			defer c.running.Done()
			defer conn.Close()
			c.serve(conn)
		}()
	}
}

// serve answers one request.
func (c *control) serve(conn net.Conn) {
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	var s said
	if err := json.NewDecoder(conn).Decode(&s); err != nil {
		return
	}
	a := c.hear(s)
	conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	json.NewEncoder(conn).Encode(a) // who does not wait for the answer does not get it
}

func (c *control) hear(s said) answer {
	switch {
	case s.Word == "":
		if feed := c.health.Load(); feed != nil {
			return answer{Health: feed.Health()}
		}
		return answer{}
	case s.Word == engine.Adjust && !c.live:
		return answer{Error: "only a live run has venues whose books its own could follow"}
	}
	if err := checkOperator(s.Who); err != nil {
		return answer{Error: err.Error()}
	}
	w := spoken{&engine.Operator{Who: s.Who, Action: s.Word}, make(chan answer, 1)}
	select {
	case c.words <- w:
	case <-c.over:
		return c.ended(s.Word)
	}
	select {
	case a := <-w.heard:
		return a
	case <-c.over:
		return c.ended(s.Word)
	}
}

// longestOperator is the longest name of an operator, in bytes.
const longestOperator = 100

// checkOperator refuses what is no name of a person: nothing to read, what would end a line of a log or hide in one, and the name under
// which the hub pauses a fund itself.
func checkOperator(who string) error {
	switch {
	case strings.TrimSpace(who) == "":
		return errors.New("a word needs the name of who says it")
	case len(who) > longestOperator:
		return fmt.Errorf("the name of who says it has more than %d bytes", longestOperator)
	case !utf8.ValidString(who) || strings.ContainsFunc(who, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the name of who says it, %q, has characters that cannot be printed", who)
	case strings.EqualFold(strings.TrimSpace(who), venues.HubName):
		return fmt.Errorf("%q is no person's name: a live run itself speaks under it", who)
	}
	return nil
}

// ended answers a word that the run did not hear any more; that is what stop asks for.
func (c *control) ended(word engine.Action) answer {
	switch {
	case c.result != nil:
		return answer{Error: withoutSecrets(c.result.Error())}
	case word == stopping:
		return answer{}
	}
	return answer{Error: "the run ended before it heard"}
}

// forward hands words to the run, one after the other, until it is to stop.
func (c *control) forward() {
	defer c.running.Done()
	for {
		select {
		case <-c.over:
			return
		case w := <-c.words:
			if w.Action == stopping {
				close(c.inbox)
				return
			}
			c.mu.Lock()
			c.waiting = append(c.waiting, w.heard)
			c.mu.Unlock()
			select {
			case c.inbox <- w.Operator:
			case <-c.over:
				return
			}
		}
	}
}

// heard tells whoever spoke first, and was not told yet, that the run heard him.
func (c *control) heard(at fund.Time, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return
	}
	a := answer{At: at}
	if err != nil {
		a = answer{Error: withoutSecrets(err.Error())}
	}
	c.waiting[0] <- a
	c.waiting = c.waiting[1:]
}
