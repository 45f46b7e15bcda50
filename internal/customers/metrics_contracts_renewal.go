package customers

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// renewal is the share of the contracts whose term ended that were renewed in time (metrics 4.3).
func renewal(ctx context.Context, src Source, r Request) ([]Figure, error) {
	grace := r.Settings.GraceDays
	all := tallies(r.Periods, func(p scoring.Period) *scoring.Renewals {
		return &scoring.Renewals{Period: p, Grace: time.Duration(grace) * 24 * time.Hour}
	})
	err := src.ContractsEnding(ctx, reach(r.Periods), func(c scoring.Contract) error {
		for _, t := range all {
			t.Add(c, r.AsOf)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, t := range all {
		figures[i] = share(t.Renewed, t.Due, count("renewed", t.Renewed), count("due", t.Due), count("grace_days", grace))
		figures[i].warnOf(RenewalPending, "pending", t.Pending)
	}
	return figures, nil
}
