package main

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
)

func TestFindings(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer, "core", "github.com/steelyard/steelyard/engine/journal")
}
