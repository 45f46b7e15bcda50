package scoring_test

import (
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// periodInput is the period of a case: dates of its zone.
type periodInput struct{ Start, End, TZ string }

func (p periodInput) of(v vector) (scoring.Period, *time.Location) {
	v.t.Helper()
	zone, err := time.LoadLocation(p.TZ)
	if err != nil {
		v.t.Fatal(err)
	}
	return scoring.LocalPeriod(mustDate(v.t, p.Start), mustDate(v.t, p.End), zone), zone
}

// orZero is the time, zero for null.
func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func ratOrNull(r *big.Rat) any { return orNull(r, r != nil) }

func rateFields(rate *big.Rat) map[string]any {
	return map[string]any{"rate_pct": ratOrNull(rate), "rate_1dp": textOrNull(scoring.RoundRat(rate, 1))}
}

func mrrVector(v vector) map[string]any {
	if v.Metric == "mrr_counts" {
		return mrrCountsVector(v)
	}
	input := in[struct {
		Period        periodInput
		Subscriptions []struct {
			ID       int64
			Customer string     `json:"customer_id"`
			Started  time.Time  `json:"started_at"`
			Ended    *time.Time `json:"ended_at"`
			Amount   int64      `json:"amount_minor"`
			Span     string     `json:"interval"`
			Spans    int64      `json:"interval_count"`
		}
	}](v)
	period, _ := input.Period.of(v)
	byCustomer := map[string][]scoring.Subscription{}
	for _, s := range input.Subscriptions {
		byCustomer[s.Customer] = append(byCustomer[s.Customer], scoring.Subscription{
			ID: s.ID, Started: s.Started, Ended: orZero(s.Ended), Amount: s.Amount, Span: scoring.Span(s.Span), Spans: s.Spans,
		})
	}
	tally := scoring.Recurring{Period: period}
	for _, subscriptions := range byCustomer {
		tally.Add(subscriptions)
	}
	m := tally.Movements()
	return map[string]any{
		"mrr_start": m.Start.Money, "mrr_end": m.End.Money, "arpc_end": ratOrNull(m.End.PerCustomer()), "new_mrr": m.New.Money,
		"reactivation_mrr": m.Reactivation.Money, "expansion_mrr": m.Expansion.Money, "contraction_mrr": m.Contraction.Money, "churned_mrr": m.Churned.Money,
	}
}

func mrrCountsVector(v vector) map[string]any {
	input := in[struct {
		Customers   int64 `json:"active_customers"`
		PerCustomer int64 `json:"arpc_minor"`
		OneOff      int64 `json:"one_off_revenue_minor"`
		Months      int64
	}](v)
	mrr := scoring.RecurringOfCounts(input.Customers, big.NewRat(input.PerCustomer, 1))
	oneOff := scoring.MonthlyAverage(input.OneOff, input.Months)
	return map[string]any{
		"mrr_minor": integerOrNull(v.t, mrr.RatString()), "avg_monthly_one_off_minor": ratOrNull(oneOff),
		"mrr_plus_one_off_minor": new(big.Rat).Add(mrr, oneOff),
	}
}

func renewalVector(v vector) map[string]any {
	switch v.Metric {
	case "renewal_counts":
		input := in[struct{ Renewed, Due int64 }](v)
		return map[string]any{"rate_pct": ratOrNull(scoring.PercentOf(input.Renewed, input.Due))}
	case "rate_change":
		input := in[struct {
			A int64 `json:"a_pct"`
			B int64 `json:"b_pct"`
		}](v)
		points, relative := scoring.RateChange(big.NewRat(input.A, 1), big.NewRat(input.B, 1))
		return map[string]any{"change_points": integerOrNull(v.t, points.RatString()), "relative_change_pct": ratOrNull(relative)}
	}
	input := in[struct {
		Period    periodInput
		Grace     int64 `json:"grace_days"`
		Contracts []struct {
			TermEnds time.Time  `json:"term_end_at"`
			Renewed  *time.Time `json:"renewed_at"`
		}
	}](v)
	period, _ := input.Period.of(v)
	tally := scoring.Renewals{Period: period, Grace: time.Duration(input.Grace) * 24 * time.Hour}
	for _, c := range input.Contracts {
		tally.Add(scoring.Contract{TermEnds: c.TermEnds, Renewed: orZero(c.Renewed)}, period.To)
	}
	return map[string]any{"due": tally.Due, "renewed": tally.Renewed, "rate_pct": ratOrNull(scoring.PercentOf(tally.Renewed, tally.Due))}
}

func upsellVector(v vector) map[string]any {
	input := in[struct {
		Upsold    int64 `json:"upsold_customers"`
		Customers int64
	}](v)
	return rateFields(scoring.PercentOf(input.Upsold, input.Customers))
}

type attainmentInput struct {
	Actual int64 `json:"actual_minor"`
	Quota  int64 `json:"quota_minor"`
}

func quotaVector(v vector) map[string]any {
	if v.Metric == "quota_attainment" {
		return rateFields(scoring.Attainment(in[attainmentInput](v)).Percent())
	}
	input := in[struct{ Reps []attainmentInput }](v)
	var members []scoring.Attainment
	rates := []any{}
	for _, rep := range input.Reps {
		a := scoring.Attainment(rep)
		members, rates = append(members, a), append(rates, ratOrNull(a.Percent()))
	}
	return map[string]any{"by_rep": rates, "team": ratOrNull(scoring.Team(members).Percent())}
}

func loyaltyVector(v vector) map[string]any {
	switch v.Metric {
	case "participation_rate":
		input := in[struct{ Members, Customers int64 }](v)
		return rateFields(scoring.PercentOf(input.Members, input.Customers))
	case "redemption_rate":
		input := in[struct{ Redeemed, Issued int64 }](v)
		return rateFields(scoring.PercentOf(input.Redeemed, input.Issued))
	}
	input := in[struct {
		Active             int64 `json:"active_members"`
		Members, Customers int64
	}](v)
	rate, others := scoring.Engagement(input.Active, input.Members, input.Customers)
	return map[string]any{"rate_pct": ratOrNull(rate), "article_ratio": ratOrNull(others)}
}
