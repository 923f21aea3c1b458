// Package examples holds fund files to start from; `steelyard init` writes them.
package examples

import "embed"

// Files are the fund files, by their path from this folder.
//
//go:embed *.yaml demo/*.yaml
var Files embed.FS
