package asking

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// BounceKind is what a mail server reports about a mail that it had taken.
type BounceKind string

// The kinds.
const (
	HardBounce BounceKind = "hard"      // the address takes no mail
	SoftBounce BounceKind = "soft"      // this mail did not arrive; the next one may
	Complaint  BounceKind = "complaint" // the person called the mail spam
)

// SoftBounces is how many mails in a row must come back before the address counts as one that takes no mail.
const SoftBounces = 3

// Report is what came back about one mail.
type Report struct {
	Kind      BounceKind
	MessageID string // of the mail, with or without < >
	// Address is whom the mail went to. It counts only where the report comes from somebody who proved to be the relay: anybody can write a mail that names an address.
	Address string
	Detail  string // what the mail server said
}

// BounceStore is what Bounces reads and writes.
type BounceStore interface {
	FactStore
	InTx(ctx context.Context, do func(context.Context) error) error
	MailByMessageID(ctx context.Context, id string) (Mail, error) // survey.ErrNotFound
	MailBefore(ctx context.Context, contact, mail survey.ID) (Mail, error)
	SaveMail(ctx context.Context, m Mail) error
	ContactByEmail(ctx context.Context, folded string) (survey.Contact, error)
	LockContact(ctx context.Context, id survey.ID) (survey.Contact, error)
	MarkBounced(ctx context.Context, contact survey.ID, at time.Time) error
	CountBounces(ctx context.Context, contact survey.ID, n int64) error
	Suppress(ctx context.Context, s people.Suppression, over []people.Suppressed) error
	InvitationsOf(ctx context.Context, ids []survey.ID) ([]survey.Invitation, error)
	SaveDecision(ctx context.Context, v survey.Invitation, d Decision) error
	AddEntries(ctx context.Context, entries []Entry) error
	CountFunnel(ctx context.Context, zone *time.Location, ids []survey.ID, change func(context.Context) error) error
}

// Bounces brings about what a report says.
type Bounces struct {
	Store      BounceStore
	IDs        *survey.IDs
	AddressKey []byte // of people.AddressKey
	Now        func() time.Time
	Kinds      map[string]Kind // as the dispatcher's
}

// Take brings about what one report says; the same one told twice changes nothing more. It returns survey.ErrNotFound for a report about no mail of ours.
func (b *Bounces) Take(ctx context.Context, r Report) error {
	m, contact, err := b.whose(ctx, r)
	if err != nil {
		return err
	}
	f, err := ReadFacts(ctx, b.Store)
	if err != nil {
		return err
	}
	return b.Store.InTx(ctx, func(ctx context.Context) error {
		c, err := b.Store.LockContact(ctx, contact)
		if err != nil {
			return err
		}
		t := taking{b: b, report: r, mail: m, contact: c, zone: f.zone, now: b.Now().Truncate(time.Millisecond)}
		if err := t.run(ctx); err != nil {
			return err
		}
		if k, ok := b.Kinds[m.Kind]; ok && m.InvitationID == 0 {
			return k.CameBack(ctx, m, r)
		}
		return nil
	})
}

// whose finds the mail and the contact of a report.
func (b *Bounces) whose(ctx context.Context, r Report) (m Mail, contact survey.ID, err error) {
	if id := strings.Trim(strings.TrimSpace(r.MessageID), "<>"); id != "" {
		m, err = b.Store.MailByMessageID(ctx, id)
		if err == nil && m.ContactID != 0 {
			return m, m.ContactID, nil
		}
		if err != nil && !errors.Is(err, survey.ErrNotFound) {
			return m, 0, err
		}
	}
	if !survey.PlainAddress(r.Address) {
		return m, 0, survey.ErrNotFound
	}
	c, err := b.Store.ContactByEmail(ctx, people.FoldAddress(r.Address))
	return Mail{}, c.ID, err
}

// taking is one report in its transaction, with the contact locked.
type taking struct {
	b       *Bounces
	report  Report
	mail    Mail // its ID is 0: the report names none
	contact survey.Contact
	zone    *time.Location
	now     time.Time
}

// softProblem marks a mail whose coming back has been counted.
const softProblem = "bounce: "

func (t *taking) run(ctx context.Context) error {
	switch t.report.Kind {
	case HardBounce:
		return t.bounce(ctx)
	case SoftBounce:
		return t.soft(ctx)
	case Complaint:
		return t.complain(ctx)
	}
	return survey.ErrNotFound
}

