package scoring

import "math"

// z80 is the one-sided 80 % quantile of the normal distribution: the usual power.
const z80 = 0.8416212335729143

// Variances of the NPS codes to plan with: the worst case, and a cautious one (real data
// have 0.42 to 0.55).
const (
	WorstVariance    = 1.0
	CautiousVariance = 0.67
)

// NPSSampleSize is the number of answers for an NPS with a 95 % margin of +-margin points
// (MeasuringU: n = z^2*Var/d^2 - 3). False unless 0 < margin and 0 <= variance <= 1.
func NPSSampleSize(margin, variance float64) (int64, bool) {
	if !(variance >= 0 && variance <= 1) {
		return 0, false
	}
	return answers(z95*z95*variance, margin, adjustedN)
}

// NPSGroupSize is the number of answers per group to detect a change of diff points at 95 %
// with power 80 %, given the variances of the codes (0..1) in either group.
func NPSGroupSize(diff, varianceA, varianceB float64) (int64, bool) {
	if !(varianceA >= 0 && varianceA <= 1 && varianceB >= 0 && varianceB <= 1) {
		return 0, false
	}
	z := z95 + z80
	return answers(z*z*(varianceA+varianceB), diff, adjustedN)
}

// ShareSampleSize is the number of answers for a share with a 95 % margin of +-margin
// percentage points, when the share is p (0..1; 0.5 is the worst case).
func ShareSampleSize(margin, p float64) (int64, bool) {
	if !(p >= 0 && p <= 1) {
		return 0, false
	}
	return answers(z95*z95*p*(1-p), margin, 0)
}

// answers is ceil(spread/(points/100)^2 - less), at least 1; false when the distance is not
// positive or the number has no use (above 2^53).
func answers(spread, points, less float64) (int64, bool) {
	if !(points > 0) {
		return 0, false
	}
	d := points / 100
	n := math.Ceil(spread/(d*d) - less)
	if !(n <= 1<<53) {
		return 0, false
	}
	return int64(max(n, 1)), true
}
