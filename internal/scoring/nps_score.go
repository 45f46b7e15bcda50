package scoring

import "math"

// bisections is enough to reach the last bit of a number in -1..1.
const bisections = 80

// ScoreInterval is the 95 % score interval in points (Tango 1998; "iterative" in Rocks
// 2016): all differences that the score test does not reject. Slower than AdjustedWald and
// a little wider with few answers. False without answers.
func (c Classes) ScoreInterval() (Interval, bool) {
	n := float64(c.N())
	if n <= 0 {
		return Interval{}, false
	}
	p, d := float64(c.Best)/n, float64(c.Worst)/n
	// Above 0 while the hypothesis d0 is rejected from below, and likewise from above.
	lower := func(d0 float64) float64 { return (p-d-d0)*math.Sqrt(n) - z95*scoreSD(p, d, d0) }
	upper := func(d0 float64) float64 { return (d0-p+d)*math.Sqrt(n) - z95*scoreSD(p, d, d0) }
	return Interval{100 * boundary(lower, -1, p-d), 100 * boundary(upper, 1, p-d)}, true
}

// scoreSD is the standard deviation of one answer's code under the hypothesis that the
// difference is d0, with the maximum-likelihood estimate q of the worst share given d0.
func scoreSD(p, d, d0 float64) float64 {
	if d0 < 0 {
		// The mirror image is the same, and 2q and d0(1-d0) do not cancel there.
		p, d, d0 = d, p, -d0
	}
	b := -p - d + (2-p+d)*d0
	c := -d * d0 * (1 - d0)
	root := math.Sqrt(max(b*b-8*c, 0))
	q := (root - b) / 4
	if b > 0 {
		q = -2 * c / (b + root) // the same root without cancellation
	}
	return math.Sqrt(max(2*q+d0*(1-d0), 0))
}

// boundary finds where f changes from positive at outside to negative at inside; outside
// itself when f is not positive there.
func boundary(f func(float64) float64, outside, inside float64) float64 {
	if f(outside) <= 0 {
		return outside
	}
	for range bisections {
		middle := (outside + inside) / 2
		if f(middle) > 0 {
			outside = middle
		} else {
			inside = middle
		}
	}
	return inside
}
