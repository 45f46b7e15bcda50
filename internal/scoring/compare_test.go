package scoring_test

import (
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

func TestCompare(t *testing.T) {
	nps := func(p, q, d int64) scoring.Score {
		return npsOf(scoring.Classes{Best: p, Middle: q, Worst: d})
	}
	csat := func(k, n int64) scoring.Score {
		return scoring.Of(scoring.CSAT5, scoring.Counts{5: k, 1: n - k}, 0)
	}
	ces := func(ratings ...int) scoring.Score {
		return scoring.Of(scoring.CES7, countsOf(ratings), 0)
	}
	tests := []struct {
		name        string
		a, b        scoring.Score
		text        string
		tested      bool
		significant bool
	}{
		{"25 to 40, 200 each", nps(90, 70, 40), nps(110, 60, 30), "15", true, true},
		{"the same shares, 20 each", nps(9, 7, 4), nps(11, 6, 3), "15", true, false},
		{"significant but few answers", nps(20, 0, 0), nps(0, 0, 20), "-200", true, false},
		{"a third, rounded once", nps(1, 0, 2), nps(2, 0, 1), "67", true, false},
		{"share", csat(900, 1000), csat(600, 1000), "-30.0", true, true},
		{"both all satisfied: no difference", csat(50, 50), csat(60, 60), "0.0", false, false},
		{"mean", ces(1, 2, 3), ces(3, 4, 6), "2.33", true, false},
		{"a single answer is not tested", ces(4), ces(1, 7), "0.00", false, false},
		{"nothing varies", ces(4, 4), ces(5, 5), "1.00", false, false},
		{"no answers", nps(0, 0, 0), nps(1, 0, 0), "", false, false},
		{"other scheme", csat(40, 50), ces(4, 5), "", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := scoring.Compare(tt.a, tt.b)
			if c.Text() != tt.text || c.Tested != tt.tested || c.Significant(c.P) != tt.significant {
				t.Errorf("got %q %+v, want %q, tested %v, significant %v",
					c.Text(), c, tt.text, tt.tested, tt.significant)
			}
		})
	}
}

// TestCompareUsesFisherForSmallCounts: 1 of 3 against 2 of 3 is p = 1 exactly, not 0.46.
func TestCompareUsesFisherForSmallCounts(t *testing.T) {
	c := scoring.Compare(
		scoring.Of(scoring.CSAT5, scoring.Counts{5: 1, 1: 2}, 0),
		scoring.Of(scoring.CSAT5, scoring.Counts{5: 2, 1: 1}, 0))
	if c.P != 1 || !c.Tested {
		t.Errorf("p = %v, want 1", c.P)
	}
}

func TestSignificantNeedsTheAdjustedP(t *testing.T) {
	c := scoring.Compare(
		npsOf(scoring.Classes{Best: 90, Middle: 70, Worst: 40}),
		npsOf(scoring.Classes{Best: 110, Middle: 60, Worst: 30}))
	if adjusted := scoring.Holm([]float64{c.P, 0.5})[0]; c.Significant(adjusted) {
		t.Errorf("p %v, adjusted %v: still significant", c.P, adjusted)
	}
}

func TestSampleSizeTables(t *testing.T) {
	margins := []float64{20, 15, 10, 7, 5, 3}
	worst := []int64{94, 168, 382, 781, 1534, 4266}
	cautious := []int64{62, 112, 255, 523, 1027, 2857}
	for i, m := range margins {
		if n, ok := scoring.NPSSampleSize(m, scoring.WorstVariance); !ok || n != worst[i] {
			t.Errorf("+-%v, worst case: %d, want %d", m, n, worst[i])
		}
		if n, ok := scoring.NPSSampleSize(m, scoring.CautiousVariance); !ok || n != cautious[i] {
			t.Errorf("+-%v, cautious: %d, want %d", m, n, cautious[i])
		}
	}
	for diff, want := range map[float64]int64{30: 114, 20: 260, 15: 465, 10: 1049, 5: 4204} {
		n, ok := scoring.NPSGroupSize(diff, scoring.CautiousVariance, scoring.CautiousVariance)
		if !ok || n != want {
			t.Errorf("to detect %v: %d, want %d", diff, n, want)
		}
	}
}

func TestSampleSizeRefusesNonsense(t *testing.T) {
	if n, ok := scoring.NPSSampleSize(0, 1); ok {
		t.Errorf("margin 0: %d", n)
	}
	if n, ok := scoring.NPSSampleSize(5, 1.5); ok {
		t.Errorf("variance 1.5: %d", n)
	}
	if n, ok := scoring.NPSGroupSize(-1, 1, 1); ok {
		t.Errorf("difference -1: %d", n)
	}
	if n, ok := scoring.ShareSampleSize(1e-9, 0.5); ok {
		t.Errorf("tiny margin: %d", n)
	}
	if n, ok := scoring.NPSSampleSize(150, 1); !ok || n != 1 {
		t.Errorf("margin 150: %d, want 1", n)
	}
}
