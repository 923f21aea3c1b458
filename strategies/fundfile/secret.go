package fundfile

import (
	"fmt"
	"regexp"
	"strings"
)

// isReference reports whether the text of a key says where one lies, so that it cannot be one.
func isReference(text string) bool {
	return strings.HasPrefix(text, "file:") || strings.HasPrefix(text, "env-file:")
}

// refuseSecrets fails where a line looks like a secret, comments not excepted: a fund file is copied into every run and every
// pack. The error does not show the line.
func (s *source) refuseSecrets() error {
	patterns := regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|://[^/@\s:]*:[^@\s]+@|` +
		`((?i:api[-_ ]?(?:key|secret)|private[-_ ]?key|pass(?:word|phrase)|mnemonic|seed[-_ ]phrase|(?:access|auth)[-_ ]?token)|secret)["']?\s*[:=]\s*\S`)
	keys := regexp.MustCompile(`^[^#]*\bkey["']?\s*:\s*["']?([^\s"',}]+)`)
	for i, line := range s.lines {
		key := keys.FindStringSubmatch(line)
		if patterns.MatchString(line) || key != nil && !isReference(key[1]) {
			return fmt.Errorf("%s:%d: this line looks like a secret, which a fund file may not hold, because every run and every pack keeps a copy of it: "+
				"take it out, change the secret, and give it by a file of its own", s.name, i+1)
		}
	}
	return nil
}
