package customers

import (
	"math/big"

	"github.com/surveyd/surveyd/internal/scoring"
)

// Inconsistent says that the counts which were typed in cannot all be right. The figure is not clipped to what could be (metrics 4.2).
const Inconsistent Warning = "inconsistent"

// counts makes the form of some variants, whose figures come from the same numbers. Fewer than none of anything is no number of customers or purchases.
func counts(fields []CountsField, figure func(in map[string]int64) Figure, variants ...string) (forms []Counts) {
	checked := func(in map[string]int64) Figure {
		f := figure(in)
		for _, field := range fields {
			if field.Unit == Count && in[field.Name] < 0 {
				f.Value, f.Interval, f.Warnings = nil, nil, []Warning{Inconsistent}
			}
		}
		return f
	}
	for _, v := range variants {
		forms = append(forms, Counts{Variant: v, Fields: fields, Figure: checked})
	}
	return forms
}

// values makes the form of a customer's lifetime value, to which the account's margin applies.
func values(fields []CountsField, figure func(in map[string]int64) Figure, variants ...string) []Counts {
	forms := counts(fields, figure, variants...)
	for i := range forms {
		forms[i].Value = true
	}
	return forms
}

func countField(name string) CountsField { return CountsField{Name: name, Unit: Count} }
func moneyField(name string) CountsField { return CountsField{Name: name, Unit: Money} }

func repeatCounts(figure func(scoring.Repeats) Figure) []Counts {
	return counts([]CountsField{countField("repeat_customers"), countField("one_time_customers")}, func(in map[string]int64) Figure {
		return figure(scoring.Repeats{Repeat: in["repeat_customers"], OneTime: in["one_time_customers"]})
	}, InWindow, Lifetime)
}

// retentionCounts is the counts form of retention, which does not know who is who: no interval can say how wrong that is.
func retentionCounts() []Counts {
	fields := []CountsField{countField("active_end"), countField("acquired"), countField("base")}
	return counts(fields, func(in map[string]int64) Figure {
		c := scoring.RetentionCounts{Start: in["base"], End: in["active_end"], Acquired: in["acquired"]}
		f := Figure{
			Value: c.Rate().Rat(), Num: c.End - c.Acquired, Den: c.Start, N: c.Start,
			Inputs: []Input{count("active_end", c.End), count("acquired", c.Acquired), count("base", c.Start)},
		}
		if c.Inconsistent() {
			f.warn(Inconsistent)
		}
		return f
	}, Window, Subscribed)
}

func churnCounts() []Counts {
	return counts([]CountsField{countField("lost"), countField("base")}, func(in map[string]int64) Figure {
		f := share(in["lost"], in["base"], count("lost", in["lost"]), count("base", in["base"]))
		if in["lost"] > in["base"] {
			f.warn(Inconsistent)
		}
		return f
	}, Window, Subscribed)
}

func costCounts() []Counts {
	return counts([]CountsField{moneyField("costs"), countField("acquired_customers")}, func(in map[string]int64) Figure {
		cost, acquired := in["costs"], in["acquired_customers"]
		f := Figure{
			Value: scoring.CAC(cost, acquired).Rat(), Num: cost, Den: acquired, N: acquired,
			Inputs: []Input{money("costs", cost), count("acquired_customers", acquired)},
		}
		if cost < 0 {
			f.warn(Inconsistent)
		}
		return f
	}, "period")
}

func historicCounts() []Counts {
	return values([]CountsField{moneyField("revenue_to_date"), countField("customers_to_date")}, func(in map[string]int64) Figure {
		revenue, n := in["revenue_to_date"], in["customers_to_date"]
		return Figure{
			Value: scoring.Ratio{Num: revenue, Den: n}.Rat(), Num: revenue, Den: n, N: n,
			Inputs: []Input{money("revenue_to_date", revenue), count("customers_to_date", n)},
		}
	}, "to_date")
}

// formulaCounts is the formula CLV of a year's counts. The lifespan is typed in in months, so that it may be a year and a half.
func formulaCounts() []Counts {
	fields := []CountsField{moneyField("revenue"), countField("purchases"), countField("customers"), countField("lifespan_months")}
	return values(fields, func(in map[string]int64) Figure {
		p := scoring.Purchases{Revenue: in["revenue"], Orders: in["purchases"], Customers: in["customers"]}
		lifespan := big.NewRat(in["lifespan_months"], 12)
		return Figure{
			Value: p.Lifetime(lifespan), Num: p.Revenue, Den: p.Customers, N: p.Customers,
			Inputs: append(purchases(p), Input{"apv", p.Value().Rat(), Money}, Input{"apf", p.Frequency().Rat(), Plain}, Input{"acl", lifespan, Years}),
		}
	}, "annualised")
}

func predictiveCounts() []Counts {
	return values([]CountsField{moneyField("arpc"), countField("lost_by_month"), countField("base_by_month")}, func(in map[string]int64) Figure {
		lost, base := in["lost_by_month"], in["base_by_month"]
		arpc := new(big.Rat).SetInt64(in["arpc"])
		f := Figure{
			Value: scoring.PredictiveCLV(arpc, big.NewRat(1, 1), scoring.Ratio{Num: lost, Den: base}.Rat()), N: base,
			Inputs: []Input{
				{"arpc", arpc, Money},
				count("lost_by_month", lost), count("base_by_month", base),
				{"monthly_churn", scoring.Ratio{Num: 100 * lost, Den: base}.Rat(), Percent},
			},
		}
		f.fraction()
		switch {
		case base > 0 && lost == 0:
			f.warn(NoChurn)
		case lost > base:
			f.warn(Inconsistent)
		}
		return f
	}, Subscribed)
}

// againstCounts takes a lifetime value as it is typed. It may have been made with a margin already, so none is applied to it.
func againstCounts(compare func(clv, cac Figure) Figure) []Counts {
	return counts([]CountsField{moneyField("clv"), moneyField("cac")}, func(in map[string]int64) Figure {
		typed := func(name string) Figure { return Figure{Value: new(big.Rat).SetInt64(in[name])} }
		return comparison(typed("clv"), typed("cac"), compare)
	}, "formula", "historic", predictive)
}
