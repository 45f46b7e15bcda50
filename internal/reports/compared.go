package reports

import (
	"github.com/surveyd/surveyd/internal/scoring"
)

// Compared is a change from one score to another, with the verdict whether chance explains it.
type Compared struct {
	From, To scoring.Score
	Change   scoring.Change // Defined is false when there is nothing to compare
	P        float64        // adjusted for the other tests of the page; 1 when not tested
	Real     bool           // more than chance: at least 30 answers on both sides and P < 0.05
}

func compare(from, to scoring.Score) Compared {
	return Compared{From: from, To: to, Change: scoring.Compare(from, to), P: 1}
}

// Up tells whether the change is for the better.
func (c Compared) Up() bool {
	d, _ := c.To.Scheme.Def()
	return (c.Change.Diff > 0) == d.HigherIsBetter
}

// tested tells whether the change may be found to be more than chance at all. What cannot be is no part of a family of tests.
func (c Compared) tested() bool {
	return c.Change.Defined && c.Change.Tested && c.From.N >= scoring.FewBelow && c.To.N >= scoring.FewBelow
}

// judge adjusts the p-values of all tests of a family for each other, and decides.
func judge(method func([]float64) []float64, family []*Compared) {
	var tested []*Compared
	var p []float64
	for _, c := range family {
		if c.tested() {
			tested, p = append(tested, c), append(p, c.Change.P)
		}
	}
	for i, adjusted := range method(p) {
		tested[i].P = adjusted
		tested[i].Real = tested[i].Change.Significant(adjusted)
	}
}
