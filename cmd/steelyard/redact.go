package main

import "regexp"

// withoutSecrets blanks what may not be written down: passwords in addresses (scheme://user:PASSWORD@host) and the values of
// keys whose name says that they are secret (password=VALUE).
func withoutSecrets(text string) string {
	address := regexp.MustCompile(`(:/+[^/@\s:]*:)[^@\s]*@`)
	value := regexp.MustCompile(`(?i)((?:password|passphrase|passwd|secret|token|api[-_]?key)=)[^\s&]+`)
	return value.ReplaceAllString(address.ReplaceAllString(text, "${1}xxxxx@"), "${1}xxxxx")
}
