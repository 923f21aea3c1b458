package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.." // of the module, from this folder

// file is a file of the repository.
type file struct {
	path string // from the root, with slashes
	text []byte
}

func (f file) pkg() string  { return path.Dir(f.path) }
func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// files reads all files of the repository that are text and of our own making.
func files(t *testing.T) []file {
	t.Helper()
	var found []file
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		if entry.Type().IsRegular() && isOurText(name) {
			text, err := fs.ReadFile(tree, name)
			found = append(found, file{name, text})
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// isOurText tells what people write from checksums, data and what runs leave behind.
func isOurText(name string) bool {
	written := []string{".go", ".md", ".mod", ".yaml", ".yml", ".sh", ".txt", ".sql", ".json", ".html"}
	base := path.Base(name)
	return slices.Contains(written, path.Ext(base)) || base == "Makefile" || base == "run" || base == ".gitignore"
}

// goFiles returns the Go files of the module, without tools/ and testdata.
func goFiles(t *testing.T) []file {
	return slices.DeleteFunc(files(t), func(f file) bool {
		return path.Ext(f.path) != ".go" || strings.Contains("/"+f.path, "/testdata/") || strings.HasPrefix(f.path, "tools/")
	})
}

// mode matches the word and the identifiers that contain it, but not "model".
func mode() *regexp.Regexp {
	return regexp.MustCompile(`(?i:\bmodes?\b)|[a-z]Modes?(\b|[A-Z])|\b[mM]odes?[A-Z]`)
}

// A mode is a choice of World and nothing else, so the core and the strategies never speak of one.
func TestCoreKnowsNoModes(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest() || !strings.HasPrefix(f.path, "engine/") && !strings.HasPrefix(f.path, "strategies/") {
			continue
		}
		reportLines(t, f, mode(), "the core and the strategies know no modes: leave the difference to the World")
	}
}

func TestModesAreFound(t *testing.T) {
	for text, want := range map[string]bool{
		"a mode of": true, "Mode": true, "runMode": true, "modeOf": true, "fillModes": true, "ModeLive": true,
		"model": false, "Modeller": false, "modern": false, "commodes": false,
	} {
		if got := mode().MatchString(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}

func TestPackagesAreNamedForWhatTheyDo(t *testing.T) {
	empty := []string{"util", "utils", "common", "manager", "helper", "helpers", "misc", "shared"}
	for _, f := range goFiles(t) {
		for dir := range strings.SplitSeq(f.pkg(), "/") {
			if slices.Contains(empty, dir) {
				t.Errorf("%s: %q says nothing: name the package for what it does", f.path, dir)
			}
		}
	}
}

// The repository must build anywhere, so that it names neither a machine's folders nor where modules come from.
// Tests may invent a home.
func TestFilesNameNoMachine(t *testing.T) {
	// Written in parts, or this file would find itself.
	const before = "(^|[\\s\"'`(=:])/"
	folders := regexp.MustCompile(before + `(ro` + `ot|wo` + `rk)/\w`)
	homes := regexp.MustCompile(before + `(ho` + `me|Us` + `ers)/\w`)
	registries := regexp.MustCompile(`proxy\.go` + `lang\.org|sum\.go` + `lang\.org|registry\.np` + `mjs|npm` + `js\.|py` + `pi\.org|crates\.` + `io`)
	for _, f := range files(t) {
		const instead = "names a folder of one machine: use a relative path, a flag or a temporary folder"
		reportLines(t, f, folders, instead)
		if !f.isTest() {
			reportLines(t, f, homes, instead)
		}
		reportLines(t, f, registries, "names a package registry: it is the machine's choice")
	}
}

// reportLines reports every line of f that matches.
func reportLines(t *testing.T, f file, pattern *regexp.Regexp, why string) {
	t.Helper()
	if !pattern.Match(f.text) {
		return
	}
	for i, line := range bytes.Split(f.text, []byte("\n")) {
		if found := pattern.Find(line); found != nil {
			t.Errorf("%s:%d: %q: %s", filepath.ToSlash(f.path), i+1, found, why)
		}
	}
}
