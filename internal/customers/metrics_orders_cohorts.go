package customers

import (
	"context"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// NextMonthOpen says that there are customers, but the month after their first is over for none of them: there is a table, and no headline yet.
const NextMonthOpen Warning = "next_month_open"

// cohorts is the table of customers by the month of their first order, and what share of them ordered in each month since (metrics 4.2). The headline is the share of
// all who ordered in the month after their first, of those for whom that month is over.
func cohorts(ctx context.Context, src Source, r Request) ([]Figure, error) {
	all := tallies(r.Periods, func(p scoring.Period) *scoring.CohortTally { return scoring.NewCohortTally(p, r.AsOf, r.Zone) })
	if err := addOrders(ctx, src, r, r.AsOf, all); err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, t := range all {
		var everybody, size, again int64
		var groups []Group
		for _, c := range t.Cohorts {
			everybody += c.Size
			groups = append(groups, cohortGroup(c, t.Partial(), r.Zone))
			if whole := wholeMonths(c, t.Partial()); whole > 1 {
				size, again = size+c.Size, again+c.Active[1]
			}
		}
		figures[i] = share(again, size, count("buyers_next_month", again), count("cohort_customers", size))
		figures[i].Groups = groups
		if size == 0 && everybody > 0 {
			figures[i].warn(NextMonthOpen)
		}
	}
	return figures, nil
}

// wholeMonths is how many months of the cohort were over.
func wholeMonths(c scoring.Cohort, partial bool) int {
	if partial {
		return len(c.Active) - 1
	}
	return len(c.Active)
}

// cohortGroup is a row of the table: its size and the share that was active in each month; the one that is not over is called partial.
func cohortGroup(c scoring.Cohort, partial bool, zone *time.Location) Group {
	g := Group{Name: c.Month.From.In(zone).Format("2006-01"), Inputs: []Input{count("customers", c.Size)}}
	for k := range c.Active {
		name := "month"
		if k >= wholeMonths(c, partial) {
			name = "partial"
		}
		g.Inputs = append(g.Inputs, Input{fmt.Sprintf("%s_%d", name, k), c.Share(k).Rat(), Percent})
	}
	return g
}
