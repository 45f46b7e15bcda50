package scoring

import (
	"slices"
	"time"
)

// Cohort is the customers whose first order was in one month, and how many of them ordered in it and in each month after it (metrics 4.2).
type Cohort struct {
	Month  Period
	Size   int64
	Active []int64 // by months since the first; the last one may be a month that is not over
}

// Share is the part of the cohort that ordered so many months later, in percent. Undefined for an empty cohort.
func (c Cohort) Share(months int) Ratio { return Ratio{100 * c.Active[months], c.Size} }

// CohortTally makes the cohorts of those whose first order is in a period. Customers are added one at a time.
type CohortTally struct {
	period  Period
	asOf    time.Time
	starts  []time.Time // of each month from the first cohort's to that of asOf
	end     time.Time   // of the last month
	Cohorts []Cohort
}

// NewCohortTally follows the cohorts of a period up to a time.
func NewCohortTally(p Period, asOf time.Time, zone *time.Location) *CohortTally {
	t := &CohortTally{period: p, asOf: asOf}
	months := Period{p.From, asOf}.Months(zone)
	for i, m := range months {
		t.starts, t.end = append(t.starts, m.From), m.To
		if m.From.Before(p.To) {
			t.Cohorts = append(t.Cohorts, Cohort{Month: m, Active: make([]int64, len(months)-i)})
		}
	}
	return t
}

// Partial tells whether the last month of all cohorts was not over yet.
func (t *CohortTally) Partial() bool { return t.end.After(t.asOf) }

// Add counts a customer, whose orders are sorted by time.
func (t *CohortTally) Add(orders []Order) {
	if len(orders) == 0 || !t.period.Contains(orders[0].At) || !orders[0].At.Before(t.asOf) {
		return
	}
	first := t.month(orders[0].At)
	cohort := &t.Cohorts[first]
	cohort.Size++
	last := -1
	for _, o := range orders[:before(orders, t.asOf)] {
		if m := t.month(o.At); m != last {
			cohort.Active[m-first]++
			last = m
		}
	}
}

// month is the index of the month that has the time.
func (t *CohortTally) month(at time.Time) int {
	i, found := slices.BinarySearchFunc(t.starts, at, time.Time.Compare)
	if found {
		return i
	}
	return i - 1
}
