package scoring_test

import (
	"math"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TestWorstCase holds the bounds to metrics 5.8: RR times the score, plus or minus what the silent might add.
func TestWorstCase(t *testing.T) {
	for _, c := range []struct{ score, rate, lo, hi, from, to float64 }{
		{40, 25, -100, 100, -65, 85},
		{-20, 50, -100, 100, -60, 40},
		{42, 100, -100, 100, 42, 42},
		{42, 0, -100, 100, -100, 100},
		{80, 50, 0, 100, 40, 90},
		{6, 50, 1, 7, 3.5, 6.5},
		{42, 130, -100, 100, 42, 42},
	} {
		from, to := scoring.WorstCase(c.score, c.rate, c.lo, c.hi)
		if math.Abs(from-c.from) > 1e-9 || math.Abs(to-c.to) > 1e-9 {
			t.Errorf("%v at %v%% lies in %v to %v, want %v to %v", c.score, c.rate, from, to, c.from, c.to)
		}
	}
	// For the NPS it is what ResponseBounds computes from the classes.
	b := scoring.ResponseBounds(110, 10, scoring.Classes{Best: 20, Middle: 10, Worst: 10})
	from, to := scoring.WorstCase(b.NPS.Float(), b.Rate.Float(), -100, 100)
	if math.Abs(from-b.Lo.Float()) > 1e-9 || math.Abs(to-b.Hi.Float()) > 1e-9 {
		t.Errorf("%v to %v, want %v to %v", from, to, b.Lo.Float(), b.Hi.Float())
	}
}
