package customers

import (
	"context"
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

var _ GoalMetrics = (*Figures)(nil)

// Current is the figure of the last whole month up to the end of a day, as the metric's page has it. Where a job has to make it first, there is no value yet.
func (s *Figures) Current(ctx context.Context, m Measure, until survey.Day) (value *big.Rat, asOf time.Time, err error) {
	span := MonthOf(until)
	if span.Last != until {
		span = span.Before(1)
	}
	p, err := s.Page(ctx, Wanted{Metric: m.Metric, Variant: m.Variant, Currency: m.Currency, Span: span})
	if err != nil || !p.Now().Known {
		return nil, time.Time{}, err
	}
	return p.Now().Figure.Value, p.Now().Figure.AsOf, nil
}
