package scoring_test

import (
	"math"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TestDecomposeWithPartsThatComeAndGo: a new touchpoint and an ended one are effects of mix.
func TestDecomposeWithPartsThatComeAndGo(t *testing.T) {
	empty := classScore([3]int64{})
	m := scoring.Decompose([]scoring.Part{
		{A: classScore([3]int64{10, 0, 0}), B: empty},
		{A: classScore([3]int64{5, 0, 5}), B: classScore([3]int64{5, 0, 5})},
		{A: empty, B: classScore([3]int64{0, 0, 10})},
		{A: empty, B: empty},
	})
	if !m.Defined || m.Within.Sign() != 0 || m.Mix.Cmp(m.Change) != 0 || scoring.RoundRat(m.Change, 0) != "-100" {
		t.Errorf("got within %v, mix %v, change %v", m.Within, m.Mix, m.Change)
	}
	if m.Standardised != nil || m.SE != 0 || m.Reversal || !m.Shifted() {
		t.Errorf("got %+v", m)
	}
}

func TestDecomposeOfShares(t *testing.T) {
	csat := func(k, n int64) scoring.Score {
		return scoring.Of(scoring.CSAT5, scoring.Counts{5: k, 1: n - k}, 0)
	}
	m := scoring.Decompose([]scoring.Part{{A: csat(50, 100), B: csat(60, 100)}})
	if scoring.RoundRat(m.Within, 1) != "10.0" || m.Mix.Sign() != 0 || m.Shifted() {
		t.Errorf("within %v, mix %v", m.Within, m.Mix)
	}
	// sqrt(0.6*0.4/100) in percentage points.
	if math.Abs(m.SE-4.898979) > 1e-6 {
		t.Errorf("standard error %v", m.SE)
	}
	if m := scoring.Decompose([]scoring.Part{{A: csat(1, 2), B: classScore([3]int64{1, 1, 1})}}); m.Defined || m.Shifted() {
		t.Errorf("different schemes gave %+v", m)
	}
	if m := scoring.Decompose(nil); m.Defined {
		t.Errorf("nothing gave %+v", m)
	}
}

func TestRollingTakesDaysInAnyOrder(t *testing.T) {
	day := func(d int, promoters int64) scoring.Day[scoring.Counts] {
		return scoring.Day[scoring.Counts]{Day: d, Value: scoring.Counts{10: promoters}}
	}
	got := scoring.Rolling([]scoring.Day[scoring.Counts]{day(3, 4), day(1, 1), day(1, 2)}, 2)
	want := []int64{3, 3, 4}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i, n := range want {
		if got[i].Day != i+1 || got[i].Value[10] != n {
			t.Errorf("day %d: %v, want %d", i+1, got[i], n)
		}
	}
	if out := scoring.Rolling([]scoring.Day[scoring.Counts]{day(1, 1)}, 0); out != nil {
		t.Errorf("a window of no days gave %v", out)
	}
}

func TestRollingOfLoyalty(t *testing.T) {
	var a, b scoring.CLITally
	a.Count([3]int{1, 1, 1})
	b.Count([3]int{6, 6, 6})
	got := scoring.Rolling([]scoring.Day[scoring.CLITally]{{Day: 1, Value: a}, {Day: 2, Value: b}, {Day: 3}}, 2)
	for i, want := range []string{"100.0", "50.0", "0.0"} {
		if text := got[i].Value.Score().Text(); text != want {
			t.Errorf("day %d: %s, want %s", got[i].Day, text, want)
		}
	}
}

// TestEWMAFadesAway: after a very long silence there is nothing left to weigh.
func TestEWMAFadesAway(t *testing.T) {
	days := []scoring.Day[scoring.Score]{
		{Day: 0, Value: classScore([3]int64{1, 0, 0})},
		{Day: 2000, Value: classScore([3]int64{})},
	}
	points := scoring.EWMA(days, 1)
	if last := points[len(points)-1]; last.Defined || last.Value != 0 {
		t.Errorf("after 2000 half-lives: %+v", last)
	}
	if points[100].Value != 100 || !points[100].Defined {
		t.Errorf("after 100 half-lives: %+v", points[100])
	}
	if out := scoring.EWMA(days, 0); out != nil {
		t.Errorf("a half-life of 0 gave %v", out)
	}
}

func TestControlLimits(t *testing.T) {
	reference := scoring.Classes{Best: 90, Middle: 70, Worst: 40} // Var 0.5875
	centre, limits, ok := scoring.ControlLimits(reference, 50)
	half := 300 * math.Sqrt(0.5875/50)
	if !ok || centre != 25 || math.Abs(limits.Lo-(25-half)) > 1e-9 || math.Abs(limits.Hi-(25+half)) > 1e-9 {
		t.Errorf("got %v %+v", centre, limits)
	}
	if _, limits, ok := scoring.ControlLimits(reference, 1); !ok || limits != (scoring.Interval{Lo: -100, Hi: 100}) {
		t.Errorf("not clipped: %+v", limits)
	}
	if _, _, ok := scoring.ControlLimits(scoring.Classes{}, 50); ok {
		t.Error("limits without a reference")
	}
}

func TestClusterSE(t *testing.T) {
	promoter, detractor := scoring.Classes{Best: 1}, scoring.Classes{Worst: 1}
	// One answer each: the plain standard error with n-1.
	single, ok := scoring.ClusterSE([]scoring.Classes{promoter, detractor, promoter, detractor, {}})
	if want := 100 * math.Sqrt(4.0/3*4) / 4; !ok || math.Abs(single-want) > 1e-9 {
		t.Errorf("got %v, want %v", single, want)
	}
	// The same four answers from two people who repeat themselves say less.
	repeated, ok := scoring.ClusterSE([]scoring.Classes{{Best: 2}, {Worst: 2}})
	if want := 100.0; !ok || math.Abs(repeated-want) > 1e-9 {
		t.Errorf("got %v, want %v", repeated, want)
	}
	if _, ok := scoring.ClusterSE([]scoring.Classes{{Best: 5}, {}}); ok {
		t.Error("a single customer has a standard error")
	}
}

func TestWeightRefusesBadWeights(t *testing.T) {
	for _, w := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		answers := []scoring.WeightedAnswer{{Class: scoring.ClassBest, Weight: 1}, {Class: scoring.ClassWorst, Weight: w}}
		if got, ok := scoring.Weight(answers); ok {
			t.Errorf("weight %v gave %+v", w, got)
		}
	}
	if got, ok := scoring.Weight(nil); ok {
		t.Errorf("no answers gave %+v", got)
	}
	if got, ok := scoring.Weight([]scoring.WeightedAnswer{{Weight: 1}}); ok {
		t.Errorf("an unclassified answer gave %+v", got)
	}
}

func TestResponseBoundsOfContradictingCounts(t *testing.T) {
	r := scoring.ResponseBounds(10, 5, scoring.Classes{Best: 8})
	if r.Lo.Defined() || r.Hi.Defined() || r.Rate.Text(1) != "160.0" {
		t.Errorf("8 answers to 5 delivered: %+v", r)
	}
}
