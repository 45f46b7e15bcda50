package asking

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// item is a mail in the hands of a worker.
type item struct {
	c      Case
	letter Letter
	likely bool // by what was read with it, it goes out
}

// prepare reads what letters are written from.
func (d *Dispatcher) prepare(ctx context.Context, f *Facts, mails []Mail) ([]item, error) {
	invitations, contacts, err := d.about(ctx, mails, d.Store.Contacts)
	if err != nil {
		return nil, err
	}
	var occasions []survey.ID
	for _, v := range invitations {
		if v.OccasionID != 0 {
			occasions = append(occasions, v.OccasionID)
		}
	}
	times, err := d.Store.OccasionTimes(ctx, occasions)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	items := make([]item, 0, len(mails))
	for _, m := range mails {
		it := item{c: Case{Mail: m, Invitation: invitations[m.InvitationID], Contact: contacts[m.ContactID]}}
		if m.InvitationID == 0 {
			it.likely = true
			items = append(items, it)
			continue
		}
		v := it.c.Invitation
		it.likely = f.decide(it.c, now).goes()
		it.letter = Letter{
			Kind: m.Kind, MailID: m.ID, Invitation: v, Contact: it.c.Contact, Survey: f.surveys[v.SurveyID], Definition: f.versions[v.SurveyID],
			Account: f.account, OccasionAt: times[v.OccasionID], OccasionKind: f.rules[v.RuleID].Kind, BaseURL: d.BaseURL,
		}
		if m.Kind == TestMail {
			it.letter.Contact = survey.Contact{Email: m.Recipient}
			it.letter.OccasionAt = m.CreatedAt
		}
		items = append(items, it)
	}
	return items, nil
}

// about reads the invitations and contacts of mails, contacts first.
func (d *Dispatcher) about(ctx context.Context, mails []Mail, read func(context.Context, []survey.ID) ([]survey.Contact, error)) (map[survey.ID]survey.Invitation, map[survey.ID]survey.Contact, error) {
	var people, invited []survey.ID
	for _, m := range mails {
		if m.ContactID != 0 {
			people = append(people, m.ContactID)
		}
		if m.InvitationID != 0 {
			invited = append(invited, m.InvitationID)
		}
	}
	contacts, err := read(ctx, people)
	if err != nil {
		return nil, nil, err
	}
	found, err := d.Store.InvitationsOf(ctx, invited)
	if err != nil {
		return nil, nil, err
	}
	invitations := make(map[survey.ID]survey.Invitation, len(found))
	for _, v := range found {
		invitations[v.ID] = v
	}
	return invitations, byID(contacts), nil
}

// maxWait is how long a worker waits for a rate. What must wait longer is given back.
const maxWait = 3 * time.Second

// handle takes a mail from its text to its outcome.
func (d *Dispatcher) handle(ctx, deliver context.Context, c *committer, it item) {
	if rest := d.rest(); rest > 0 {
		c.later(it.c.Mail, rest)
		return
	}
	var m Message
	if it.likely {
		var err error
		if m, err = d.compose(deliver, it); err != nil {
			d.Log.Error("a mail can't be written", "mail", it.c.Mail.ID.String(), "error", err)
			c.settle(it.c.Mail, "", Outcome{Delivery: Refused, Detail: err.Error()}, ReasonUnwritable)
			return
		}
		for wait := d.Post.Admit(m.To); wait > 0; wait = d.Post.Admit(m.To) {
			if wait > maxWait {
				c.later(it.c.Mail, wait)
				return
			}
			if !pause(ctx, wait) {
				return
			}
		}
		if !d.reach(deliver, c, it.c.Mail) {
			return
		}
	}
	if ctx.Err() != nil {
		return
	}
	mail, ok := c.hand(it.c.Mail, m.To)
	if !ok {
		return
	}
	limited, cancel := context.WithTimeout(deliver, DeliverTime)
	defer cancel()
	out := d.Post.Deliver(limited, m)
	d.breaker.note(out, d.workers(), d.Elapsed())
	c.settle(mail, m.ID, out, "")
}

// reach makes sure that there is a connection. Where there is none the mail waits; nobody may be to blame for that, so it never fails for good.
func (d *Dispatcher) reach(ctx context.Context, c *committer, m Mail) bool {
	limited, cancel := context.WithTimeout(ctx, DeliverTime)
	defer cancel()
	out, ok := d.Post.Reach(limited)
	if ok {
		return true
	}
	out.Delivery = NotYet
	d.breaker.note(Outcome{Delivery: NotYet}, d.workers(), d.Elapsed())
	c.settle(m, "", out, ReasonNoServer)
	return false
}

// compose writes the message, or reads the one that the mail carries.
func (d *Dispatcher) compose(ctx context.Context, it item) (m Message, err error) {
	if it.c.Mail.InvitationID == 0 {
		if k, ok := d.Kinds[it.c.Mail.Kind]; ok {
			return k.Write(ctx, it.c.Mail, it.c.Contact)
		}
		if err := json.Unmarshal(it.c.Mail.Content, &m); err != nil {
			return m, fmt.Errorf("read the text of a mail: %w", err)
		}
		return m, nil
	}
	if it.letter.Token, err = d.Keys.Token(it.letter.Invitation.KeyID, it.letter.Invitation.Nonce); err != nil {
		return m, err
	}
	return d.Composer.Compose(ctx, it.letter)
}
