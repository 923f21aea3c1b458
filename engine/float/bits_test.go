package float

import (
	"math"
	"testing"
)

// These bits hold on every build: GOAMD64=v1 and v3, arm64, and whatever comes. A change of the functions that
// changes them changes the decisions of recorded runs.
func TestSameBitsOnEveryBuild(t *testing.T) {
	type golden struct {
		x    float64
		bits uint64
	}
	for _, g := range []golden{
		{-744.9, 0x0000000000000001},
		{-709.1, 0x0007eabddec4fd38},
		{-300.25, 0x24dc758233102ace},
		{-17.5, 0x3e5af62e927c4664},
		{-1, 0x3fd78b56362cef38},
		{-0.6931471805599453, 0x3fe0000000000000},
		{-0.1, 0x3fecf46d99d52b3a},
		{-1e-09, 0x3fefffffff768fa1},
		{1e-300, 0x3ff0000000000000},
		{0.001, 0x3ff0041919b7ee34},
		{0.3465735902799726, 0x3ff6a09e667f3bcc},
		{0.5, 0x3ffa61298e1e069c},
		{1, 0x4005bf0a8b145769},
		{math.Pi, 0x403724046eb09339},
		{10.123456789, 0x40d8563126139aa7},
		{88.7, 0x47ef4705bbffae5c},
		{500.5, 0x6d10c8445efec68e},
		{709.7, 0x7fed75ae7a50ee14},
	} {
		if got := math.Float64bits(Exp(g.x)); got != g.bits {
			t.Errorf("Exp(%v) has bits 0x%016x, want 0x%016x", g.x, got, g.bits)
		}
	}
	for _, g := range []golden{
		{5e-324, 0xc0874385446d71c3},
		{1e-308, 0xc0862991d5d62a5e},
		{1e-09, 0xc034b927f32bffb8},
		{0.1, 0xc0026bb1bbb55515},
		{0.5, 0xbfe62e42fefa39ef},
		{0.70710678, 0xbfd62e4300c77ae8},
		{0.7071068, 0xbfd62e42e268c249},
		{0.9, 0xbfbaf8e8210a415c},
		{0.999999999, 0xbe112e0be024e4bc},
		{1.000000001, 0x3e112e0bffdb1b44},
		{1.1, 0x3fb8663f793c46cc},
		{1.41421356, 0x3fd62e42fd2cf8f6},
		{1.4142136, 0x3fd62e431b8bb195},
		{2, 0x3fe62e42fefa39ef},
		{math.E, 0x3ff0000000000000},
		{3, 0x3ff193ea7aad030a},
		{10, 0x40026bb1bbb55516},
		{43251.07, 0x4025597c676a51ff},
		{1e+13, 0x403def00d106aa43},
		{1e+308, 0x40862991d5d62a5e},
	} {
		if got := math.Float64bits(Log(g.x)); got != g.bits {
			t.Errorf("Log(%v) has bits 0x%016x, want 0x%016x", g.x, got, g.bits)
		}
	}
	for _, g := range []struct {
		x, y float64
		bits uint64
	}{
		{1e-09, 0.6, 0x3ed0b2a4a8665482},
		{0.1, 0.6, 0x3fd0137987dd704d},
		{0.1, 1.6, 0x3f99b8c272fbe6e1},
		{263.374, 0.25, 0x40101d2ec190b252},
		{0.5, -0.4, 0x3ff51cb453b9536c},
		{1234567.5, 1.6, 0x41f4c6ecb001ea61},
		{2, 0.5, 0x3ff6a09e667f3bcc},
	} {
		if got := math.Float64bits(Pow(g.x, g.y)); got != g.bits {
			t.Errorf("Pow(%v, %v) has bits 0x%016x, want 0x%016x", g.x, g.y, got, g.bits)
		}
	}
	for _, g := range []golden{
		{-3, 0xbfee6824f33314f5},
		{-0.3, 0xbfd0966f2c7907f6},
		{-1e-09, 0xbe112e0be801f1d9},
		{1e-12, 0x3d719799812df3bd},
		{0.01, 0x3f84952e9791133f},
		{0.34, 0x3fd9eaa94c8422f6},
		{1.5, 0x400bda7fcc9f8a82},
		{20, 0x41bceb088a68e804},
	} {
		if got := math.Float64bits(Expm1(g.x)); got != g.bits {
			t.Errorf("Expm1(%v) has bits 0x%016x, want 0x%016x", g.x, got, g.bits)
		}
	}
	for _, g := range []golden{
		{-0.9, 0xc0026bb1bbb55516},
		{-0.25, 0xbfd269621134db92},
		{-1e-09, 0xbe112e0be84bbb51},
		{1e-12, 0x3d719799812de065},
		{0.01, 0x3f8460d6ccca3677},
		{0.4, 0x3fd588c2d913348f},
		{1, 0x3fe62e42fefa39ef},
		{1e+09, 0x4034b927f3304b3b},
	} {
		if got := math.Float64bits(Log1p(g.x)); got != g.bits {
			t.Errorf("Log1p(%v) has bits 0x%016x, want 0x%016x", g.x, got, g.bits)
		}
	}
}
