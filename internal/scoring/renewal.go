package scoring

import "time"

// Renewals tallies the contracts whose term ends in a period, and those of them that were renewed in time (metrics 4.3).
type Renewals struct {
	Period       Period
	Grace        time.Duration // after the end of the term, in days of 24 hours
	Due, Renewed int64
	Pending      int64 // due, not renewed, but their grace lasts still
}

// Add takes a contract. Renewing before the term ends is in time. At asOf more may still be renewed.
func (r *Renewals) Add(c Contract, asOf time.Time) {
	if !r.Period.Contains(c.TermEnds) {
		return
	}
	r.Due++
	until := c.TermEnds.Add(r.Grace)
	switch {
	case !c.Renewed.IsZero() && !c.Renewed.After(until):
		r.Renewed++
	case !until.Before(asOf):
		r.Pending++
	}
}
