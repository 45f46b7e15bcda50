package server

import (
	"math/big"
	"slices"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// outOfRange finds the values of a tidy goal that what it is measured by can never have: an NPS of 150, a retention of 195%.
func outOfRange(g customers.Goal, t templates.GoalTexts) (problems survey.Problems) {
	low, high, bounded := int64(0), int64(0), false
	switch g.Measure.By {
	case customers.MeasuredByScore:
		low, high, bounded = t.ScoreRange(t.Surveys[g.Measure.SurveyID])
	case customers.MeasuredByMetric:
		low, high, bounded = 0, 100, isShare(g.Measure.Metric)
	case customers.MeasuredByHand:
	}
	if !bounded {
		return nil
	}
	for _, one := range []struct {
		field string
		value *big.Rat
	}{{"baseline", g.Baseline}, {"target", g.Target}} {
		if v := one.value; v != nil && (v.Cmp(big.NewRat(low, 1)) < 0 || v.Cmp(big.NewRat(high, 1)) > 0) {
			problems = append(problems, survey.Problem{Field: one.field, Key: "goals.error.range", Args: []any{"low", low, "high", high}})
		}
	}
	return problems
}

// isShare tells whether a metric is the percentage of some among all of them, from 0 to 100. A quota can be exceeded, and what is won or redeemed in a period may
// come from an earlier one: these have no end.
func isShare(key string) bool {
	return slices.Contains([]string{"crr", "churn", "renewal", "upsell", "rpr", "repurchase", "cohorts", "loyalty_participation"}, key)
}
