package customers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Manual is what was typed in where a shop has only counts. A figure made from it is an estimate.
type Manual struct {
	ID        survey.ID
	Metric    string
	Variant   string
	Period    scoring.Period
	Currency  string           // of a metric of money
	Inputs    map[string]int64 // by the names of the form; money in minor units
	Note      string
	EnteredBy int64
	EnteredAt time.Time
}

// ManualStore keeps what was typed in.
type ManualStore interface {
	ManualFigures(ctx context.Context, metric string) ([]Manual, error) // the newest period first
	SaveManual(ctx context.Context, m Manual) error                     // a new one, or in place of the one with its ID
	DeleteManual(ctx context.Context, id survey.ID) error
}

// Bounds of what is typed in.
const (
	MostManual  = 500 // of a metric
	LongestNote = 500 // characters
	MostTyped   = 1_000_000_000_000
)

// ErrTooMany says that a metric has as many figures by hand as there may be.
var ErrTooMany = errors.New("too many figures by hand")

// CountsField is a number of a form.
type CountsField struct {
	Name string
	Unit Unit // Count, or Money in minor units

	Positive bool // more than 0
}

// Counts is the form of a metric for shops that have only counts.
type Counts struct {
	Variant string // of the metric, that the figure stands for
	Fields  []CountsField
	Value   bool                                 // a customer's lifetime value: the account's margin brings it from revenue to profit (metrics 4.5)
	Figure  func(inputs map[string]int64) Figure // its value, num, den, n, inputs and warnings
}

// Estimate makes the figure of what was typed in, with the account's settings; false where its metric has no such form any more.
func (s *Figures) Estimate(m Manual, settings Settings) (Figure, bool) {
	metric, err := s.Metric(m.Metric)
	if err != nil {
		return Figure{}, false
	}
	form, ok := metric.FormOf(m.Variant)
	if !ok {
		return Figure{}, false
	}
	f := form.Figure(m.Inputs)
	if form.Value {
		f.atMargin(settings)
	}
	f.Metric, f.Variant, f.Unit, f.Currency, f.Period, f.Estimate, f.AsOf = m.Metric, m.Variant, metric.Unit, m.Currency, m.Period, true, m.EnteredAt
	return f, true
}

// FormOf is the metric's form of counts for a variant.
func (m Metric) FormOf(variant string) (Counts, bool) {
	for _, c := range m.Counts {
		if c.Variant == variant {
			return c, true
		}
	}
	return Counts{}, false
}

// ByHand has what was typed in for a metric, the newest period first.
func (s *Figures) ByHand(ctx context.Context, metric string) ([]Manual, error) {
	if _, err := s.Metric(metric); err != nil {
		return nil, err
	}
	return s.store.ManualFigures(ctx, metric)
}

// SaveByHand stores what was typed in, which must be of a form: survey.ErrNotFound if it is not. One of the same variant, currency and period is replaced.
func (s *Figures) SaveByHand(ctx context.Context, m Manual) error {
	metric, err := s.Metric(m.Metric)
	if err != nil {
		return err
	}
	form, ok := metric.FormOf(m.Variant)
	if !ok || len(m.Inputs) != len(form.Fields) || !m.Period.From.Before(m.Period.To) || utf8.RuneCountInString(m.Note) > LongestNote {
		return survey.ErrNotFound
	}
	for _, f := range form.Fields {
		if n, ok := m.Inputs[f.Name]; !ok || n < -MostTyped || n > MostTyped || f.Positive && n <= 0 {
			return survey.ErrNotFound
		}
	}
	m.Note, m.EnteredAt = strings.TrimSpace(m.Note), s.now()
	return s.store.InTx(ctx, func(ctx context.Context) error {
		all, err := s.store.ManualFigures(ctx, m.Metric)
		if err != nil {
			return fmt.Errorf("read figures that were typed in: %w", err)
		}
		same := slices.IndexFunc(all, func(o Manual) bool {
			return o.ID != m.ID && o.Variant == m.Variant && o.Currency == m.Currency && samePeriod(o.Period, m.Period)
		})
		if same >= 0 {
			if err := s.store.DeleteManual(ctx, all[same].ID); err != nil {
				return err
			}
		} else if isNew := !slices.ContainsFunc(all, func(o Manual) bool { return o.ID == m.ID }); isNew && len(all) >= MostManual {
			return ErrTooMany
		}
		return s.store.SaveManual(ctx, m)
	})
}

// RemoveByHand deletes what was typed in.
func (s *Figures) RemoveByHand(ctx context.Context, id survey.ID) error {
	return s.store.DeleteManual(ctx, id)
}

// estimate puts what was typed in where the feeds have nothing to say.
func (s *Figures) estimate(p *Page, f footing) {
	for i, shown := range p.Trend {
		if shown.Known && shown.Figure.Value != nil {
			continue
		}
		period := shown.Span.Period(f.zone)
		for _, m := range p.ByHand {
			if m.Variant != p.Variant || m.Currency != p.Currency || !samePeriod(m.Period, period) {
				continue
			}
			if figure, ok := s.Estimate(m, f.settings); ok {
				p.Trend[i].Figure, p.Trend[i].Known = figure, true
			}
		}
	}
}
