package asking

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// settle writes what became of a mail.
func (b *batch) settle(ctx context.Context, r *request) error {
	m, ok := b.mails[r.mail.ID]
	if !ok {
		return nil // its person was erased meanwhile
	}
	unwritten := r.reason == ReasonUnwritable
	before := unwritten || r.reason == ReasonNoServer // it was not handed over
	mine := (m.State == Handed || m.State == MailUncertain) && m.HandedAt.UnixMilli() == r.mail.HandedAt.UnixMilli()
	if !mine && (!before || m.State != Due) {
		b.d.Log.Warn("a mail has changed while it was in flight", "mail", m.ID.String(), "state", string(m.State))
		return nil
	}
	v := b.invitations[m.InvitationID]
	m.LeaseUntil, m.Problem = time.Time{}, cut(r.outcome.Detail)
	var err error
	switch r.outcome.Delivery {
	case Accepted:
		m.State, m.DoneAt, m.MessageID, m.Problem = MailSent, b.now, r.messageID, ""
		err = b.sent(ctx, m, v)
	case NotYet:
		m.Attempts++
		if r.reason == ReasonNoServer {
			m.Attempts = min(m.Attempts, maxAttempts-1) // nobody refused it
		}
		if m.Attempts < maxAttempts {
			m.State, m.DueAt = Due, b.now.Add(backoff(m.Attempts))
			break
		}
		m.State, m.DoneAt = MailFailed, b.now
		err = b.failed(ctx, m, v, Failed, ReasonGaveUp)
	case Refused:
		m.State, m.DoneAt = MailFailed, b.now
		switch {
		case unwritten:
			err = b.failed(ctx, m, v, Failed, r.reason)
		case r.outcome.Recipient:
			err = b.bounced(ctx, m, v)
		default:
			err = b.failed(ctx, m, v, Failed, ReasonServer)
		}
	case DeliveryLost:
		m.State, m.MessageID = MailUncertain, r.messageID // it may still come back
		err = b.decided(ctx, m, v, Uncertain, ReasonLost)
	}
	if err != nil {
		return err
	}
	b.mails[m.ID] = m
	if m.State == Due {
		return b.d.Store.SaveMail(ctx, m)
	}
	return b.d.saveOther(ctx, m)
}

// sent notes that the mail server has taken a mail, and plans the reminder.
func (b *batch) sent(ctx context.Context, m Mail, v survey.Invitation) error {
	if v.ID == 0 {
		return nil
	}
	plan, _ := b.f.plan(v.RuleID)
	if m.Kind == ReminderMail {
		v.RemindedAt = b.now
		b.note(v, Reminded, "", "")
		return b.d.Store.SaveDecision(ctx, v, Decision(v.State))
	}
	v.SentAt = b.now
	v.ExpiresAt = later(v.ExpiresAt, b.now.AddDate(0, 0, plan.expiry()))
	b.note(v, Sent, "", "")
	b.invitations[v.ID] = v
	if plan.ReminderDays > 0 && v.AnsweredAt.IsZero() {
		due := plan.Next(b.now.AddDate(0, 0, plan.ReminderDays), plan.Zone(b.contacts[m.ContactID].Zone, b.f.zone))
		if due.Before(v.ExpiresAt) {
			b.fresh = append(b.fresh, Mail{
				ID: b.d.IDs.Next(), Kind: ReminderMail, InvitationID: v.ID, ContactID: m.ContactID, State: Due, DueAt: due, CreatedAt: b.now,
			})
		}
	}
	return b.d.Store.SaveDecision(ctx, v, Sent)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// bounced notes that the mail server does not take mail for the address.
func (b *batch) bounced(ctx context.Context, m Mail, v survey.Invitation) error {
	if m.ContactID != 0 {
		if err := b.d.Store.MarkBounced(ctx, m.ContactID, b.now); err != nil {
			return err
		}
		if err := b.suppressBounced(ctx, b.contacts[m.ContactID].Email); err != nil {
			return err
		}
	}
	if v.ID == 0 {
		return nil
	}
	v.BouncedAt = b.now
	if v.SentAt.IsZero() {
		v.SentAt = b.now // it was sent and came back, at once
	}
	b.note(v, Bounced, ReasonRecipient, m.Problem)
	return b.d.Store.SaveDecision(ctx, v, Bounced)
}

// suppressBounced names an address among those that get no mail, where people look for it.
func (b *batch) suppressBounced(ctx context.Context, email string) error {
	if email == "" {
		return nil
	}
	return b.d.Store.Suppress(ctx, people.Suppression{
		Key: people.AddressKey(b.d.AddressKey, email), Reason: people.Bounced, Email: email, At: b.now.Add(time.Millisecond),
	}, people.Lighter(people.Bounced))
}

// failed notes that a mail is known not to have been taken: its person was not asked by it.
func (b *batch) failed(ctx context.Context, m Mail, v survey.Invitation, d Decision, reason string) error {
	if m.Kind == AskMail && !m.HandedAt.IsZero() {
		// Its own row still says handed over, and must not count.
		if err := b.d.Store.SaveMail(ctx, m); err != nil {
			return err
		}
		if err := b.d.Store.ForgetAsk(ctx, m.ContactID, m.HandedAt); err != nil {
			return err
		}
	}
	return b.decided(ctx, m, v, d, reason)
}

// decided notes a decision about a mail. One about a reminder leaves the invitation sent.
func (b *batch) decided(ctx context.Context, m Mail, v survey.Invitation, d Decision, reason string) error {
	if v.ID == 0 {
		return nil
	}
	b.note(v, d, reason, m.Problem)
	if m.Kind == ReminderMail {
		return nil
	}
	return b.d.Store.SaveDecision(ctx, v, d)
}
