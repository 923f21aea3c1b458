// Package postgrestest starts PostgreSQL servers that tests throw away.
package postgrestest

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Password is that of every server's only user. It is what no error, log or table may show.
const Password = "correct-horse-battery-staple"

// Start starts a server that lasts as long as the test. It listens on a socket in a folder of its own. Where PostgreSQL is
// not installed the test skips.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := find()
	if err != nil {
		t.Skip("no throw-away PostgreSQL: ", err)
	}
	s.dir = s.run(t, "mktemp", "-d", "/tmp/steelyard-postgres-XXXXXX") // short: a socket's path has at most 107 bytes
	t.Cleanup(func() { os.RemoveAll(s.dir) })
	data, password := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "password")
	s.run(t, "sh", "-c", "echo "+Password+" > "+password)
	s.run(t, s.program("initdb"), "--pgdata", data, "--username", "steelyard", "--pwfile", password, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync")
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s' -c fsync=off", s.dir)
	s.run(t, s.program("pg_ctl"), "start", "--pgdata", data, "--log", filepath.Join(s.dir, "log"), "--options", options, "--wait")
	t.Cleanup(func() { s.run(t, s.program("pg_ctl"), "stop", "--pgdata", data, "--mode", "immediate") })
	return s
}

// Database makes an empty database and returns its DSN, password included.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	s.databases++
	name := fmt.Sprintf("test%d", s.databases)
	conn, err := pgx.Connect(t.Context(), s.dsn("postgres"))
	if err == nil {
		defer conn.Close(t.Context())
		_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.dsn(name)
}

func (s *Server) dsn(database string) string {
	return "postgres://steelyard:" + Password + "@/" + database + "?host=" + url.QueryEscape(s.dir)
}

// Server is an installed PostgreSQL and the user to run it as.
type Server struct {
	programs string // folder
	as       string // "": whoever runs the test
	dir      string

	databases int
}

// find finds PostgreSQL where Debian puts it or on the path. It refuses to run as root; then it is run as its own user.
func find() (*Server, error) {
	s := &Server{}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		s.programs = filepath.Dir(initdb)
	} else {
		all, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
		if err != nil || len(all) == 0 {
			return nil, errors.New("it is not installed (Debian: apt-get install postgresql)")
		}
		s.programs = filepath.Dir(all[len(all)-1])
	}
	if os.Geteuid() != 0 {
		return s, nil
	}
	s.as = "postgres"
	if _, err := user.Lookup(s.as); err != nil {
		return nil, errors.New("root may not run it, and there is no user postgres")
	}
	return s, nil
}

func (s *Server) program(name string) string { return filepath.Join(s.programs, name) }

// run runs a program as the server's user and returns what it printed.
func (s *Server) run(t testing.TB, program string, args ...string) string {
	t.Helper()
	command := append([]string{program}, args...)
	if s.as != "" {
		command = append([]string{"runuser", "-u", s.as, "--"}, command...)
	}
	c := exec.Command(command[0], command[1:]...)
	c.Dir = "/"
	var out, said strings.Builder
	if strings.HasSuffix(program, "pg_ctl") { // what it starts would keep a pipe open
		c.Stdout, c.Stderr = nil, nil
	} else {
		c.Stdout, c.Stderr = &out, &said
	}
	if err := c.Run(); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		t.Fatalf("%s: %v\n%s%s", strings.Join(command, " "), err, said.String(), log)
	}
	return strings.TrimSpace(out.String())
}
