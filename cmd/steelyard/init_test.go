package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryTemplateIsAFundFile(t *testing.T) {
	names, err := templates()
	if err != nil || len(names) < 8 {
		t.Fatal(names, err)
	}
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".yaml")
		out, errs, code := steelyard("init", "--template", name, path)
		if code != 0 || errs != "" || !strings.Contains(out, "steelyard validate "+path) {
			t.Fatalf("%s: exit %d\n%s%s", name, code, out, errs)
		}
		if out, errs, code := steelyard("validate", path); code != 0 {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errs)
		}
		text, _ := os.ReadFile(path)
		if !strings.HasPrefix(string(text), "# ") || strings.Contains(string(text), "examples/") {
			t.Errorf("%s:\n%s", name, text)
		}
		if out, _, _ := steelyard("init", "--list"); !strings.Contains(out, "\n"+name+" ") && !strings.HasPrefix(out, name+" ") {
			t.Errorf("no %s in\n%s", name, out)
		}
	}
}

func TestInitAsksNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	if out, errs, code := steelyard("init"); code != 0 || errs != "" {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	before, err := os.ReadFile("fund.yaml")
	if err != nil || !strings.Contains(string(before), "fund: Three Coins") {
		t.Fatal(string(before), err)
	}
	if _, errs, code := steelyard("init", "--template", "ten-equal"); code != exitError || !strings.Contains(errs, "fund.yaml is there already") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if after, _ := os.ReadFile("fund.yaml"); string(after) != string(before) {
		t.Error("the file was written over")
	}
}

func TestInitUsage(t *testing.T) {
	dir := t.TempDir()
	for says, args := range map[string][]string{
		`there is no template "nothing", but collapse, demo/hold`: {"--template", "nothing", filepath.Join(dir, "f.yaml")},
		"takes one file to write, not 2":                          {"a.yaml", "b.yaml"},
	} {
		if _, errs, code := steelyard(append([]string{"init"}, args...)...); code != exitUsage || !strings.Contains(errs, says) {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
	if _, errs, code := steelyard("init", filepath.Join(dir, "not", "f.yaml")); code != exitError || !strings.Contains(errs, "no such file") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Error("something was written:", entries)
	}
}

func TestSchemaIsPrinted(t *testing.T) {
	out, errs, code := steelyard("schema")
	var s map[string]any
	if err := json.Unmarshal([]byte(out), &s); code != 0 || errs != "" || err != nil || s["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("exit %d: %s %v", code, errs, err)
	}
	if _, _, code := steelyard("schema", "more"); code != exitUsage {
		t.Errorf("exit %d", code)
	}
}
