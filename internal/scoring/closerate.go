package scoring

import "time"

// CloseMode says which opportunities a close rate is a share of. They differ a lot, so it is always named (metrics 4.11).
type CloseMode string

// Modes of a close rate.
const (
	FunnelMode CloseMode = "funnel" // all that were open at some time of the period
	ClosedMode CloseMode = "closed" // those won or lost in the period
	CohortMode CloseMode = "cohort" // those created in the period, won until today
)

// Closing tallies leads and wins of a period.
type Closing struct {
	Period     Period
	Mode       CloseMode
	AsOf       time.Time
	Leads, Won int64
	Undated    int64 // left out: no time of creation, which funnel and cohort need, or decided at no known time
}

// Take tells what an opportunity is to the rate: a lead, and one that was won.
func (c *Closing) Take(o Opportunity) (lead, won bool) {
	if o.Created.IsZero() && c.Mode != ClosedMode || o.Closed.IsZero() && o.Outcome != Open {
		c.Undated++
		return false, false
	}
	closedIn := !o.Closed.IsZero() && c.Period.Contains(o.Closed)
	switch c.Mode {
	case FunnelMode:
		lead = o.Created.Before(c.Period.To) && (o.Closed.IsZero() || !o.Closed.Before(c.Period.From))
		won = lead && o.Outcome == Won && closedIn
	case ClosedMode:
		lead = o.Outcome != Open && closedIn
		won = lead && o.Outcome == Won
	case CohortMode:
		lead = c.Period.Contains(o.Created)
		won = lead && o.Outcome == Won && o.Closed.Before(c.AsOf)
	}
	if lead {
		c.Leads++
	}
	if won {
		c.Won++
	}
	return lead, won
}
