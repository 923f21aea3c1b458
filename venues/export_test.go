package venues

import "time"

// Kill ends all that the hub does, as the end of its process would: nobody waits for anything.
func (h *Hub) Kill() { h.stop() }

// Idle reports whether the hub waits for the venues or the time, and for nothing of its own. A task posts before it ends, so that
// the inbox is looked at last; it is for whoever calls Next.
func (h *Hub) Idle() bool {
	for _, l := range h.lines {
		if !l.idle() {
			return false
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.inbox) == 0
}

func (l *line) idle() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.tasks {
		if time.Until(e.due) < askOrder/2 {
			return false
		}
	}
	return true
}

// Tasks returns how many tasks the hub's lines have.
func (h *Hub) Tasks() (n int) {
	for _, l := range h.lines {
		l.mu.Lock()
		n += len(l.tasks)
		l.mu.Unlock()
	}
	return n
}
