package scoring

import (
	"math"
	"math/bits"

	"gonum.org/v1/gonum/stat/distuv"
)

// z95 is the two-sided 95 % quantile of the normal distribution.
const z95 = 1.959963984540054

// Interval is a closed range.
type Interval struct{ Lo, Hi float64 }

func (iv Interval) clip(lo, hi float64) Interval {
	return Interval{min(max(iv.Lo, lo), hi), min(max(iv.Hi, lo), hi)}
}

// Wilson is the 95 % interval of the share k of n in percent (Wilson 1927, metrics 5.2). At
// k = 0 the lower limit is exactly 0, at k = n the upper one exactly 100. False when n < 1
// or k is not within 0..n.
func Wilson(k, n int64) (Interval, bool) {
	if n < 1 || k < 0 || k > n {
		return Interval{}, false
	}
	p, m := float64(k)/float64(n), float64(n)
	z2 := z95 * z95
	centre := (p + z2/(2*m)) / (1 + z2/m)
	half := z95 / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	iv := Interval{100 * (centre - half), 100 * (centre + half)}.clip(0, 100)
	if k == 0 {
		iv.Lo = 0
	}
	if k == n {
		iv.Hi = 100
	}
	return iv, true
}

// MeanInterval is the 95 % t interval of a mean of n values with sample standard deviation
// sd (metrics 5.3), not clipped. False below two values.
func MeanInterval(n int64, mean, sd float64) (Interval, bool) {
	if n < 2 {
		return Interval{}, false
	}
	half := t95(float64(n-1)) * sd / math.Sqrt(float64(n))
	return Interval{mean - half, mean + half}, true
}

// sampleSD is the standard deviation (n-1) from exact sums, 0 below two values or when the
// sums contradict each other. n*sumsq - sum^2 is taken in 128 bits, because the two terms
// nearly cancel.
func sampleSD(n, sum, sumsq int64) float64 {
	if n < 2 || sumsq < 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(n), uint64(sumsq))
	sq := magnitude(sum)
	hi2, lo2 := bits.Mul64(sq, sq)
	lo, borrow := bits.Sub64(lo, lo2, 0)
	hi, borrow = bits.Sub64(hi, hi2, borrow)
	if borrow != 0 {
		return 0
	}
	numerator := math.Ldexp(float64(hi), 64) + float64(lo)
	return math.Sqrt(numerator / float64(n) / float64(n-1))
}

// Degrees of freedom from which the series alone is exact to 1e-11, and below which it is no
// start for Newton's method.
const (
	manyDF = 1000
	fewDF  = 3
)

// t95 is the two-sided 95 % quantile of Student's t. The library's quantile takes 50 us,
// which a trend of half a year would pay for every day; two Newton steps from the series
// take a fraction of that.
func t95(df float64) float64 {
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}
	if df < fewDF {
		return student.Quantile(0.975)
	}
	t := t95Series(df)
	if df >= manyDF {
		return t
	}
	for range 8 {
		step := (student.CDF(-t) - 0.025) / student.Prob(t)
		t += step
		if math.Abs(step) < 1e-12*t {
			break
		}
	}
	return t
}

// t95Series is the Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5).
func t95Series(df float64) float64 {
	const (
		z  = z95
		z2 = z * z
		g1 = z * (z2 + 1) / 4
		g2 = z * ((5*z2+16)*z2 + 3) / 96
		g3 = z * (((3*z2+19)*z2+17)*z2 - 15) / 384
		g4 = z * ((((79*z2+776)*z2+1482)*z2-1920)*z2 - 945) / 92160
	)
	u := 1 / df
	return z + u*(g1+u*(g2+u*(g3+u*g4)))
}
