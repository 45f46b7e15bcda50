// Package soak sizes the long tests: kills, races, random histories. They are named TestSoak...
// and run with every test at a twentieth of their count, and in full with `make soak`.
package soak

import (
	"os"
	"testing"
)

// share of the full count that an ordinary run of the tests does.
const share = 20

// Count returns how many rounds a test does whose full count is given: all of them if
// SURVEYD_SOAK is "full", else a twentieth, at least one. It logs the number, for the figures.
func Count(t testing.TB, full int) int {
	t.Helper()
	n := full
	if os.Getenv("SURVEYD_SOAK") != "full" {
		n = max(1, full/share)
	}
	t.Logf("%d of %d rounds", n, full)
	return n
}
