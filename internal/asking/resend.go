package asking

import (
	"context"
	"errors"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// ErrNotStuck is returned for a mail that is neither uncertain nor failed.
var ErrNotStuck = errors.New("the mail is not one that can be sent again")

// Resend makes an uncertain or failed mail due again, because a person wants it: the customer may get it twice. by is the person's name. What speaks against the
// mail when it is due still does. It returns survey.ErrNotFound and ErrNotStuck.
func (d *Dispatcher) Resend(ctx context.Context, id survey.ID, by string) error {
	f, err := ReadFacts(ctx, d.Store)
	if err != nil {
		return err
	}
	return d.Store.InTx(ctx, func(ctx context.Context) error {
		found, err := d.Store.Mails(ctx, []survey.ID{id})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return survey.ErrNotFound
		}
		b, err := d.open(ctx, f, []*request{{mail: found[0]}})
		if err != nil {
			return err
		}
		m := b.mails[id]
		if m.State != MailUncertain && m.State != MailFailed {
			return ErrNotStuck
		}
		m.State, m.DueAt, m.LeaseUntil, m.DoneAt, m.Attempts, m.Problem = Due, b.now, time.Time{}, time.Time{}, 0, ""
		if err := d.saveOther(ctx, m); err != nil {
			return err
		}
		v := b.invitations[m.InvitationID]
		if v.ID == 0 {
			return nil
		}
		b.note(v, Scheduled, ReasonResent, by)
		if m.Kind == AskMail {
			if err := d.Store.SaveDecision(ctx, v, Scheduled); err != nil {
				return err
			}
		}
		return d.Store.AddEntries(ctx, b.entries)
	})
}
