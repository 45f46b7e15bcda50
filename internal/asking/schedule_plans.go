package asking

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// plans gathers what one part of occasions leads to.
type plans struct {
	s          *Scheduler
	f          *Facts
	now        time.Time
	contacts   map[survey.ID]survey.Contact
	suppressed map[survey.ID]people.Suppressed

	invitations []survey.Invitation
	hashes      [][]byte
	entries     []Entry // as many, in the same order
	mails       []Mail
	asked       []survey.ID
}

// add decides what an occasion means for a rule.
func (p *plans) add(o people.Occasion, r Rule) error {
	contact, sv := p.contacts[o.ContactID], p.f.surveys[r.SurveyID]
	v := survey.Invitation{
		ID: p.s.IDs.Next(), SurveyID: r.SurveyID, ContactID: o.ContactID, RuleID: r.ID, OccasionID: o.ID, Touchpoint: o.Touchpoint, Language: contact.Language,
		OrderRef: o.OrderRef, Nonce: survey.NewNonce(), KeyID: p.s.Keys.Current(), CreatedAt: p.now,
	}
	for _, touchpoint := range []int64{r.Plan.Touchpoint, sv.Settings.Touchpoint} {
		if v.Touchpoint == 0 {
			v.Touchpoint = touchpoint
		}
	}
	due := r.Plan.Due(o.At, contact.Zone, p.f.zone)
	if r.Plan.Channel == ByLink {
		due = p.now
	}
	v.ExpiresAt = due.AddDate(0, 0, r.Plan.expiry())
	decision, reason := p.decide(o, r, v, contact)
	v.State = string(decision)
	if decision == Sent {
		v.SentAt = p.now
	}
	token, err := p.s.Keys.Token(v.KeyID, v.Nonce)
	if err != nil {
		return err
	}
	p.invitations, p.hashes = append(p.invitations, v), append(p.hashes, survey.HashToken(token))
	p.entries = append(p.entries, Entry{ID: p.s.IDs.Next(), At: p.now, InvitationID: v.ID, ContactID: v.ContactID, SurveyID: v.SurveyID, Decision: decision, Reason: reason})
	switch decision {
	case Scheduled:
		p.mails = append(p.mails, Mail{ID: p.s.IDs.Next(), Kind: AskMail, InvitationID: v.ID, ContactID: v.ContactID, State: Due, DueAt: due, CreatedAt: p.now})
	case Sent:
		p.asked = append(p.asked, v.ContactID)
		contact.AskedAt = p.now // the next one in this part sees it
		p.contacts[v.ContactID] = contact
	}
	return nil
}

// decide says whether a new invitation is planned. Whether the person may be asked at all is looked at when the mail is due; a link is given out at once.
func (p *plans) decide(o people.Occasion, r Rule, v survey.Invitation, contact survey.Contact) (Decision, string) {
	switch {
	case o.At.After(p.now.Add(MaxAhead)):
		return Cancelled, ReasonFuture
	case r.Plan.asked(o.At).Before(p.now.Add(-MaxLate)):
		return Cancelled, ReasonOld
	case !sampled(r, o):
		return SampledOut, ""
	case r.Plan.Channel != ByLink:
		return Scheduled, ""
	}
	anyTime := r.Plan
	anyTime.From, anyTime.Until, anyTime.Days = 0, 0, 0
	f := *p.f
	f.rules = map[int64]Rule{r.ID: {ID: r.ID, Active: true, Plan: anyTime}}
	got := f.decide(Case{Mail: Mail{Kind: AskMail}, Invitation: v, Contact: contact, Suppressed: p.suppressed[contact.ID]}, p.now)
	switch {
	case got.goes():
		return Sent, ReasonLink
	case got.decision == "":
		return Cancelled, got.reason
	}
	return got.decision, got.reason
}

// write stores all of it. An invitation that was there already is left alone.
func (p *plans) write(ctx context.Context) error {
	fresh, err := p.s.Store.PlanInvitations(ctx, p.invitations, p.hashes)
	if err != nil {
		return err
	}
	if len(fresh) < len(p.invitations) {
		p.keep(fresh)
	}
	if err := p.s.Store.AddEntries(ctx, p.entries); err != nil {
		return err
	}
	if err := p.s.Store.AddMails(ctx, p.mails); err != nil {
		return err
	}
	if err := p.s.Store.MarkAsked(ctx, p.asked, p.now); err != nil {
		return err
	}
	return p.s.Store.AddFunnel(ctx, p.given())
}

// given counts the links that are given out at once. Of the invitations, those that were not written have no line in the ledger.
func (p *plans) given() (deltas []survey.FunnelDelta) {
	out := make(map[survey.ID]bool, len(p.asked))
	for _, e := range p.entries {
		if e.Decision == Sent {
			out[e.InvitationID] = true
		}
	}
	for _, v := range p.invitations {
		if out[v.ID] {
			cell := survey.FunnelCell{SurveyID: v.SurveyID, Touchpoint: v.Touchpoint, Language: v.Language, Day: survey.DayOf(v.SentAt, p.f.zone)}
			deltas = append(deltas, survey.FunnelDelta{Cell: cell, Funnel: survey.Funnel{Sent: 1}})
		}
	}
	return deltas
}

// keep drops what belongs to invitations that were not written.
func (p *plans) keep(fresh []survey.ID) {
	is := make(map[survey.ID]bool, len(fresh))
	for _, id := range fresh {
		is[id] = true
	}
	var entries []Entry
	p.asked = nil
	for _, e := range p.entries {
		if !is[e.InvitationID] {
			continue
		}
		entries = append(entries, e)
		if e.Decision == Sent {
			p.asked = append(p.asked, e.ContactID)
		}
	}
	var mails []Mail
	for _, m := range p.mails {
		if is[m.InvitationID] {
			mails = append(mails, m)
		}
	}
	p.entries, p.mails = entries, mails
}

// asked is when the plan would ask about something that happened then, at any time of the day.
func (p Plan) asked(at time.Time) time.Time { return at.Add(time.Duration(p.DelayHours) * time.Hour) }

// Due is when the plan asks about something that happened then to a contact whose time zone has this name.
func (p Plan) Due(at time.Time, contactZone string, account *time.Location) time.Time {
	return p.Next(p.asked(at), p.Zone(contactZone, account))
}

// expiry is how many days the link works.
func (p Plan) expiry() int {
	if p.ExpiryDays <= 0 {
		return survey.InvitationDays
	}
	return p.ExpiryDays
}
