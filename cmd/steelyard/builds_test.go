package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Builds that fuse products and sums, and builds that do not, write one journal. The program that is built is the
// fund file, the simulated world and the core, without the store: linking that takes minutes.
func TestSameJournalOnEveryLevel(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	if runtime.GOARCH != "amd64" {
		t.Skipf("levels are those of amd64, this is %s", runtime.GOARCH)
	}
	fund := write(t, filepath.Join(t.TempDir(), "fund.yaml"), richFund)
	journals := map[string]string{}
	for _, level := range []string{"v1", "v3"} {
		if level == "v3" && !hasV3(t) {
			t.Skip("this processor has no AVX2, BMI2 and FMA: only the build for v1 was tested")
		}
		journals[level] = runBuild(t, level, fund)
	}
	if !strings.Contains(journals["v1"], "records") || journals["v1"] != journals["v3"] {
		t.Errorf("%q", journals)
	}
}

func runBuild(t *testing.T, level, fund string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "journalhash")
	build := exec.Command("go", "build", "-o", program, "journalhash.go")
	build.Env = append(os.Environ(), "GOAMD64="+level)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(program, fund).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func hasV3(t *testing.T) bool {
	cpu, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skipf("what the processor can do is not known: %v", err)
	}
	has := strings.Fields(string(cpu))
	return slices.Contains(has, "avx2") && slices.Contains(has, "bmi2") && slices.Contains(has, "fma")
}