// soft counts a mail that did not arrive. The count begins anew after a mail that did.
func (t *taking) soft(ctx context.Context) error {
	if !t.contact.BouncedAt.IsZero() || strings.HasPrefix(t.mail.Problem, softProblem) {
		return nil
	}
	n := t.contact.Bounces + 1
	if t.mail.ID != 0 {
		before, err := t.b.Store.MailBefore(ctx, t.contact.ID, t.mail.ID)
		if err != nil && !errors.Is(err, survey.ErrNotFound) {
			return err
		}
		if err == nil && !strings.HasPrefix(before.Problem, softProblem) {
			n = 1
		}
		t.mail.Problem = softProblem + cut(t.report.Detail)
		if err := t.b.Store.SaveMail(ctx, t.mail); err != nil {
			return err
		}
	}
	if err := t.b.Store.CountBounces(ctx, t.contact.ID, n); err != nil {
		return err
	}
	if n >= SoftBounces {
		return t.bounce(ctx)
	}
	return nil
}

// spamProblem marks a mail that the person called spam.
const spamProblem = "complaint"

// complain stops mail to the address. The invitation stays sent: its link works, and the person may have answered.
func (t *taking) complain(ctx context.Context) error {
	if err := t.suppress(ctx, people.Complained); err != nil || t.mail.ID == 0 || t.mail.Problem == spamProblem {
		return err
	}
	t.mail.Problem = spamProblem
	if err := t.b.Store.SaveMail(ctx, t.mail); err != nil {
		return err
	}
	v, err := t.invitation(ctx)
	if err != nil || v.ID == 0 {
		return err
	}
	return t.note(ctx, v, Suppressed, ReasonComplained)
}

// bounce stops mail to the address.
func (t *taking) bounce(ctx context.Context) error {
	if t.contact.BouncedAt.IsZero() {
		if err := t.b.Store.MarkBounced(ctx, t.contact.ID, t.now); err != nil {
			return err
		}
	}
	if err := t.suppress(ctx, people.Bounced); err != nil {
		return err
	}
	return t.decide(ctx)
}

// suppress names the contact's address among those that get no mail. A complaint weighs more than a bounce and than having unsubscribed.
func (t *taking) suppress(ctx context.Context, why people.Suppressed) error {
	if t.contact.Email == "" {
		return nil
	}
	return t.b.Store.Suppress(ctx, people.Suppression{
		Key: people.AddressKey(t.b.AddressKey, t.contact.Email), Reason: why, Email: t.contact.Email, At: t.now.Add(time.Millisecond),
	}, people.Lighter(why))
}

// decide notes that the invitation's mail came back. One that was answered did arrive, whatever came back.
func (t *taking) decide(ctx context.Context) error {
	v, err := t.invitation(ctx)
	if err != nil || v.ID == 0 || !v.AnsweredAt.IsZero() || !v.BouncedAt.IsZero() {
		return err
	}
	v.BouncedAt = t.now
	if v.SentAt.IsZero() {
		v.SentAt = t.now // nobody knew that the server had it, and now it says so
	}
	if err := t.note(ctx, v, Bounced, ReasonReported); err != nil {
		return err
	}
	return t.b.Store.CountFunnel(ctx, t.zone, []survey.ID{v.ID}, func(ctx context.Context) error { return t.b.Store.SaveDecision(ctx, v, Bounced) })
}

// invitation reads the one that the mail is about; its ID is 0 where there is none.
func (t *taking) invitation(ctx context.Context) (survey.Invitation, error) {
	if t.mail.InvitationID == 0 {
		return survey.Invitation{}, nil
	}
	found, err := t.b.Store.InvitationsOf(ctx, []survey.ID{t.mail.InvitationID})
	if err != nil || len(found) == 0 {
		return survey.Invitation{}, err
	}
	return found[0], nil
}

// note adds a line to the ledger.
func (t *taking) note(ctx context.Context, v survey.Invitation, d Decision, reason string) error {
	return t.b.Store.AddEntries(ctx, []Entry{{
		ID: t.b.IDs.Next(), At: t.now, InvitationID: v.ID, ContactID: v.ContactID, SurveyID: v.SurveyID, Decision: d, Reason: reason, Detail: cut(t.report.Detail),
	}})
}
