package customers

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

var _ GoalMetrics = (*Figures)(nil)

// SumsUp tells whether a metric of the catalogue adds up over a period: a goal of it is judged by all that happened in the goal's own time.
func SumsUp(key string) bool {
	return slices.ContainsFunc(Catalogue(), func(m Metric) bool { return m.Key == key && m.Sums })
}

// Current is the figure that a goal stands at: a sum over its days so far, and of rates and states the last whole month, as the metric's page has it. Both go up to the
// end of a day. Where a job has to make it first, there is no value yet. A goal that has not begun has none.
func (s *Figures) Current(ctx context.Context, m Measure, first, until survey.Day) (value *big.Rat, asOf time.Time, err error) {
	metric, err := s.Metric(m.Metric)
	if err != nil {
		return nil, time.Time{}, err
	}
	span := MonthOf(until)
	switch {
	case metric.Sums && until < first:
		return nil, time.Time{}, nil
	case metric.Sums:
		span = DaysBetween(first, until)
	case span.Last != until:
		span = span.Before(1)
	}
	f, err := s.footing(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	p, err := s.page(ctx, f, Wanted{Metric: m.Metric, Variant: m.Variant, Currency: m.Currency, Span: span}, s.AtOnce, 0)
	if err != nil {
		return nil, time.Time{}, err
	}
	now := p.Now()
	if !now.Known && p.Renewing && metric.Sums {
		return s.lately(ctx, f, p)
	}
	return now.Figure.Value, now.Figure.AsOf, nil
}

// lately is the newest sum of the days before that is kept: until a job has added the newest day, a goal stands where it stood.
func (s *Figures) lately(ctx context.Context, f footing, p Page) (value *big.Rat, asOf time.Time, err error) {
	var periods []scoring.Period
	for back := survey.Day(1); back <= 7 && p.Span.Last-back >= p.Span.First; back++ {
		periods = append(periods, DaysBetween(p.Span.First, p.Span.Last-back).Period(f.zone))
	}
	kept, err := s.store.KeptFigures(ctx, p.Metric.Key, p.Variant, p.Currency, periods)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read figures: %w", err)
	}
	var newest Kept
	for _, k := range kept {
		if k.Period.To.After(newest.Period.To) {
			newest = k
		}
	}
	return newest.Value, newest.AsOf, nil
}
