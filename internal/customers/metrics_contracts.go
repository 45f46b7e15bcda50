package customers

import (
	"context"
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
)

// Variants of the metrics of this file's catalogue.
const (
	SubscribedAny  = "subscriptions_any" // a base of all who had a subscription at any time of the period
	WindowAny      = "window_any"        // a base of all who were active by orders at any time of the period
	Median         = "median"
	Mean           = "mean"
	P90            = "p90"
	ByContract     = "contracts"
	WonDeals       = "won_deals"
	AtEnd          = "at_end"
	AverageMonth   = "average_month"
	ByProgramme    = "programme"
	funnel, closed = string(scoring.FunnelMode), string(scoring.ClosedMode)
	cohort         = string(scoring.CohortMode)
)

// Reasons to read the figures of this file's catalogue with care. Where there is a number to it, it is the last of a figure's inputs.
const (
	PartMonths     Warning = "part_months"     // the period has more than its whole months, so that an average month is too much
	RenewalPending Warning = "renewal_pending" // contracts may still be renewed in time
	// Customers who pay in another currency than at the period's start are in the contraction of the one and the expansion of the other, neither lost nor new.
	CurrencySwitched Warning = "currency_switched"
	Undated          Warning = "undated"          // opportunities without the dates that the figure needs are left out
	NotCustomers     Warning = "not_customers"    // members of the loyalty programme who never bought are left out
	QuotasByHand     Warning = "quotas_by_hand"   // some quotas were typed in
	QuotasOverlap    Warning = "quotas_overlap"   // a sale counts for several quotas of one person
	UnassignedSales  Warning = "unassigned_sales" // people without a quota sold too
)

// contractMetrics are those made from subscriptions, contracts, the pipeline, tickets and the loyalty programme.
func contractMetrics() []Metric {
	both := []Feed{Subscriptions, Orders} // who is there, and what was sold to them on top
	upsoldTo := map[string][]Feed{Subscribed: both, SubscribedAny: both}
	return slices.Concat(recurringMetrics(), pipelineMetrics(), loyaltyMetrics(), []Metric{
		variants(Metric{Key: "renewal", Unit: Percent, Needs: []Feed{Contracts}, Ages: true, Counts: shareCounts("renewed", "due", ByContract)}, way{ByContract, renewal}),
		variants(Metric{Key: "upsell", Unit: Percent, Needs: []Feed{Orders}, Instead: upsoldTo, Also: []Feed{Refunds, Subscriptions}, Counts: shareCounts("upsold", "customers", Subscribed, SubscribedAny, Window, WindowAny)},
			way{Subscribed, inWords(upsell)}, way{SubscribedAny, inWords(upsell)}, way{Window, upsell}, way{WindowAny, upsell}),
		variants(Metric{Key: "resolution", Unit: Hours, Needs: []Feed{Tickets}}, way{Median, resolution}, way{Mean, resolution}, way{P90, resolution}),
	})
}

// pipelineMetrics tell how sales go.
func pipelineMetrics() []Metric {
	return []Metric{
		variants(Metric{Key: "quota", Unit: Percent, ByMoney: true, Needs: []Feed{Quotas, Opportunities}, Counts: quotaCounts()}, way{WonDeals, quota}),
		variants(Metric{Key: "close_rate", Unit: Percent, Needs: []Feed{Opportunities}, Ages: true, Counts: shareCounts("won", "leads", funnel, closed, cohort)},
			way{funnel, closeRate}, way{closed, closeRate}, way{cohort, closeRate}),
		variants(Metric{Key: "stage_length", Unit: Hours, Needs: []Feed{Opportunities, Stages}}, way{Median, stageLength}, way{Mean, stageLength}),
		variants(Metric{Key: "sales_cycle", Unit: Days, Needs: []Feed{Opportunities}}, way{Median, salesCycle}, way{Mean, salesCycle}),
	}
}

// maxBits is how many periods are kept in the bits of a word.
const maxBits = 64

// inWords gives a calculator no more periods at once than fit a word.
func inWords(calculate calculator) calculator {
	return func(ctx context.Context, src Source, r Request) ([]Figure, error) {
		var figures []Figure
		for periods := range slices.Chunk(r.Periods, maxBits) {
			r.Periods = periods
			some, err := calculate(ctx, src, r)
			if err != nil {
				return nil, err
			}
			figures = append(figures, some...)
		}
		return figures, nil
	}
}

// periodsWhere has the bits of the periods for which something is so.
func periodsWhere(r Request, is func(scoring.Period) bool) (bits uint64) {
	for i, p := range r.Periods {
		if is(p) {
			bits |= 1 << i
		}
	}
	return bits
}

// warnOf adds a warning with its number, if that is more than 0.
func (f *Figure) warnOf(w Warning, name string, n int64) {
	if n > 0 {
		f.warn(w)
		f.Inputs = append(f.Inputs, count(name, n))
	}
}

// reach is the time from the first period's start to the last one's end, for a single pass over records of all of them.
func reach(periods []scoring.Period) scoring.Period {
	all := scoring.Period{To: lastEnd(periods)}
	for i, p := range periods {
		if i == 0 || p.From.Before(all.From) {
			all.From = p.From
		}
	}
	return all
}
