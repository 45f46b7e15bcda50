package templates

import (
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/web/words"
)

// shortKeys are keys that abbreviate, with what stands in addresses, files and the API. CRR means retention in one article and churn in another, so it stands nowhere.
func shortKeys() map[string]string {
	return map[string]string{
		"rpr": "repeat-purchase-rate", "rpr_ratio": "repeat-purchase-ratio", "repurchase": "repurchase-rate", "crr": "customer-retention-rate", "churn": "customer-churn-rate",
		"cohorts": "customer-cohorts", "renewal": "renewal-rate", "cac": "customer-acquisition-cost", "clv_historic": "historic-customer-lifetime-value",
		"clv_formula": "customer-lifetime-value", "clv_predictive": "predictive-customer-lifetime-value", "apv": "average-purchase-value", "apf": "purchase-frequency",
		"acl": "customer-lifespan", "clv_cac": "lifetime-value-to-acquisition-cost", "profit_pc": "profit-per-customer", "mrr": "monthly-recurring-revenue",
		"mrr_plus_one_off": "monthly-recurring-and-one-off-revenue", "avg_monthly_one_off": "monthly-one-off-revenue", "new_mrr": "new-monthly-recurring-revenue",
		"reactivation_mrr": "reactivated-monthly-recurring-revenue", "expansion_mrr": "expansion-monthly-recurring-revenue",
		"contraction_mrr": "contraction-monthly-recurring-revenue", "churned_mrr": "churned-monthly-recurring-revenue", "arpc": "average-revenue-per-customer",
		"upsell": "upsell-rate", "quota": "quota-attainment", "resolution": "resolution-time",
	}
}

// MetricSlug is a metric's name in addresses, files and the API.
func MetricSlug(key string) string {
	if slug, ok := shortKeys()[key]; ok {
		return slug
	}
	return strings.ReplaceAll(key, "_", "-")
}

// MetricAt finds the metric that an address names.
func MetricAt(all []customers.Metric, slug string) (customers.Metric, bool) {
	for _, m := range all {
		if MetricSlug(m.Key) == slug {
			return m, true
		}
	}
	return customers.Metric{}, false
}

// MetricPath is the address of a metric's page.
func MetricPath(key string) string { return MetricsPath + "/" + MetricSlug(key) }

// MetricName is what a metric is called.
func MetricName(w *words.Words, key string) string { return textOf(w, key, "").name() }

// MetricTitle is what a form of a metric is called.
func MetricTitle(w *words.Words, key, variant string) string { return textOf(w, key, variant).full() }

// GroupOf is the box of the overview that a metric stands in.
func GroupOf(key string) string {
	switch key {
	case "rpr", "rpr_ratio", "repurchase", "crr", "churn", "cohorts", "renewal", "apf", "acl":
		return "customers"
	case "quota", "close_rate", "stage_length", "sales_cycle":
		return "sales"
	case "resolution":
		return "service"
	case "loyalty_participation", "loyalty_redemption", "loyalty_engagement", "loyalty_engagement_ratio":
		return "loyalty"
	}
	return "revenue"
}

// FormulaOf is how a form of a metric is made, with its inputs in braces (metrics 4).
func FormulaOf(key, variant string) string {
	if f, ok := formulas()[key+" "+variant]; ok {
		return f
	}
	return formulas()[key]
}

func formulas() map[string]string {
	return map[string]string{
		"rpr":                      "100 × {repeat_customers} ÷ {customers}",
		"rpr_ratio":                "{repeat_customers} ÷ {one_time_customers}",
		"repurchase":               "100 × {buyers_again} ÷ {buyers}",
		"crr":                      "100 × {retained} ÷ {base}",
		"churn":                    "100 × {lost} ÷ {base}",
		"cohorts":                  "100 × {buyers_next_month} ÷ {cohort_customers}",
		"clv_historic":             "{revenue_to_date} ÷ {customers_to_date}",
		"clv_formula":              "{revenue} ÷ {customers} ÷ {period_years} × {acl}",
		"clv_formula unadjusted":   "{revenue} ÷ {customers} × {acl}",
		"clv_predictive":           "{arpc} ÷ {monthly_churn}",
		"apv":                      "{revenue} ÷ {purchases}",
		"apf":                      "{purchases} ÷ {customers} ÷ {period_years}",
		"apf unadjusted":           "{purchases} ÷ {customers}",
		"acl":                      "{years_from_first_to_last} ÷ {customers_to_date}",
		"net_new_revenue":          "{new_revenue}",
		"cac":                      "{costs} ÷ {acquired_customers}",
		"clv_cac":                  "{clv} ÷ {cac}",
		"profit_pc":                "{clv} − {cac}",
		"mrr":                      "{mrr_start} + {new_mrr} + {reactivation_mrr} + {expansion_mrr} − {contraction_mrr} − {churned_mrr}",
		"new_mrr":                  "{money}",
		"reactivation_mrr":         "{money}",
		"expansion_mrr":            "{money}",
		"contraction_mrr":          "{money}",
		"churned_mrr":              "{money}",
		"arpc":                     "{mrr} ÷ {active_end}",
		"avg_monthly_one_off":      "{one_off_revenue} ÷ {months}",
		"mrr_plus_one_off":         "{mrr} + {avg_monthly_one_off}",
		"renewal":                  "100 × {renewed} ÷ {due}",
		"upsell":                   "100 × {upsold} ÷ {customers}",
		"quota":                    "100 × {actual} ÷ {quota}",
		"close_rate":               "100 × {won} ÷ {leads}",
		"stage_length":             "{median}",
		"stage_length mean":        "{mean}",
		"sales_cycle":              "{median}",
		"sales_cycle mean":         "{mean}",
		"resolution":               "{median}",
		"resolution mean":          "{mean}",
		"resolution p90":           "{p90}",
		"loyalty_participation":    "100 × {members} ÷ {customers}",
		"loyalty_redemption":       "100 × {redeemed} ÷ {issued}",
		"loyalty_engagement":       "100 × {active_members} ÷ {members}",
		"loyalty_engagement_ratio": "{active_members} ÷ {other_customers}",
	}
}

// CountsFormulaOf is how a figure is made of counts that are typed in, where that differs from how it is made of records.
func CountsFormulaOf(key, variant string) string {
	switch key {
	case "crr":
		return "100 × ({active_end} − {acquired}) ÷ {base}"
	case "mrr":
		return "{active_end} × {arpc}"
	case "clv_formula":
		return "{revenue} ÷ {customers} × {acl}"
	case "clv_predictive":
		return "{arpc} ÷ ({lost_by_month} ÷ {base_by_month})"
	case "rpr":
		return "100 × {repeat_customers} ÷ ({repeat_customers} + {one_time_customers})"
	}
	return FormulaOf(key, variant)
}
