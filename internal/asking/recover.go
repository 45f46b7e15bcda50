package asking

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

const sweepBatch = 500

// Recover looks at what an earlier process left, and at the clock. Run begins with it.
func (d *Dispatcher) Recover(ctx context.Context) error {
	if err := d.tidy(ctx); err != nil {
		if ctx.Err() == nil {
			d.Log.Error("what was in flight at the last stop can't be read", "error", err)
		}
		return err
	}
	return nil
}

func (d *Dispatcher) tidy(ctx context.Context) error {
	last, err := d.Store.LastEntry(ctx)
	switch {
	case errors.Is(err, survey.ErrNotFound):
	case err != nil:
		return err
	case last.At.Sub(d.Now()) > MaxJump:
		// The ledger was written in the future: the clock was set back while nobody watched.
		d.Log.Warn("the clock is behind the ledger: no mail is sent until an administrator says so", "ledger", last.At)
		if err := savePause(ctx, d.Store, &Pause{At: d.Now(), Jump: d.Now().Sub(last.At)}); err != nil {
			return err
		}
	}
	if !d.Alone {
		return nil
	}
	if err := d.Store.FreeMails(ctx); err != nil {
		return err
	}
	return d.lose(ctx, time.Time{})
}

// Sweep ends invitations whose time is over, and finds mails whose process is gone. Run it every few minutes, by one process of all.
func (d *Dispatcher) Sweep(ctx context.Context) error {
	if !d.Alone {
		if err := d.lose(ctx, d.Now()); err != nil {
			return err
		}
	}
	return d.expire(ctx)
}

// lose makes mails uncertain that were handed over by a process that is gone: its lease ended before this time; the zero time is for all of them.
func (d *Dispatcher) lose(ctx context.Context, before time.Time) error {
	for {
		n, err := d.loseSome(ctx, before)
		if err != nil {
			return fmt.Errorf("look after mails in flight: %w", err)
		}
		if n < sweepBatch {
			return nil
		}
	}
}

func (d *Dispatcher) loseSome(ctx context.Context, before time.Time) (n int, err error) {
	f, err := ReadFacts(ctx, d.Store)
	if err != nil {
		return 0, err
	}
	return n, d.Store.InTx(ctx, func(ctx context.Context) error {
		found, err := d.Store.HandedMails(ctx, before, sweepBatch)
		if err != nil {
			return err
		}
		n = len(found)
		group := make([]*request, n)
		for i, m := range found {
			group[i] = &request{mail: m}
		}
		b, err := d.open(ctx, f, group)
		if err != nil {
			return err
		}
		for _, r := range group {
			m := b.mails[r.mail.ID] // as it is after the lock
			if m.State != Handed {
				continue
			}
			m.State, m.LeaseUntil, m.Problem = MailUncertain, time.Time{}, ReasonStopped
			if err := d.saveOther(ctx, m); err != nil {
				return err
			}
			if err := b.decided(ctx, m, b.invitations[m.InvitationID], Uncertain, ReasonStopped); err != nil {
				return err
			}
		}
		return d.Store.AddEntries(ctx, b.entries)
	})
}

// expire writes that the time of invitations is over.
func (d *Dispatcher) expire(ctx context.Context) error {
	for {
		n := 0
		err := d.Store.InTx(ctx, func(ctx context.Context) error {
			found, err := d.Store.ExpireInvitations(ctx, d.Now(), sweepBatch)
			if err != nil {
				return err
			}
			b := &batch{d: d, now: d.Now()}
			for _, v := range found {
				b.note(v, Expired, "", "")
			}
			n = len(found)
			return d.Store.AddEntries(ctx, b.entries)
		})
		if err != nil {
			return err
		}
		if n < sweepBatch {
			return nil
		}
	}
}
