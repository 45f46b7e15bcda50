package customers_test

import (
	"slices"
	"testing"

	"github.com/surveyd/surveyd/internal/customers"
)

// rename has the numbers of a case by the names of a form.
func rename(in map[string]int64, names map[string]string) map[string]int64 {
	out := map[string]int64{}
	for to, from := range names {
		out[to] = in[from]
	}
	return out
}

func TestContractCountsOfTheVectors(t *testing.T) {
	for _, form := range []struct {
		family, function, metric string
		names                    map[string]string // of the form, and what the case calls them
		field                    string
	}{
		{"renewal", "renewal_counts", "renewal", map[string]string{"renewed": "renewed", "due": "due"}, "rate_pct"},
		{"upsell", "upsell_rate", "upsell", map[string]string{"upsold": "upsold_customers", "customers": "customers"}, "rate_pct"},
		{"quota", "quota_attainment", "quota", map[string]string{"actual": "actual_minor", "quota": "quota_minor"}, "rate_pct"},
		{"close_rate", "close_rate_counts", "close_rate", map[string]string{"won": "won", "leads": "leads"}, "rate_pct"},
		{"loyalty", "participation_rate", "loyalty_participation", map[string]string{"members": "members", "customers": "customers"}, "rate_pct"},
		{"loyalty", "redemption_rate", "loyalty_redemption", map[string]string{"redeemed": "redeemed", "issued": "issued"}, "rate_pct"},
		{"loyalty", "active_engagement", "loyalty_engagement", map[string]string{"active_members": "active_members", "members": "members"}, "rate_pct"},
		{"loyalty", "active_engagement", "loyalty_engagement_ratio", map[string]string{"active_members": "active_members", "customers": "customers"}, "article_ratio"},
		{"mrr", "mrr_counts", "mrr", map[string]string{"active_end": "active_customers", "arpc": "arpc_minor"}, "mrr_minor"},
		{"mrr", "mrr_counts", "avg_monthly_one_off", map[string]string{"one_off_revenue": "one_off_revenue_minor", "months": "months"}, "avg_monthly_one_off_minor"},
		{
			"mrr", "mrr_counts", "mrr_plus_one_off",
			map[string]string{"active_end": "active_customers", "arpc": "arpc_minor", "one_off_revenue": "one_off_revenue_minor", "months": "months"},
			"mrr_plus_one_off_minor",
		},
	} {
		for _, c := range casesOf[map[string]int64](t, form.family, form.function) {
			f := typed(t, form.metric, rename(c.Input, form.names))
			isExactly(t, c.ID+" "+form.metric, f.Value, c.Expected[form.field])
			if len(f.Warnings) > 0 {
				t.Errorf("%s: warnings %v", c.ID, f.Warnings)
			}
		}
	}
}

func TestImpossibleCountsOfContractsAreNamed(t *testing.T) {
	for _, c := range []struct {
		metric string
		in     map[string]int64
		value  bool
	}{
		{"renewal", map[string]int64{"renewed": 11, "due": 10}, true},
		{"close_rate", map[string]int64{"won": -1, "leads": 10}, false},
		{"quota", map[string]int64{"actual": 10, "quota": -10}, true},
		{"loyalty_engagement_ratio", map[string]int64{"active_members": 12, "customers": 10}, true},
		{"mrr", map[string]int64{"active_end": -1, "arpc": 10}, false},
		{"mrr_plus_one_off", map[string]int64{"active_end": 1, "arpc": 10, "one_off_revenue": 5, "months": -1}, false},
	} {
		f := typed(t, c.metric, c.in)
		if !slices.Contains(f.Warnings, customers.Inconsistent) || (f.Value != nil) != c.value || f.Interval != nil {
			t.Errorf("%s of %v: %v %v %v", c.metric, c.in, f.Value, f.Interval, f.Warnings)
		}
	}
	if f := typed(t, "mrr_plus_one_off", map[string]int64{"active_end": 1, "arpc": 10, "one_off_revenue": 5, "months": 0}); f.Value != nil {
		t.Errorf("in no month: %v", f.Value)
	}
}
