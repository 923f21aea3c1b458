package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine"
)

func pauseCommand() *cli.Command {
	return wordCommand(engine.Pause, "let a running fund begin no rebalance, and send no further slice of one under way")
}

func resumeCommand() *cli.Command {
	return wordCommand(engine.Resume, "let a paused fund rebalance again")
}

func rebalanceCommand() *cli.Command {
	return wordCommand(engine.Rebalance, "let a running fund rebalance when its row closes, whatever its trigger says")
}

func adjustCommand() *cli.Command {
	return wordCommand(engine.Adjust, "let a live run's books follow its venues' where they differ; resume lets it trade again")
}

func stopCommand() *cli.Command {
	return wordCommand(stopping, "end a running fund's run for good; its report is written")
}

// wordCommand is an operator's word to the process that runs in a folder.
func wordCommand(word engine.Action, usage string) *cli.Command {
	return &cli.Command{
		Name: string(word), Usage: usage, ArgsUsage: "RUN",
		Flags: []cli.Flag{&cli.StringFlag{Name: "as", Usage: "`NAME` of who says it (default: the user's)"}},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("steelyard %s takes one run folder, not %d", word, c.Args().Len())
			}
			who, err := operatorOf(c)
			if err != nil {
				return err
			}
			dir := c.Args().First()
			a, err := ask(c.Context, dir, said{Who: who, Word: word})
			switch {
			case err != nil:
				return err
			case a.Error != "":
				return fmt.Errorf("%s: %s", dir, a.Error)
			case word == stopping:
				_, err = fmt.Fprintf(c.App.Writer, "%s: stopped by %s\n", dir, who)
			default:
				_, err = fmt.Fprintf(c.App.Writer, "%s: %s by %s, heard at %s UTC\n", dir, word, who, second(a.At))
			}
			return err
		},
	}
}

// operatorOf returns --as, or the name of the user.
func operatorOf(c *cli.Context) (string, error) {
	if c.IsSet("as") {
		return c.String("as"), checkOperator(c.String("as"))
	}
	u, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("who says it? give --as NAME: %w", err)
	}
	return u.Username, nil
}

// errNobody says that no process runs in a folder.
var errNobody = errors.New("nothing runs there")

// ask asks the process that runs in a folder, errNobody if there is none.
func ask(ctx context.Context, dir string, s said) (answer, error) {
	if is, err := os.Stat(dir); err != nil || !is.IsDir() {
		return answer{}, fmt.Errorf("%s is no run folder", dir)
	}
	path := filepath.Join(dir, controlName)
	if to, err := os.Readlink(path); err == nil {
		path = to
	}
	var conn net.Conn
	_, err := os.Lstat(path) // a path that is too long for a socket fails otherwise than one where nothing is
	if err == nil {
		var d net.Dialer
		conn, err = d.DialContext(ctx, "unix", path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED):
		return answer{}, fmt.Errorf("%s: %w; steelyard status %s tells how it stood", dir, errNobody, dir)
	case errors.Is(err, fs.ErrPermission):
		return answer{}, fmt.Errorf("%s: only the user whose process runs there may speak to it: %w", dir, err)
	case err != nil:
		return answer{}, fmt.Errorf("%s: %w", dir, err)
	}
	defer conn.Close()
	if s.Word == "" { // the answer is at hand; a word is heard when the fund is ready for it
		conn.SetDeadline(time.Now().Add(5 * time.Second))
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := json.NewEncoder(conn).Encode(s); err != nil {
		return answer{}, fmt.Errorf("%s: %w", dir, err)
	}
	var a answer
	if err := json.NewDecoder(conn).Decode(&a); err != nil {
		return answer{}, fmt.Errorf("%s: the process that runs there ended before it answered: %w", dir, errors.Join(err, ctx.Err()))
	}
	return a, nil
}
