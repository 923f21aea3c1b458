package fundfile

import (
	"fmt"
	"net/url"
)

// driver reads how a venue is reached.
func (r *reader) driver(n *node) Driver {
	if n == nil {
		return Driver{}
	}
	r.keys(n, "kind", "testnet", "rest", "stream", "api", "key")
	return Driver{
		Kind:    r.choice(r.need(n, "kind"), "", []string{"binance"}, []string{"coinbase"}),
		Testnet: r.choice(n.entry("testnet"), "false", []string{"true", "false"}, nil) == "true",
		REST:    r.webAddress(n.entry("rest"), "http"),
		Stream:  r.webAddress(n.entry("stream"), "ws"),
		API:     r.webAddress(n.entry("api"), "ws"),
		Key:     r.reference(n.entry("key")),
	}
}

// webAddress reads a base address of a scheme, or of the one with an s that encrypts.
func (r *reader) webAddress(n *node, scheme string) string {
	text := r.text(n, "")
	if n == nil {
		return ""
	}
	if u, err := url.Parse(text); err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != scheme && u.Scheme != scheme+"s" {
		r.fail(n, "%s is no plain address; one begins with %s:// or %ss://", quoted(text), scheme, scheme)
	}
	return text
}

// reference reads where a key lies. What is not that may be the key itself, so that the error shows nothing of it.
func (r *reader) reference(n *node) string {
	text := r.text(n, "")
	if n != nil && r.err == nil && !isReference(text) {
		r.err = fmt.Errorf("%s:%d: %s: a key is named by where it lies, file:PATH or env-file:PATH#NAME; if this is the key itself, take it out and make a new one", r.source.name, n.line, n.path)
	}
	return text
}
