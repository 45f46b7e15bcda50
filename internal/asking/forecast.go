package asking

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// Bounds of a forecast.
const (
	forecastMails = 20_000 // that are looked at
	forecastLines = 50     // of each kind of decision
)

// ForecastStore is what a forecast reads.
type ForecastStore interface {
	FactStore
	DueMails(ctx context.Context, now, before time.Time, limit int) ([]Mail, error)
	InvitationsOf(ctx context.Context, ids []survey.ID) ([]survey.Invitation, error)
	Contacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error)
	SuppressionsOf(ctx context.Context, keys [][]byte) ([]people.Suppression, error)
}

// Forecast says what would be decided on a day if nothing happened until then but what is planned.
type Forecast struct {
	Day    survey.Day
	Groups []ForecastGroup // those who would be asked first, then reminders, then the others
	More   bool            // there are more mails than were looked at
	Paused bool            // nothing is sent now
}

// ForecastGroup holds those about whom the same would be decided for the same reason.
type ForecastGroup struct {
	Decision Decision // Sent, Reminded, or what speaks against it; "": it would wait for longer
	Reason   string
	Count    int
	Lines    []ForecastLine // the first of them
}

// ForecastLine is one person.
type ForecastLine struct {
	At         time.Time
	Invitation survey.Invitation
	Contact    survey.Contact
}

// Foresee says who would be asked tomorrow, by the account's calendar, and why the others not. It changes nothing.
func Foresee(ctx context.Context, st ForecastStore, addressKey []byte, now time.Time) (Forecast, error) {
	f, err := ReadFacts(ctx, st)
	if err != nil {
		return Forecast{}, err
	}
	day := survey.DayOf(now, f.zone) + 1
	w := forecaster{f: f, now: now, from: day.Start(f.zone), until: (day + 1).Start(f.zone), groups: map[group]*ForecastGroup{}, contacts: map[survey.ID]survey.Contact{}}
	mails, err := st.DueMails(ctx, now, w.until, forecastMails+1)
	if err != nil {
		return Forecast{}, err
	}
	out := Forecast{Day: day, Paused: f.pause != nil, More: len(mails) > forecastMails}
	for part := range slices.Chunk(mails[:min(len(mails), forecastMails)], 500) {
		if err := w.read(ctx, st, addressKey, part); err != nil {
			return out, err
		}
	}
	w.play()
	for _, g := range w.groups {
		out.Groups = append(out.Groups, *g)
	}
	slices.SortFunc(out.Groups, func(a, b ForecastGroup) int {
		return cmp.Or(cmp.Compare(rank(a.Decision), rank(b.Decision)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Decision, b.Decision), cmp.Compare(a.Reason, b.Reason))
	})
	return out, nil
}

func rank(d Decision) int {
	switch d {
	case Sent:
		return 0
	case Reminded:
		return 1
	}
	return 2
}

type group struct {
	decision Decision
	reason   string
}

// forecaster plays what is due until the end of a day.
type forecaster struct {
	f                *Facts
	now, from, until time.Time
	queue            queue
	contacts         map[survey.ID]survey.Contact // as they would be
	groups           map[group]*ForecastGroup
}

// read takes mails in with what is known about them.
func (w *forecaster) read(ctx context.Context, st ForecastStore, addressKey []byte, mails []Mail) error {
	var invited, asked []survey.ID
	for _, m := range mails {
		if m.InvitationID != 0 {
			invited, asked = append(invited, m.InvitationID), append(asked, m.ContactID)
		}
	}
	found, err := st.InvitationsOf(ctx, invited)
	if err != nil {
		return err
	}
	invitations := map[survey.ID]survey.Invitation{}
	for _, v := range found {
		invitations[v.ID] = v
	}
	contacts, err := st.Contacts(ctx, asked)
	if err != nil {
		return err
	}
	for _, c := range contacts {
		w.contacts[c.ID] = c
	}
	suppressed, err := suppressedOf(ctx, st, addressKey, contacts)
	if err != nil {
		return err
	}
	for _, m := range mails {
		if m.InvitationID != 0 {
			w.queue = append(w.queue, planned{m.DueAt, Case{Mail: m, Invitation: invitations[m.InvitationID], Suppressed: suppressed[m.ContactID]}})
		}
	}
	return nil
}

// play decides about one mail after the other, in the order of their times.
func (w *forecaster) play() {
	heap.Init(&w.queue)
	for len(w.queue) > 0 {
		next := heap.Pop(&w.queue).(planned)
		at, c := later(next.at, w.now), next.c
		c.Contact = w.contacts[c.Mail.ContactID]
		v := w.f.decide(c, at)
		switch {
		case !v.until.IsZero() && v.until.Before(w.until) && v.reason != ReasonPaused:
			heap.Push(&w.queue, planned{later(v.until, at.Add(time.Second)), c})
			continue
		case !v.until.IsZero():
			w.add(c, later(at, w.from), "", v.reason)
		case v.decision != "":
			w.add(c, at, v.decision, v.reason)
		case c.Mail.Kind == ReminderMail:
			w.add(c, at, Reminded, "")
		default:
			w.add(c, at, Sent, "")
			c.Contact.AskedAt = at
			w.contacts[c.Contact.ID] = c.Contact
		}
	}
}

// add counts a decision that falls on the day.
func (w *forecaster) add(c Case, at time.Time, d Decision, reason string) {
	if at.Before(w.from) || !at.Before(w.until) {
		return
	}
	k := group{d, reason}
	if w.groups[k] == nil {
		w.groups[k] = &ForecastGroup{Decision: d, Reason: reason}
	}
	g := w.groups[k]
	if g.Count++; len(g.Lines) < forecastLines {
		g.Lines = append(g.Lines, ForecastLine{at, c.Invitation, c.Contact})
	}
}

// planned is a mail with the time at which it is looked at.
type planned struct {
	at time.Time
	c  Case
}

// queue implements heap.Interface.
type queue []planned

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(q[i].at.Compare(q[j].at), cmp.Compare(q[i].c.Mail.ID, q[j].c.Mail.ID)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(planned)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
