package sim_test

import (
	"bytes"
	"context"
	"fmt"
	"syscall"
	"testing"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
)

// disk is a file of which only what was synced survives, with room for so many bytes.
type disk struct {
	bytes.Buffer
	room, synced int
}

func (d *disk) Write(p []byte) (int, error) {
	if d.Len()+len(p) > d.room {
		return 0, syscall.ENOSPC
	}
	return d.Buffer.Write(p)
}

func (d *disk) Sync() error {
	d.synced = d.Len()
	return nil
}

// careful is a world that demands that a command is on the disk before it is done.
type careful struct {
	host.World
	t    *testing.T
	disk *disk
	done int
}

func (c *careful) Do(ctx context.Context, cmd engine.Command) error {
	if p, ok := cmd.(*engine.Place); ok {
		c.done++
		if !bytes.Contains(c.disk.Bytes()[:c.disk.synced], fmt.Appendf(nil, `"order":%d,"decision"`, p.Order.Order().ID)) {
			c.t.Fatalf("order %d is done and not on the disk", p.Order.Order().ID)
		}
	}
	return c.World.Do(ctx, cmd)
}

// No order leaves before it is on the disk, and a disk that fills up halts the run before the first that is not.
func TestNoUnrecordedOrder(t *testing.T) {
	r := newRig(4, walk(4, 54, 0.02, 3))
	whole, rec, _ := r.run(t)
	halted := 0
	for _, room := range []int{whole.Len() / 7, whole.Len() / 3, whole.Len() / 2, whole.Len() * 2} {
		d := &disk{room: room}
		own, err := journal.NewRecorder(r.u, journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, d)
		if err != nil {
			t.Fatal(err)
		}
		world := &careful{World: sim.New(r.config), t: t, disk: d}
		err = host.Run(context.Background(), r.core(), world, journal.NewDurable(own, d))
		switch {
		case world.done == 0:
			t.Errorf("%d bytes: no order", room)
		case err != nil:
			halted++
			if got := err.Error(); !bytes.HasPrefix([]byte(got), []byte("halted: ")) {
				t.Errorf("%d bytes: %s", room, got)
			}
		case own.DecisionsDigest() != rec.DecisionsDigest():
			t.Errorf("%d bytes: other decisions", room)
		}
	}
	if halted != 3 {
		t.Errorf("%d of 3 disks were full", halted)
	}
}
