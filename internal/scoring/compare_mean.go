package scoring

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Sample is what a test of means needs: SD is the sample standard deviation (n-1).
type Sample struct {
	N        int64
	Mean, SD float64
}

// MeanTest compares two means, b minus a.
type MeanTest struct {
	Defined  bool // false when a side has no values
	Diff     float64
	HasSE    bool // false when a side has a single value
	SE       float64
	Tested   bool // false also when nothing varies on either side
	T, DF, P float64
	Interval Interval // 95 %, only when Tested
}

// MeanChange is Welch's t test for unequal variances (metrics 5.4).
func MeanChange(a, b Sample) MeanTest {
	if a.N < 1 || b.N < 1 {
		return MeanTest{}
	}
	t := MeanTest{Defined: true, Diff: b.Mean - a.Mean}
	if a.N < 2 || b.N < 2 {
		return t
	}
	va, vb := a.SD*a.SD/float64(a.N), b.SD*b.SD/float64(b.N)
	t.HasSE, t.SE = true, math.Sqrt(va+vb)
	if t.SE == 0 {
		return t
	}
	// Shares of the variance, so that tiny variances do not underflow when squared.
	ra, rb := va/(va+vb), vb/(va+vb)
	t.Tested = true
	t.DF = 1 / (ra*ra/float64(a.N-1) + rb*rb/float64(b.N-1))
	t.T = t.Diff / t.SE
	t.P = twoSidedT(t.T, t.DF)
	half := t95(t.DF) * t.SE
	t.Interval = Interval{t.Diff - half, t.Diff + half}
	return t
}

// twoSidedT is the two-sided p-value of Student's t. With very many degrees of freedom the
// normal distribution is the same to all digits shown, and the exact function slow.
func twoSidedT(t, df float64) float64 {
	if df > 1e7 {
		return twoSided(t)
	}
	return min(2*distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.CDF(-math.Abs(t)), 1)
}
