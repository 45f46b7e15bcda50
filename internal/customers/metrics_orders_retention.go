package customers

import (
	"context"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// WindowBiased says that the orders before the period are not all there: nobody could have been lost, so there is no figure (metrics 4.2).
const WindowBiased Warning = "window_biased"

// RecordsBroken says that there are orders before a gap longer than the window: records are taken to begin after it.
const RecordsBroken Warning = "records_broken"

// Window is the variant of retention and churn where an order keeps a customer active for some time.
const Window = "window"

// usualWindow is how many days that is unless the account says otherwise.
const usualWindow = 365

// retentionMetrics tell who stays (metrics 4.2). The figures spell their names out: CRR is retention in one article and churn in another.
func retentionMetrics() []Metric {
	subscribed := map[string][]Feed{Subscribed: {Subscriptions}}
	return []Metric{
		variants(Metric{Key: "crr", Unit: Percent, Needs: []Feed{Orders}, Instead: subscribed, Also: []Feed{Refunds, Subscriptions}, Counts: retentionCounts()},
			way{Window, windowRetention(retained)}, way{Subscribed, subscriptionRetention(retained)}),
		variants(Metric{Key: "churn", Unit: Percent, Needs: []Feed{Orders}, Instead: subscribed, Also: []Feed{Refunds, Subscriptions}, Counts: churnCounts()},
			way{Window, windowRetention(lost)}, way{Subscribed, subscriptionRetention(lost)}),
		variants(Metric{Key: "cohorts", Unit: Percent, Needs: []Feed{Orders}, Also: []Feed{Refunds}, Ages: true, Follows: true}, way{"orders", cohorts}),
	}
}

// retained and lost make the figures of retention and churn, of any form that knows who is who.
func retained(r scoring.Retention) Figure {
	return share(r.Retained, r.Base, append([]Input{count("retained", r.Retained), count("base", r.Base), count("lost", r.Lost)}, others(r)...)...)
}

func lost(r scoring.Retention) Figure {
	return share(r.Lost, r.Base, append([]Input{count("lost", r.Lost), count("base", r.Base), count("retained", r.Retained)}, others(r)...)...)
}

// others are customers who are in no part of the formula, shown so that the counts add up to those active at the end.
func others(r scoring.Retention) []Input {
	return []Input{count("acquired", r.Acquired), count("reactivated", r.Reactivated), count("active_end", r.ActiveEnd)}
}

func windowRetention(figure func(scoring.Retention) Figure) calculator {
	return func(ctx context.Context, src Source, r Request) ([]Figure, error) {
		days := r.Settings.WindowDays
		if days <= 0 {
			days = usualWindow
		}
		all := tallies(r.Periods, func(p scoring.Period) *scoring.ActivityTally { return scoring.NewActivityTally(p, days, r.Zone) })
		var first time.Time // of all orders
		seen := map[survey.Day]struct{}{}
		// One at the very end keeps a customer active.
		err := src.EachBuyer(ctx, r.Currency, lastEnd(r.Periods).Add(time.Millisecond), func(_ survey.ID, orders []scoring.Order) error {
			if at := orders[0].At; first.IsZero() || at.Before(first) {
				first = at
			}
			for _, o := range orders {
				seen[survey.DayOf(o.At, r.Zone)] = struct{}{}
			}
			for _, t := range all {
				t.Add(orders)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if told := r.Settings.DataStartsAt; told != 0 {
			first = time.UnixMilli(told)
		}
		ordered := slices.Sorted(maps.Keys(seen))
		figures := make([]Figure, len(all))
		for i, t := range all {
			figures[i] = figure(t.Retention)
			first := first
			if after, ok := afterGap(ordered, survey.DayOf(t.Period.To, r.Zone), survey.Day(days)); ok {
				if at := after.Start(r.Zone); at.After(first) {
					first = at
				}
				figures[i].warn(RecordsBroken)
			}
			figures[i].Inputs = append(figures[i].Inputs, Input{"window_days", new(big.Rat).SetInt64(days), Days}, length(t.Period, r.Zone))
			if !first.IsZero() && t.BaseSince().Before(scoring.DaysLater(first, 0, r.Zone)) {
				figures[i].Value, figures[i].Interval = nil, nil
				figures[i].warn(WindowBiased)
			}
		}
		return figures, nil
	}
}

// afterGap is the day of the first order after the last gap between orders that is longer than the window, of days before the end: one lone old order does not show
// that nothing is missing since.
func afterGap(ordered []survey.Day, end, window survey.Day) (day survey.Day, ok bool) {
	for i := 1; i < len(ordered) && ordered[i] < end; i++ {
		if ordered[i]-ordered[i-1] > window {
			day, ok = ordered[i], true
		}
	}
	return day, ok
}
