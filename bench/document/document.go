// Package document keeps what programs write into a document apart from what people write around it.
package document

import (
	"fmt"
	"os"
	"strings"

	"github.com/google/renameio/v2"
)

// Replace puts text between the lines begin and end of the document at path; everything outside of them stays. It is an
// error, and changes nothing, if the document does not have both, in this order.
func Replace(path, begin, end, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s has no lines %q and %q to write between: add them", path, begin, end)
	}
	return renameio.WriteFile(path, []byte(before+begin+"\n"+text+"\n"+end+after), 0o644)
}
