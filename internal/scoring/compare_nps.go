package scoring

import "math"

// Test is a normal-theory test of a difference b minus a.
type Test struct {
	Defined  bool    // false when a side has no answers; then all is 0
	Diff, SE float64 // points
	Interval Interval
	HasZ     bool    // false when the standard error is 0
	Z, P     float64 // P two-sided
}

// NPSChange tests the difference of two NPS on the adjusted Wald values of either side
// (metrics 5.4; MeasuringU 2021). Diff is the adjusted difference; show the raw one. The
// interval is neither clipped nor extended.
func NPSChange(a, b Classes) Test {
	if a.N() == 0 || b.N() == 0 {
		return Test{}
	}
	ca, sa := a.Adjusted()
	cb, sb := b.Adjusted()
	return normalTest(cb-ca, math.Hypot(sa, sb))
}

// NPSChangeWald is the plain Wald test, for details only.
func NPSChangeWald(a, b Classes) Test {
	if a.N() == 0 || b.N() == 0 {
		return Test{}
	}
	return normalTest(b.NPS().Float()-a.NPS().Float(), math.Hypot(a.SE(), b.SE()))
}

func normalTest(diff, se float64) Test {
	t := Test{
		Defined: true, Diff: diff, SE: se,
		Interval: Interval{diff - z95*se, diff + z95*se},
	}
	if se > 0 {
		t.HasZ, t.Z = true, diff/se
		t.P = twoSided(t.Z)
	}
	return t
}

// twoSided is 2(1-Phi(|z|)), without cancellation far out.
func twoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }
