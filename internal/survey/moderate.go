package survey

import (
	"context"
	"time"
)

// ModerationStore is what Moderation reads and writes.
type ModerationStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Response(ctx context.Context, id ID) (Response, error) // ErrNotFound
	Version(ctx context.Context, id int64) (Version, error)
	Apply(ctx context.Context, recs []Record) ([]error, error)
}

// Moderation decides which responses count.
type Moderation struct {
	store ModerationStore
	ids   *IDs
	now   func() time.Time
	zone  func() *time.Location
}

// NewModeration makes a moderation. zone gives the account's time zone.
func NewModeration(st ModerationStore, ids *IDs, now func() time.Time, zone func() *time.Location) *Moderation {
	return &Moderation{store: st, ids: ids, now: now, zone: zone}
}

// SetStatus makes a response count or not. Scores, lists and the history follow in one transaction, together with what also writes, such as an audit log. It
// returns the status before; nothing is written when that is the same. ErrNotFound: there is no such response.
func (m *Moderation) SetStatus(ctx context.Context, id ID, status Status, by int64, also func(context.Context) error) (Status, error) {
	before := status
	err := m.store.InTx(ctx, func(ctx context.Context) error {
		r, err := m.store.Response(ctx, id)
		if err != nil {
			return err
		}
		if before = r.Status; before == status {
			return nil
		}
		v, err := m.store.Version(ctx, r.VersionID)
		if err != nil {
			return err
		}
		after := r
		after.Status = status
		rec, err := ChangeRecord(r, after, v.Definition, m.zone(), by, m.now())
		if err != nil {
			return err
		}
		rec.LedgerID = m.ids.Next()
		if before == Held && status == Counted {
			// Said by a person of the staff, it stays, whatever a program still opens.
			rec.Click = &Click{ID: m.ids.Next(), InvitationID: id, At: m.now(), Kind: ClickRestore, Rating: NoRating}
		}
		refused, err := m.store.Apply(ctx, []Record{rec})
		if err != nil {
			return err
		}
		if refused[0] != nil {
			return refused[0]
		}
		return also(ctx)
	})
	return before, err
}
