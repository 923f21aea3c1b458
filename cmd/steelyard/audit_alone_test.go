//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pack replays in an empty folder by another user, without the network, the store, or a home.
func TestPackReplaysForAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be another user")
	}
	s := newSignedRig(t, 60, richFund)
	pack := s.pack(t, "--sign", s.key)
	os.RemoveAll(s.store)
	os.RemoveAll(s.run)
	empty, err := os.MkdirTemp("/tmp", "empty")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(empty) })
	program := filepath.Join(empty, "steelyard")
	for from, to := range map[string]string{pack: "pack.zip", s.public: "key.pub.pem"} {
		os.WriteFile(filepath.Join(empty, to), read(t, from), 0o444)
	}
	if err := os.Link(os.Args[0], program); err != nil {
		t.Skipf("the program cannot be put where everybody may run it: %v", err)
	}
	os.Chmod(empty, 0o555)
	os.Chmod(program, 0o555)
	p := process("audit", "replay", "pack.zip", "--trust", "key.pub.pem")
	p.Path, p.Dir = program, empty
	p.Env = []string{asProgram + "=1"}
	p.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}, Cloneflags: syscall.CLONE_NEWNET}
	out, err := p.CombinedOutput()
	if os.IsPermission(err) {
		t.Skipf("a process without the network cannot be started here: %v", err)
	}
	if err != nil || !strings.Contains(string(out), "all equal") {
		t.Errorf("%v: %s", err, out)
	}
}
