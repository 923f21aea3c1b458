package main

import "testing"

func TestTable(t *testing.T) {
	output := "goos: linux\npkg: github.com/steelyard/steelyard/engine/fund\ncpu: Fast One\n" +
		"BenchmarkAmount/Add-16 \t 100\t 5.2 ns/op\t 0 B/op\t 0 allocs/op\nPASS\nok  \tx\t1s\n"
	want := "| package | benchmark | figures |\n|---|---|---|\n| engine/fund | Amount/Add | 5.2 ns/op, 0 B/op, 0 allocs/op |\n"
	if got := markdown(parse([]byte(output))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
