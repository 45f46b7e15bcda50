package scoring_test

import (
	"math"
	"slices"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestTextOfScores(t *testing.T) {
	tests := []struct {
		name         string
		scheme       scoring.Scheme
		counts       scoring.Counts
		text, lo, hi string
	}{
		{"article 001", scoring.NPS11, scoring.Counts{10: 90, 7: 70, 6: 40}, "25", "14", "35"},
		{"one promoter: interval extended to it", scoring.NPS11, scoring.Counts{10: 1}, "100", "-48", "100"},
		{"one detractor", scoring.NPS11, scoring.Counts{0: 1}, "-100", "-100", "48"},
		{"never minus zero", scoring.NPS11, scoring.Counts{9: 1, 7: 199, 6: 2}, "0", "-3", "2"},
		{"half away from zero", scoring.NPS11, scoring.Counts{9: 3, 7: 1, 6: 4}, "-13", "-61", "43"},
		{"article 003", scoring.CSAT5, scoring.Counts{5: 250, 4: 150, 3: 100}, "80.0", "76.3", "83.3"},
		{"ease", scoring.CES7, scoring.Counts{1: 1, 6: 1}, "3.50", "1.00", "7.00"},
		{"a single mean has no interval", scoring.CES7, scoring.Counts{7: 1}, "7.00", "", ""},
		{"one question of the loyalty index", scoring.CLI6, scoring.Counts{1: 1, 3: 1}, "80.0", "0.0", "100.0"},
		{"stars", scoring.Stars5, scoring.Counts{5: 2, 4: 1}, "4.7", "3.2", "5.0"},
		{"thumbs", scoring.Thumbs, scoring.Counts{0: 1, 1: 3}, "75.0", "30.1", "95.4"},
		{"no answers", scoring.NPS11, scoring.Counts{}, "", "", ""},
		{"only answers out of scale", scoring.NPS10, scoring.Counts{0: 3}, "", "", ""},
		{"unknown scheme", "nps12", scoring.Counts{5: 3}, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := scoring.Of(tt.scheme, tt.counts, 0)
			lo, hi := s.IntervalText()
			if s.Text() != tt.text || lo != tt.lo || hi != tt.hi {
				t.Errorf("got %q (%q to %q), want %q (%q to %q)", s.Text(), lo, hi, tt.text, tt.lo, tt.hi)
			}
		})
	}
}

func TestMeanTextAndWarnings(t *testing.T) {
	s := scoring.Of(scoring.CSAT5, scoring.Counts{5: 1, 4: 1, 9: 2}, 3)
	if s.MeanText(2) != "4.50" || s.Invalid != 5 {
		t.Errorf("mean %s, %d invalid", s.MeanText(2), s.Invalid)
	}
	if got := s.Warnings(); !slices.Equal(got, []scoring.Warning{scoring.WarnInvalid}) {
		t.Errorf("warnings %v", got)
	}
	same := scoring.Of(scoring.CES7, scoring.Counts{4: 10}, 0)
	if got := same.Warnings(); !slices.Equal(got, []scoring.Warning{scoring.WarnNoVariance}) {
		t.Errorf("warnings %v", got)
	}
	if got := scoring.Of(scoring.CES7, scoring.Counts{4: 1, 5: 9}, 0).Warnings(); got != nil {
		t.Errorf("warnings %v", got)
	}
}

func TestGates(t *testing.T) {
	tests := map[int64]scoring.Gate{
		-1: scoring.GateNoData, 0: scoring.GateNoData, 1: scoring.GateGrey, 9: scoring.GateGrey,
		10: scoring.GateFew, 29: scoring.GateFew, 30: scoring.GateOK, 5e12: scoring.GateOK,
	}
	for n, want := range tests {
		if got := scoring.GateOf(n); got != want {
			t.Errorf("GateOf(%d) = %v, want %v", n, got, want)
		}
	}
}

// TestVeryLargeCounts reaches the largest counts of the specification, where int32, or
// sums of squares in 64 bits, would overflow.
func TestVeryLargeCounts(t *testing.T) {
	const n = 5e12
	s := scoring.Of(scoring.CES7, scoring.Counts{1: n / 2, 7: n / 2}, 0)
	if s.Text() != "4.00" || s.SD < 2.999999 || s.SD > 3.000001 || s.Lo >= 4 || s.Hi <= 4 {
		t.Errorf("got %+v", s)
	}
	cli := scoring.CLIOf(n, 150*n, 150*150*n+n)
	if cli.Text() != "50.0" || cli.SD < 0.333333 || cli.SD > 0.333334 {
		t.Errorf("got %+v", cli)
	}
}

// TestScoreIntervalNearTheEnds: one passive among millions once lost eight digits where two
// terms near 1 cancelled.
func TestScoreIntervalNearTheEnds(t *testing.T) {
	low, _ := scoring.Classes{Middle: 1, Worst: 25496063}.ScoreInterval()
	high, _ := scoring.Classes{Best: 25496063, Middle: 1}.ScoreInterval()
	if math.Abs(low.Lo+high.Hi) > 1e-10 || math.Abs(low.Hi+high.Lo) > 1e-10 || low.Lo <= -100 {
		t.Errorf("%v and %v are no mirror images", low, high)
	}
}

// TestMeanIntervalQuantiles compares the t quantile with the library's slow one.
func TestMeanIntervalQuantiles(t *testing.T) {
	for _, df := range []int64{1, 2, 3, 4, 5, 7, 10, 20, 29, 50, 99, 200, 500, 998, 999, 1000, 1001, 2000, 5000} {
		iv, ok := scoring.MeanInterval(df+1, 0, math.Sqrt(float64(df+1)))
		want := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(df)}.Quantile(0.975)
		if !ok || math.Abs(iv.Hi/want-1) > 1e-10 {
			t.Errorf("df %d: %v, want %v", df, iv.Hi, want)
		}
	}
}

// BenchmarkOf is what a dashboard pays per tile and per point of a trend.
func BenchmarkOf(b *testing.B) {
	for _, scheme := range []scoring.Scheme{scoring.NPS11, scoring.CSAT5, scoring.CES7} {
		b.Run(string(scheme), func(b *testing.B) {
			b.ReportAllocs()
			counts := scoring.Counts{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
			for b.Loop() {
				if !scoring.Of(scheme, counts, 0).HasInterval {
					b.Fatal("no interval")
				}
			}
		})
	}
}
