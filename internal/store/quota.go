package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
)

// quotaColumns are those that readQuota reads.
const quotaColumns = `agent, from_at, to_at, currency, amount, by_hand`

func readQuota(r *sql.Rows) (q customers.Quota, err error) {
	return q, r.Scan(&q.Agent, instant{&q.Period.From}, instant{&q.Period.To}, &q.Currency, &q.Amount, &q.ByHand)
}

// QuotasByHand reads those that were typed in, the newest period first.
func (s *Store) QuotasByHand(ctx context.Context) ([]customers.Quota, error) {
	all, err := collect(ctx, s.q(ctx), readQuota, `SELECT `+quotaColumns+` FROM quota WHERE by_hand ORDER BY from_at DESC, to_at DESC, agent, currency`)
	if err != nil {
		return nil, fmt.Errorf("read quotas by hand: %w", err)
	}
	return all, nil
}

// DeleteQuota deletes one that was typed in, by its person, period and currency; survey.ErrNotFound.
func (s *Store) DeleteQuota(ctx context.Context, q customers.Quota, at time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		n, err := s.changed(ctx, `DELETE FROM quota WHERE agent = $1 AND from_at = $2 AND to_at = $3 AND currency = $4 AND by_hand`,
			q.Agent, q.Period.From.UnixMilli(), q.Period.To.UnixMilli(), q.Currency)
		if err != nil {
			return fmt.Errorf("delete a quota: %w", err)
		}
		if n == 0 {
			return survey.ErrNotFound
		}
		return s.raiseFeed(ctx, customers.Quotas, -n, at)
	})
}
