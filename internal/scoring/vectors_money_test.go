package scoring_test

import (
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

func cacVector(v vector) map[string]any {
	if v.Metric == "cac" {
		input := in[struct {
			Cost     int64 `json:"cost_minor"`
			Acquired int64 `json:"new_customers"`
		}](v)
		cac := scoring.CAC(input.Cost, input.Acquired)
		return map[string]any{"cac_minor": ratioOrNull(cac), "cac_rounded_minor": integerOrNull(v.t, cac.Text(0))}
	}
	input := in[struct {
		Period periodInput
		Costs  []struct {
			Category string
			Amount   int64     `json:"amount_minor"`
			At       time.Time `json:"incurred_at"`
		}
		Customers []struct {
			Acquired time.Time `json:"acquired_at"`
		}
	}](v)
	period, _ := input.Period.of(v)
	var cost, acquired int64
	for _, c := range input.Costs {
		if c.Category != "other" && period.Contains(c.At) {
			cost += c.Amount
		}
	}
	for _, c := range input.Customers {
		if period.Contains(c.Acquired) {
			acquired++
		}
	}
	return map[string]any{"cost_minor": cost, "new_customers": acquired, "cac_minor": ratioOrNull(scoring.CAC(cost, acquired))}
}

func clvVector(v vector) map[string]any {
	switch v.Metric {
	case "clv_formula":
		input := in[struct {
			Revenue   int64 `json:"revenue_minor"`
			Purchases int64
			Customers int64
			Lifespan  float64 `json:"lifespan_years"`
		}](v)
		p := scoring.Purchases{Revenue: input.Revenue, Orders: input.Purchases, Customers: input.Customers}
		clv := p.Lifetime(new(big.Rat).SetFloat64(input.Lifespan))
		return map[string]any{
			"apv_minor": ratioOrNull(p.Value()), "apf": ratioOrNull(p.Frequency()), "customer_value_minor": ratioOrNull(p.PerCustomer()),
			"clv_minor": ratOrNull(clv), "clv_rounded_minor": integerOrNull(v.t, scoring.RoundRat(clv, 0)),
		}
	case "clv_to_cac":
		input := in[struct {
			CLV int64 `json:"clv_minor"`
			CAC int64 `json:"cac_minor"`
		}](v)
		clv, cac := new(big.Rat).SetInt64(input.CLV), new(big.Rat).SetInt64(input.CAC)
		ratio, profit := scoring.ValueToCost(clv, cac), scoring.ProfitPerCustomer(clv, cac)
		return map[string]any{
			"ratio": ratOrNull(ratio), "class": textOrNull(string(scoring.ClassOfValue(ratio))),
			"profit_per_customer_minor": integerOrNull(v.t, profit.RatString()), "article_profit_quotient": ratOrNull(ratio),
		}
	}
	return clvOrdersVector(v)
}

func clvOrdersVector(v vector) map[string]any {
	input := in[struct {
		Period   periodInput
		Lifespan *float64 `json:"lifespan_years"`
		Orders   []vectorOrder
	}](v)
	period, _ := input.Period.of(v)
	tally := scoring.LifetimeTally{Period: period}
	for _, orders := range buyers(input.Orders) {
		tally.Add(orders)
	}
	lifespan := tally.Lifespan()
	if input.Lifespan != nil {
		lifespan = new(big.Rat).SetFloat64(*input.Lifespan)
	}
	return map[string]any{
		"revenue_minor": tally.In.Revenue, "purchases": tally.In.Orders, "customers": tally.In.Customers,
		"apv": ratioOrNull(tally.In.Value()), "apf": ratioOrNull(tally.In.Frequency()), "customer_value": ratioOrNull(tally.In.PerCustomer()),
		"lifespan_years": ratOrNull(lifespan), "clv": ratOrNull(tally.In.Lifetime(lifespan)), "clv_historic": ratioOrNull(tally.Ever.PerCustomer()),
	}
}

func netNewRevenueVector(v vector) map[string]any {
	input := in[struct {
		Period periodInput
		Rule   string
		Orders []vectorOrder
	}](v)
	period, _ := input.Period.of(v)
	tally := scoring.NewRevenueTally{Period: period, Whole: input.Rule == "first_in_period"}
	for _, orders := range buyers(input.Orders) {
		tally.Add(orders)
	}
	return map[string]any{"new_customers": tally.Customers, "revenue_minor": tally.Revenue}
}
