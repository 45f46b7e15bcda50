package scoring_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TestTheSpreadByCustomerIsThatOfTheFormula compares with ClusterSE, which is given every customer, also those who answered once.
func TestTheSpreadByCustomerIsThatOfTheFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all scoring.Counts
		var customers []scoring.Classes
		c := scoring.NewClustered(scoring.NPS11)
		for _, ratings := range rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 10), 1, 4), 2, 30).Draw(t, "customers") {
			var classes scoring.Classes
			for _, r := range ratings {
				all[r]++
				switch scoring.NPS11.Class(r) {
				case scoring.ClassBest:
					classes.Best++
				case scoring.ClassWorst:
					classes.Worst++
				default:
					classes.Middle++
				}
			}
			customers = append(customers, classes)
			if known := len(ratings) > 1 || rapid.Bool().Draw(t, "known"); known {
				c.Add(ratings...)
			}
		}
		s := scoring.Of(scoring.NPS11, all, 0)
		n := float64(s.N)
		p, d := float64(s.Best)/n, float64(s.Worst)/n
		simple := 100 * math.Sqrt((p+d-(p-d)*(p-d))/n)
		want, ok := scoring.ClusterSE(customers)
		got, gotOK := c.Widening(all)
		if simple < 1e-9 {
			return // all alike: there is nothing to widen
		}
		if !ok || !gotOK || math.Abs(got-max(1, want/simple)) > 1e-9 {
			t.Fatalf("%v times %v, want %v", got, simple, want)
		}
	})
}

func TestRepeatedAnswersWidenTheInterval(t *testing.T) {
	for scheme, rating := range map[scoring.Scheme][2]int{
		scoring.NPS11: {10, 0}, scoring.CSAT5: {5, 1}, scoring.CES7: {7, 1},
	} {
		c := scoring.NewClustered(scheme)
		var all scoring.Counts
		for range 50 { // a hundred customers, each of whom says the same four times
			c.Add(rating[0], rating[0], rating[0], rating[0])
			c.Add(rating[1], rating[1], rating[1], rating[1])
		}
		all[rating[0]], all[rating[1]] = 200, 200
		times, ok := c.Widening(all)
		if !ok || math.Abs(times-2*math.Sqrt(100.0/99)) > 1e-9 {
			t.Errorf("%s: %v times as wide, want twice", scheme, times)
		}
		s := scoring.Of(scheme, all, 0)
		w := s.Widen(times)
		if math.Abs((w.Hi-w.Lo)-times*(s.Hi-s.Lo)) > 1e-9 || w.Lo > w.Value || w.Hi < w.Value {
			t.Errorf("%s: %v to %v from %v to %v", scheme, w.Lo, w.Hi, s.Lo, s.Hi)
		}
	}
}

func TestAnIntervalIsNeverNarrowedNorLeavesTheScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scheme := rapid.SampledFrom(scoring.Schemes()).Draw(t, "scheme")
		var all scoring.Counts
		for r := range all {
			all[r] = rapid.Int64Range(0, 20).Draw(t, "n")
		}
		s := scoring.Of(scheme, all, 0)
		w := s.Widen(rapid.Float64Range(0, 10).Draw(t, "times"))
		if w.Lo > s.Lo || w.Hi < s.Hi {
			t.Fatalf("narrowed from %v to %v into %v to %v", s.Lo, s.Hi, w.Lo, w.Hi)
		}
		if !s.HasInterval {
			return
		}
		def, _ := scheme.Def()
		lo, hi := -100.0, 100.0
		switch def.Unit {
		case scoring.UnitPercent:
			lo = 0
		case scoring.UnitScore:
			a, b := def.ValueRange()
			lo, hi = float64(a), float64(b)
		case scoring.UnitPoints:
		}
		if def.Kind != scoring.KindCLI && (w.Lo < lo || w.Hi > hi) {
			t.Fatalf("%v to %v leaves %v to %v", w.Lo, w.Hi, lo, hi)
		}
	})
}

func TestWithoutADifferenceThereIsNoSpread(t *testing.T) {
	c := scoring.NewClustered(scoring.NPS11)
	c.Add(9, 10, 11, -1)
	if w, ok := c.Widening(scoring.Counts{9: 1, 10: 1}); ok {
		t.Errorf("all promote: %v", w)
	}
	if w, ok := scoring.NewClustered(scoring.CLI6).Widening(scoring.Counts{1: 5, 6: 5}); ok {
		t.Errorf("a loyalty index: %v", w)
	}
}
