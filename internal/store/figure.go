package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// KeptFigures reads the figures of a metric that were made of these periods, in no order.
func (s *Store) KeptFigures(ctx context.Context, metric, variant, currency string, periods []scoring.Period) ([]customers.Kept, error) {
	if len(periods) == 0 {
		return nil, nil
	}
	args := []any{metric, variant, currency}
	var these strings.Builder
	for i, p := range periods {
		if i > 0 {
			these.WriteString(", ")
		}
		fmt.Fprintf(&these, "(CAST($%d AS BIGINT), CAST($%d AS BIGINT))", len(args)+1, len(args)+2)
		args = append(args, p.From.UnixMilli(), p.To.UnixMilli())
	}
	return collect(ctx, s.q(ctx), func(r *sql.Rows) (k customers.Kept, err error) {
		var text []byte
		if err := r.Scan(&text, &k.Basis); err != nil {
			return k, err
		}
		return k, json.Unmarshal(text, &k.Figure)
	}, `SELECT result, basis FROM figure WHERE metric = $1 AND variant = $2 AND currency = $3 AND (from_at, to_at) IN (VALUES `+these.String()+`)`, args...)
}

// KeepFigures writes figures in place of those of the same periods.
func (s *Store) KeepFigures(ctx context.Context, all []customers.Kept) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		for _, k := range all {
			text, err := json.Marshal(k.Figure)
			if err != nil {
				return fmt.Errorf("write a figure of %s: %w", k.Metric, err)
			}
			if _, err := s.x(ctx).ExecContext(ctx, `
				INSERT INTO figure (metric, variant, currency, from_at, to_at, result, basis, as_of) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
				ON CONFLICT (metric, variant, currency, from_at, to_at) DO UPDATE SET result = excluded.result, basis = excluded.basis, as_of = excluded.as_of`,
				k.Metric, k.Variant, k.Currency, k.Period.From.UnixMilli(), k.Period.To.UnixMilli(), string(text), k.Basis, millis(k.AsOf)); err != nil {
				return fmt.Errorf("write a figure of %s: %w", k.Metric, err)
			}
		}
		return nil
	})
}

// TrimFigures lets go of the oldest figures that are more than most; a page makes them again.
func (s *Store) TrimFigures(ctx context.Context, most int) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM figure WHERE as_of < (SELECT as_of FROM figure ORDER BY as_of DESC LIMIT 1 OFFSET $1)`, most-1)
	if err != nil {
		return fmt.Errorf("let go of old figures: %w", err)
	}
	return nil
}

// usualOrders is how many of the newest orders show what currency is usual.
const usualOrders = 500

// UsualCurrency is that of most of the newest orders; "": there are none.
func (s *Store) UsualCurrency(ctx context.Context) (currency string, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `
		SELECT currency FROM (SELECT currency FROM customer_order ORDER BY at DESC LIMIT $1) AS newest
		GROUP BY currency ORDER BY COUNT(*) DESC, currency LIMIT 1`, usualOrders).Scan(&currency)
	return currency, one(err, nil)
}

// NewestRecord is when the newest thing happened that feeds tell of, not after the time; zero: nothing did.
func (s *Store) NewestRecord(ctx context.Context, before time.Time) (newest time.Time, err error) {
	for _, of := range []string{
		`customer_order WHERE at <= $1`, `cost WHERE at <= $1`, `reward WHERE at <= $1`, `opportunity WHERE closed_at <= $1`, `ticket WHERE resolved_at <= $1`,
		`contract WHERE term_ends_at <= $1`, `subscription WHERE started_at <= $1`,
	} {
		column := strings.Fields(of)[2]
		var at time.Time
		if err := s.q(ctx).QueryRowContext(ctx, `SELECT max(`+column+`) FROM `+of, before.UnixMilli()).Scan(instant{&at}); err != nil {
			return newest, fmt.Errorf("find the newest record: %w", err)
		}
		if at.After(newest) {
			newest = at
		}
	}
	return newest, nil
}

// ManualFigures reads what was typed in for a metric, the newest period first.
func (s *Store) ManualFigures(ctx context.Context, metric string) ([]customers.Manual, error) {
	all, err := collect(ctx, s.q(ctx), func(r *sql.Rows) (m customers.Manual, err error) {
		var inputs []byte
		if err := r.Scan(&m.ID, &m.Metric, &m.Variant, instant{&m.Period.From}, instant{&m.Period.To}, &m.Currency, &inputs, &m.Note, &m.EnteredBy, instant{&m.EnteredAt}); err != nil {
			return m, err
		}
		return m, json.Unmarshal(inputs, &m.Inputs)
	}, `
		SELECT id, metric, variant, from_at, to_at, currency, inputs, note, entered_by, entered_at FROM manual_figure
		WHERE metric = $1 ORDER BY from_at DESC, to_at DESC, id DESC`, metric)
	if err != nil {
		return nil, fmt.Errorf("read figures by hand: %w", err)
	}
	return all, nil
}

// SaveManual writes what was typed in: a new one, or in place of the one with its id.
func (s *Store) SaveManual(ctx context.Context, m customers.Manual) error {
	inputs, err := json.Marshal(m.Inputs)
	if err != nil {
		return fmt.Errorf("write a figure by hand: %w", err)
	}
	_, err = s.x(ctx).ExecContext(ctx, `
		INSERT INTO manual_figure (id, metric, variant, from_at, to_at, currency, inputs, note, entered_by, entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET metric = excluded.metric, variant = excluded.variant, from_at = excluded.from_at, to_at = excluded.to_at, currency = excluded.currency,
			inputs = excluded.inputs, note = excluded.note, entered_by = excluded.entered_by, entered_at = excluded.entered_at`,
		m.ID, m.Metric, m.Variant, m.Period.From.UnixMilli(), m.Period.To.UnixMilli(), m.Currency, string(inputs), m.Note, m.EnteredBy, millis(m.EnteredAt))
	if err != nil {
		return fmt.Errorf("write a figure by hand: %w", err)
	}
	return nil
}

// DeleteManual deletes what was typed in; one that is gone already is no error.
func (s *Store) DeleteManual(ctx context.Context, id survey.ID) error {
	if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM manual_figure WHERE id = $1`, id); err != nil {
		return fmt.Errorf("delete a figure by hand: %w", err)
	}
	return nil
}
