package soak

import "testing"

func TestCount(t *testing.T) {
	for _, c := range []struct {
		mode       string
		full, want int
	}{
		{"", 200, 10},
		{"", 19, 1},
		{"yes", 200, 10},
		{"full", 200, 200},
		{"full", 1, 1},
	} {
		t.Setenv("SURVEYD_SOAK", c.mode)
		if got := Count(t, c.full); got != c.want {
			t.Errorf("SURVEYD_SOAK=%q: Count(%d) = %d, want %d", c.mode, c.full, got, c.want)
		}
	}
}
