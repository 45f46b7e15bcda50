package scoring_test

import (
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

func closeRateVector(v vector) map[string]any {
	switch v.Metric {
	case "close_rate_counts":
		input := in[struct{ Won, Leads int64 }](v)
		return rateFields(scoring.PercentOf(input.Won, input.Leads))
	case "leads_needed":
		input := in[struct {
			Target int64 `json:"target_customers"`
			Rate   int64 `json:"close_rate_pct"`
		}](v)
		leads, ok := scoring.LeadsNeeded(input.Target, big.NewRat(input.Rate, 1))
		return map[string]any{"leads": orNull(leads, ok)}
	}
	input := in[struct {
		Period        periodInput
		Mode          scoring.CloseMode
		AsOf          time.Time `json:"as_of"`
		Opportunities []struct {
			ID      int64
			Created time.Time  `json:"created_at"`
			Closed  *time.Time `json:"closed_at"`
			Outcome *string
		}
	}](v)
	period, _ := input.Period.of(v)
	tally := scoring.Closing{Period: period, Mode: input.Mode, AsOf: input.AsOf}
	for _, o := range input.Opportunities {
		tally.Take(scoring.Opportunity{ID: o.ID, Created: o.Created, Closed: orZero(o.Closed), Outcome: outcomeOf(o.Outcome)})
	}
	return map[string]any{"leads": tally.Leads, "won": tally.Won, "rate_pct": ratOrNull(scoring.PercentOf(tally.Won, tally.Leads))}
}

func outcomeOf(word *string) scoring.Outcome {
	switch {
	case word == nil:
		return scoring.Open
	case *word == "won":
		return scoring.Won
	}
	return scoring.Lost
}

func stagesVector(v vector) map[string]any {
	input := in[struct {
		Period  periodInput
		History []struct {
			Opportunity int64 `json:"opportunity_id"`
			Stage       string
			Entered     time.Time  `json:"entered_at"`
			Left        *time.Time `json:"left_at"`
		}
	}](v)
	period, _ := input.Period.of(v)
	byOpportunity := map[int64][]scoring.Stay{}
	for _, h := range input.History {
		byOpportunity[h.Opportunity] = append(byOpportunity[h.Opportunity], scoring.Stay{
			Opportunity: h.Opportunity, Stage: h.Stage, Entered: h.Entered, Left: orZero(h.Left),
		})
	}
	tally := scoring.Pipeline{Period: period}
	for _, stays := range byOpportunity {
		tally.Add(stays, false)
	}
	found := map[string]any{}
	for _, s := range tally.Stages() {
		found[s.Name] = map[string]any{
			"n": s.Stays.N, "mean_hours": ratioOrNull(s.Stays.Mean), "median_hours": ratioOrNull(s.Stays.Median), "open": s.Open,
		}
	}
	return found
}
