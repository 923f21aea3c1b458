package venuetest

import (
	"context"
	"io"
	"slices"
	"sync"
)

// stream is a queue of messages with one reader.
type stream[M any] struct {
	wants func(*M) bool

	mu    sync.Mutex
	queue []*M
	err   error         // that it ended with
	news  chan struct{} // holds one when there may be something new
}

func newStream[M any]() *stream[M] { return &stream[M]{news: make(chan struct{}, 1)} }

// put adds a message, twice or in front of the one before it.
func (s *stream[M]) put(m *M, twice, shuffled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := len(s.queue)
	if shuffled && at > 0 {
		at--
	}
	s.queue = slices.Insert(s.queue, at, m)
	if twice {
		s.queue = append(s.queue, m)
	}
	s.wake()
}

func (s *stream[M]) wake() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

func (s *stream[M]) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
	s.wake()
}

// Next returns the next message; what was queued when the stream ended comes before its error.
func (s *stream[M]) Next(ctx context.Context) (*M, error) {
	for {
		if m, err := s.pop(); m != nil || err != nil {
			return m, err
		}
		select {
		case <-s.news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *stream[M]) pop() (*M, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		if s.err != nil {
			s.wake() // for another reader
		}
		return nil, s.err
	}
	m := s.queue[0]
	s.queue = s.queue[1:]
	return m, nil
}

// Close ends the stream.
func (s *stream[M]) Close() error {
	s.end(io.ErrClosedPipe)
	return nil
}
