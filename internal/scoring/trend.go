package scoring

import (
	"math"
	"slices"
)

// Sums is what can be pooled over days: Counts, CLITally.
type Sums[T any] interface {
	*T
	Add(other T)
	Sub(other T)
}

// Day holds a value of one local calendar day. Day numbers count days from any origin.
type Day[T any] struct {
	Day   int
	Value T
}

// Rolling pools the counts of the window days (t-window, t] for every day t from the first
// to the last listed one, days without answers included (metrics 5.9). The days may come in
// any order and repeat. Nil when window < 1.
func Rolling[T any, P Sums[T]](days []Day[T], window int) []Day[T] {
	if window < 1 || len(days) == 0 {
		return nil
	}
	sorted := byDay(days)
	first, last := sorted[0].Day, sorted[len(sorted)-1].Day
	out := make([]Day[T], 0, last-first+1)
	var pooled T
	head, tail := 0, 0
	for day := first; day <= last; day++ {
		for ; head < len(sorted) && sorted[head].Day <= day; head++ {
			P(&pooled).Add(sorted[head].Value)
		}
		for ; sorted[tail].Day <= day-window; tail++ {
			P(&pooled).Sub(sorted[tail].Value)
		}
		out = append(out, Day[T]{day, pooled})
	}
	return out
}

// Smoothed is a point of an exponentially weighted trend.
type Smoothed struct {
	Day     int
	Weight  float64 // answers, faded by age
	Value   float64 // in the unit of the score
	Defined bool    // false while there is nothing to weigh
}

// faded is the weight below which a smoothed value stands on rounding errors.
const faded = 1e-290

// EWMA weighs every answer by its age, halved every halfLife days, for every day from the
// first to the last listed one: A = k*A + n*score, B = k*B + n, value A/B (metrics 5.9).
// Volume counts, so it is no mean of daily scores. The scores are of one scheme. Neighbouring
// points overlap: do not test them against each other. Nil unless halfLife > 0.
func EWMA(days []Day[Score], halfLife float64) []Smoothed {
	if !(halfLife > 0) || len(days) == 0 {
		return nil
	}
	sorted := byDay(days)
	keep := math.Exp2(-1 / halfLife)
	first, last := sorted[0].Day, sorted[len(sorted)-1].Day
	out := make([]Smoothed, 0, last-first+1)
	a, b := 0.0, 0.0
	next := 0
	for day := first; day <= last; day++ {
		a, b = a*keep, b*keep
		for ; next < len(sorted) && sorted[next].Day == day; next++ {
			n := float64(sorted[next].Value.N)
			a, b = a+n*sorted[next].Value.Value, b+n
		}
		point := Smoothed{Day: day, Weight: b}
		if b > faded {
			point.Value, point.Defined = a/b, true
		}
		out = append(out, point)
	}
	return out
}

func byDay[T any](days []Day[T]) []Day[T] {
	sorted := slices.Clone(days)
	slices.SortStableFunc(sorted, func(a, b Day[T]) int { return a.Day - b.Day })
	return sorted
}

// ControlLimits are the centre and the +-3 sigma limits (points, clipped) for the NPS of a
// period with n answers, given the pooled answers of the reference periods. False when
// either is empty.
func ControlLimits(reference Classes, n int64) (centre float64, limits Interval, ok bool) {
	if reference.N() == 0 || n < 1 {
		return 0, Interval{}, false
	}
	centre = reference.NPS().Float()
	half := 3 * 100 * math.Sqrt(reference.Variance()/float64(n))
	return centre, Interval{centre - half, centre + half}.clip(-100, 100), true
}
