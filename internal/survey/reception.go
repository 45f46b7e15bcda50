package survey

import (
	"context"
	"errors"
	"slices"
	"time"
)

// ReceptionStore is what a Reception reads and writes.
type ReceptionStore interface {
	ModerationStore
	Invitation(ctx context.Context, id ID) (Invitation, error) // ErrNotFound
	Survey(ctx context.Context, id int64) (Survey, error)
	Clicks(ctx context.Context, invitation ID) ([]Click, error)
	History(ctx context.Context, id ID) ([]Change, error) // newest first
	// NoteClick writes a click and what it changes of its invitation, with the funnel by days of zone. Of very many it writes none.
	NoteClick(ctx context.Context, zone *time.Location, c Click) error
	// SetMachine writes why whoever opened an invitation is taken for a program, with the funnel.
	SetMachine(ctx context.Context, zone *time.Location, id ID, why Reason) error
}

// Reception takes what is done with personal links: opening one is no answer, what programs give is held back, and the person who comes after them is welcome.
type Reception struct {
	store  ReceptionStore
	intake *Intake
	ids    *IDs
	now    func() time.Time
	zone   func() *time.Location
	warn   func(error)
}

// NewReception makes a reception over the store and the intake of answers, with the writer's ids. zone gives the account's time zone. warn is told what went wrong
// after an answer was stored: it stands, but who gave it was not looked at.
func NewReception(st ReceptionStore, in *Intake, ids *IDs, now func() time.Time, zone func() *time.Location, warn func(error)) *Reception {
	return &Reception{store: st, intake: in, ids: ids, now: now, zone: zone, warn: warn}
}

// Delivered is when the mail of an invitation was delivered, as far as the rules need to know; zero where the shop sends the link itself.
func (v Invitation) Delivered() time.Time {
	if v.RuleID == 0 || v.State == LinkState {
		return time.Time{}
	}
	return v.SentAt
}

// Opened notes that a link was opened, or what else is no answer, and looks again at what the link was given.
func (p *Reception) Opened(ctx context.Context, inv ID, c Click) error {
	c.ID, c.InvitationID, c.At = p.ids.Next(), inv, p.now()
	if err := p.store.NoteClick(ctx, p.zone(), c); err != nil {
		return err
	}
	return p.settle(ctx, inv)
}

// Giving is how an answer comes in.
type Giving struct {
	Click  Click // of a gesture or of a sending, with its rating, signs and visitor
	Rating bool  // only a rating was chosen: what else was given stays
	Touch  bool  // nothing was even chosen, the page was only touched: it changes nothing that a person has given
}

// Take stores what was given with an invitation's link, as Intake does. What a program seems to give is held back, and never changes what counts; what a person
// gives takes the place of what was held back or of what staff have counted, however old that is.
func (p *Reception) Take(ctx context.Context, inv Invitation, v Version, r Response, g Giving) (Response, Outcome, error) {
	if inv.State == TestState {
		// Staff look at their own survey: nobody is told from a program, and nothing is counted.
		r.ID, r.Channel, r.Status = inv.ID, ViaInvitation, Test
		return p.intake.take(ctx, v, r, g.Rating, manner{anew: noRevision})
	}
	g.Click.ID, g.Click.InvitationID, g.Click.At = p.ids.Next(), inv.ID, p.now()
	r.ID, r.Channel = inv.ID, ViaInvitation
	clicks, err := p.store.Clicks(ctx, inv.ID)
	if err != nil {
		return Response{}, Stored, err
	}
	stored, err := p.store.Response(ctx, inv.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Response{}, Stored, err
	}
	how := manner{click: &g.Click, anew: noRevision}
	given := err == nil
	program := Against(clicks, g.Click, inv.Delivered()) != 0
	if inv.State == TestState {
		r.Status, program = Test, false // staff may click on everything
	}
	switch {
	case program && given && stored.Status != Held:
		outcome := Locked
		if saysAgain(stored, r, g.Rating) {
			outcome = Same // sent twice it is the same answer, whoever does it
		}
		return stored, outcome, p.noted(ctx, g.Click)
	case program:
		how.held = true
	case given && (stored.Status == Held || staffOnly(clicks, inv.Delivered())):
		how.anew = stored.Revision
	case given && g.Touch:
		return stored, Same, p.noted(ctx, g.Click)
	}
	out, outcome, err := p.intake.take(ctx, v, r, g.Rating, how)
	if err != nil {
		return out, outcome, err
	}
	if outcome != Stored && outcome != Changed { // else it was written with the answer
		return out, outcome, p.noted(ctx, g.Click)
	}
	if err := p.settle(ctx, inv.ID); err != nil {
		p.warn(err)
	}
	return out, outcome, nil
}

// saysAgain tells whether giving r would leave a stored response as it is.
func saysAgain(stored, r Response, rating bool) bool {
	after := stored
	after.Answers = slices.Clone(stored.Answers)
	after.merge(r, rating)
	return equal(stored, after)
}

// noted writes the click of what changed no answer, as far as possible.
func (p *Reception) noted(ctx context.Context, c Click) error {
	if err := p.Opened(ctx, c.InvitationID, c); err != nil {
		p.warn(err)
	}
	return nil
}

// staffOnly tells whether staff said that an answer counts, and nothing that its person did.
func staffOnly(clicks []Click, sentAt time.Time) bool {
	if !slices.ContainsFunc(clicks, func(c Click) bool { return c.Kind == ClickRestore }) {
		return false
	}
	return !Judge(slices.DeleteFunc(slices.Clone(clicks), func(c Click) bool { return c.Kind == ClickRestore }), sentAt).Human
}
