package asking

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// batch is one transaction of the committer: what it has read after the lock, and what it is going to write.
type batch struct {
	d           *Dispatcher
	f           *Facts
	now         time.Time // taken after the lock
	mails       map[survey.ID]Mail
	invitations map[survey.ID]survey.Invitation
	contacts    map[survey.ID]survey.Contact
	suppressed  map[survey.ID]people.Suppressed

	handed  map[survey.ID]bool
	over    []survey.ID // mails that are handed over
	asked   []survey.ID // contacts
	entries []Entry
	fresh   []Mail
}

// write settles outcomes first, in the order in which they came, and then hands over.
func (b *batch) write(ctx context.Context, group []*request) error {
	var settled []survey.ID
	for _, r := range group {
		if r.outcome != nil && r.mail.InvitationID != 0 {
			settled = append(settled, r.mail.InvitationID)
		}
	}
	settle := func(ctx context.Context) error {
		for _, r := range group {
			if r.outcome == nil {
				continue
			}
			if err := b.settle(ctx, r); err != nil {
				return err
			}
		}
		return nil
	}
	if err := b.d.Store.CountFunnel(ctx, b.f.zone, settled, settle); err != nil {
		return err
	}
	for _, r := range group {
		if r.outcome != nil {
			continue
		}
		if err := b.hand(ctx, r); err != nil {
			return err
		}
	}
	if err := b.d.Store.HandOver(ctx, b.over, b.now, b.now.Add(HandedTime)); err != nil {
		return err
	}
	if err := b.d.Store.MarkAsked(ctx, b.asked, b.now); err != nil {
		return err
	}
	if err := b.d.Store.AddEntries(ctx, b.entries); err != nil {
		return err
	}
	return b.d.Store.AddMails(ctx, b.fresh)
}

// hand decides about one mail now that its contact is locked.
func (b *batch) hand(ctx context.Context, r *request) error {
	m, ok := b.mails[r.mail.ID]
	switch {
	case !ok || m.State != Due:
		return nil // somebody else has it, or it is gone
	case r.later > 0:
		return b.wait(ctx, m, b.now.Add(r.later), m.Problem)
	case b.f.pause != nil || m.DueAt.After(b.now):
		m.LeaseUntil = time.Time{}
		return b.d.Store.SaveMail(ctx, m)
	case m.InvitationID == 0:
		return b.handOther(ctx, r, m)
	}
	c := Case{Mail: m, Invitation: b.invitations[m.InvitationID], Contact: b.contacts[m.ContactID], Suppressed: b.suppressed[m.ContactID]}
	v := b.f.decide(c, b.now)
	switch {
	case v.decision != "":
		return b.drop(ctx, c, v)
	case !v.until.IsZero():
		return b.wait(ctx, m, v.until, v.reason)
	case r.to == "" || people.FoldAddress(r.to) != people.FoldAddress(c.Contact.Email):
		return b.wait(ctx, m, b.now, ReasonOtherAddress) // it is written anew
	}
	b.handOver(m)
	if m.Kind == AskMail {
		b.asked = append(b.asked, m.ContactID)
		c.Contact.AskedAt = b.now // the next mail in this batch sees it
		b.contacts[m.ContactID] = c.Contact
	}
	return nil
}

func (b *batch) handOver(m Mail) {
	b.handed[m.ID] = true
	b.over = append(b.over, m.ID)
	m.State, m.HandedAt = Handed, b.now
	b.mails[m.ID] = m
}

// wait makes a mail due at another time.
func (b *batch) wait(ctx context.Context, m Mail, until time.Time, problem string) error {
	m.DueAt, m.LeaseUntil, m.Problem = until, time.Time{}, problem
	b.mails[m.ID] = m
	return b.d.Store.SaveMail(ctx, m)
}

// drop writes a decision against a mail. One about a reminder leaves the invitation as it is, unless its time is over.
func (b *batch) drop(ctx context.Context, c Case, v verdict) error {
	m := c.Mail
	m.State, m.DoneAt, m.LeaseUntil, m.Problem = Dropped, b.now, time.Time{}, v.reason
	if m.Problem == "" {
		m.Problem = string(v.decision)
	}
	b.mails[m.ID] = m
	if err := b.d.Store.SaveMail(ctx, m); err != nil {
		return err
	}
	if c.Invitation.ID == 0 {
		return nil
	}
	reason := v.reason
	if m.Kind == ReminderMail {
		if v.decision == Answered {
			return nil // the ledger says so already
		}
		reason = ReasonReminder
	}
	b.note(c.Invitation, v.decision, reason, "")
	if m.Kind == ReminderMail && v.decision != Expired {
		return nil
	}
	return b.d.Store.SaveDecision(ctx, c.Invitation, v.decision)
}

// note adds a line to the ledger.
func (b *batch) note(v survey.Invitation, d Decision, reason, detail string) {
	b.entries = append(b.entries, Entry{
		ID: b.d.IDs.Next(), At: b.now, InvitationID: v.ID, ContactID: v.ContactID, SurveyID: v.SurveyID, Decision: d, Reason: reason, Detail: cut(detail),
	})
}

// maxDetail is how much of a mail server's words is kept, in characters.
const maxDetail = 300

func cut(s string) string {
	s = strings.Join(strings.Fields(survey.Clean(s)), " ")
	if utf8.RuneCountInString(s) > maxDetail {
		s = string([]rune(s)[:maxDetail]) + "…"
	}
	return s
}
