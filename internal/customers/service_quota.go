package customers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// QuotaStore keeps quotas that are typed in among those of feeds.
type QuotaStore interface {
	QuotasByHand(ctx context.Context) ([]Quota, error) // the newest period first
	PutQuotas(ctx context.Context, all []Quota, at time.Time) ([]people.Fate, error)
	DeleteQuota(ctx context.Context, q Quota, at time.Time) error // only of those by hand; survey.ErrNotFound
}

// What can be wrong with a quota that is typed in.
var (
	ErrNoSeller    = errors.New("a quota names the person or team that has it")
	ErrNoQuota     = errors.New("a quota is more than 0")
	ErrQuotaPeriod = errors.New("a quota is for a period")
	ErrQuotaTold   = errors.New("a feed tells of this quota")
)

// LongestSeller is how many characters the name of a person or team may have.
const LongestSeller = maxText

// TypedQuotas lists the quotas by hand, the newest period first.
func (s *Figures) TypedQuotas(ctx context.Context) ([]Quota, error) { return s.store.QuotasByHand(ctx) }

// SaveQuota stores a quota by hand, in place of one of the same person, period and currency. Attainment is made from it like from one of a feed. One that a feed
// tells of is left as it is: ErrQuotaTold. Others: ErrNoSeller, ErrNoQuota, ErrQuotaPeriod, ErrTooMany, and survey.ErrNotFound for no currency.
func (s *Figures) SaveQuota(ctx context.Context, q Quota) error {
	q.Agent, q.ByHand = survey.Line(q.Agent), true
	switch {
	case q.Agent == "" || utf8.RuneCountInString(q.Agent) > LongestSeller:
		return ErrNoSeller
	case q.Amount <= 0 || q.Amount > MostTyped:
		return ErrNoQuota
	case !q.Period.From.Before(q.Period.To):
		return ErrQuotaPeriod
	case !IsCurrency(q.Currency):
		return survey.ErrNotFound
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		there, err := s.store.QuotasIn(ctx, q.Currency, q.Period)
		if err != nil {
			return err
		}
		same := slices.IndexFunc(there, func(o Quota) bool { return o.Agent == q.Agent && samePeriod(o.Period, q.Period) })
		if same >= 0 && !there[same].ByHand {
			return ErrQuotaTold
		}
		all, err := s.store.QuotasByHand(ctx)
		if err != nil {
			return err
		}
		if same < 0 && len(all) >= MostManual {
			return ErrTooMany
		}
		if _, err := s.store.PutQuotas(ctx, []Quota{q}, s.now()); err != nil {
			return fmt.Errorf("store a quota by hand: %w", err)
		}
		return nil
	})
}

// RemoveQuota deletes a quota by hand; survey.ErrNotFound.
func (s *Figures) RemoveQuota(ctx context.Context, q Quota) error {
	return s.store.DeleteQuota(ctx, q, s.now())
}
