package scoring

import "math"

// NPS is 100*(best-worst)/n exactly, -100..100 points; undefined without answers.
func (c Classes) NPS() Ratio {
	n := c.N()
	if n == 0 {
		return Ratio{}
	}
	return Ratio{100 * (c.Best - c.Worst), n}
}

// Variance of the codes +1, 0, -1: p + d - (p-d)^2, 0..1 (divided by n, not n-1). 0 without
// answers.
func (c Classes) Variance() float64 {
	_, v := c.moments(0)
	return v
}

// moments are the mean (-1..1) and variance of the codes after adding extra pseudo answers
// to each end and twice as many to the middle.
func (c Classes) moments(extra float64) (mean, variance float64) {
	n := float64(c.N()) + 4*extra
	if n <= 0 {
		return 0, 0
	}
	p, d := (float64(c.Best)+extra)/n, (float64(c.Worst)+extra)/n
	mean = p - d
	// The same as p + d - (p-d)^2, written so that it cannot come out below 0.
	q := max(1-p-d, 0)
	return mean, 4*p*d + q*(p+d)
}

// SE is the standard error in points, 0 without answers.
func (c Classes) SE() float64 {
	n := c.N()
	if n == 0 {
		return 0
	}
	return 100 * math.Sqrt(c.Variance()/float64(n))
}

// Pseudo answers of the adjusted Wald interval (Rocks 2016): three more answers, 3/4 of one
// at either end.
const (
	adjustedExtra = 0.75
	adjustedN     = 4 * adjustedExtra
)

// Adjusted gives the centre and standard error (points) that the adjusted Wald interval and
// test stand on.
func (c Classes) Adjusted() (centre, se float64) {
	mean, variance := c.moments(adjustedExtra)
	return 100 * mean, 100 * math.Sqrt(variance/(float64(c.N())+adjustedN))
}

// AdjustedWald is the default 95 % interval in points (Rocks 2016, metrics 5.1), clipped to
// -100..100. It is not centred on the NPS and for n = 1 misses it. False without answers.
func (c Classes) AdjustedWald() (Interval, bool) {
	if c.N() == 0 {
		return Interval{}, false
	}
	centre, se := c.Adjusted()
	return Interval{centre - z95*se, centre + z95*se}.clip(-100, 100), true
}

// Wald is the plain 95 % interval in points, clipped. For details only: with few answers it
// is far too narrow (all promoters give no width at all). False without answers.
func (c Classes) Wald() (Interval, bool) {
	if c.N() == 0 {
		return Interval{}, false
	}
	v, half := c.NPS().Float(), z95*c.SE()
	return Interval{v - half, v + half}.clip(-100, 100), true
}

// TInterval is N +- t(n-1)*sqrt(Var/(n-1)) in points, clipped; for information. False below
// two answers.
func (c Classes) TInterval() (Interval, bool) {
	n := c.N()
	if n < 2 {
		return Interval{}, false
	}
	v := c.NPS().Float()
	half := t95(float64(n-1)) * 100 * math.Sqrt(c.Variance()/float64(n-1))
	return Interval{v - half, v + half}.clip(-100, 100), true
}
