package asking

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// CallKind is the kind of the occasions that a call leaves with everybody it asks.
const CallKind = "segment"

// Call asks chosen customers about a survey, once and by mail. No rule starts it, but what holds for all mails holds for its mails too: the throttle, suppressed
// addresses, consent that was refused.
type Call struct {
	SurveyID int64
	Key      string // names the call: one that is made twice asks nobody twice
	Contacts []survey.ID
}

// CallStore is what a Caller reads and writes.
type CallStore interface {
	ScheduleStore
	// PlannedFor tells which of the contacts wait for an invitation to a survey that is planned.
	PlannedFor(ctx context.Context, surveyID int64, contacts []survey.ID) ([]survey.ID, error)
	// AddOccasions writes occasions and gives their ids, or those of the same ones that were there.
	AddOccasions(ctx context.Context, occasions []people.Occasion) ([]survey.ID, error)
}

// Caller makes calls.
type Caller struct {
	Store     CallStore
	Scheduler *Scheduler
}

// callChunk is how many people are asked in one transaction, so that no answer waits for long.
const callChunk = 500

// callPlan is when the mails of a call go: as a new rule has it, but at the next moment that it allows.
func callPlan() Plan {
	p := NewPlan()
	p.DelayHours, p.ReminderDays = 0, 0
	return p
}

// Ask plans the mails of a call, to those whom Weigh counts as asked, and says how many. Whether each person may be asked is looked at once more when the mail is
// due, as always; the ledger tells.
func (c *Caller) Ask(ctx context.Context, call Call) (planned int, err error) {
	s := c.Scheduler
	for part := range slices.Chunk(call.Contacts, callChunk) {
		err := c.Store.InTx(ctx, func(ctx context.Context) error {
			f, err := ReadFacts(ctx, c.Store)
			if err != nil {
				return err
			}
			found, err := c.Store.LockContacts(ctx, part) // two calls at once must not both find nothing planned
			if err != nil {
				return err
			}
			p := plans{s: s, f: f, now: s.Now().Truncate(time.Millisecond), contacts: byID(found)}
			asked, _, err := c.sift(ctx, f, call.SurveyID, found, p.now)
			if err != nil {
				return err
			}
			fresh, err := c.occasions(ctx, call, p.now, asked)
			if err != nil {
				return err
			}
			for _, o := range fresh {
				if err := p.add(o, Rule{SurveyID: call.SurveyID, Active: true, Plan: callPlan()}); err != nil {
					return err
				}
			}
			planned += len(p.mails)
			return p.write(ctx)
		})
		if err != nil {
			return planned, fmt.Errorf("ask chosen customers: %w", err)
		}
	}
	return planned, nil
}

// occasions writes what a call leaves with people, and gives those that were not there.
func (c *Caller) occasions(ctx context.Context, call Call, now time.Time, found []survey.Contact) (fresh []people.Occasion, err error) {
	all := make([]people.Occasion, 0, len(found))
	for _, contact := range found {
		all = append(all, people.Occasion{
			ID: c.Scheduler.IDs.Next(), Kind: CallKind, ExternalID: call.Key + "-" + contact.ID.String(), ContactID: contact.ID, At: now, CreatedAt: now,
		})
	}
	ids, err := c.Store.AddOccasions(ctx, all)
	if err != nil {
		return nil, err
	}
	for i, o := range all {
		if ids[i] == o.ID {
			fresh = append(fresh, o)
		}
	}
	return fresh, nil
}

// Against is how many people would not be asked, and why.
type Against struct {
	Decision Decision
	Reason   string
	Count    int
}

// Weighed is what would become of a call if its mails were due now.
type Weighed struct {
	Asked   int
	Against []Against // the most first
}

// sift parts those whom a mail about the survey would reach if it were due now, or when the survey opens, from those whom it would not: against counts them.
func (c *Caller) sift(ctx context.Context, f *Facts, surveyID int64, found []survey.Contact, now time.Time) (asked []survey.Contact, against map[group]int, err error) {
	suppressed, err := suppressedOf(ctx, c.Store, c.Scheduler.AddressKey, found)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]survey.ID, 0, len(found))
	for _, contact := range found {
		ids = append(ids, contact.ID)
	}
	planned, err := c.Store.PlannedFor(ctx, surveyID, ids)
	if err != nil {
		return nil, nil, err
	}
	against = map[group]int{}
	for _, contact := range found {
		v := survey.Invitation{ID: 1, SurveyID: surveyID, Touchpoint: f.surveys[surveyID].Settings.Touchpoint, ExpiresAt: now.Add(time.Hour)}
		got := f.decide(Case{Mail: Mail{Kind: AskMail}, Invitation: v, Contact: contact, Suppressed: suppressed[contact.ID]}, now)
		switch {
		case got.decision != "":
			against[group{got.decision, got.reason}]++
		case slices.Contains(planned, contact.ID):
			against[group{Scheduled, ReasonPlanned}]++
		default: // it goes, or waits for the survey to open
			asked = append(asked, contact)
		}
	}
	return asked, against, nil
}

// Weigh says how many of the people a call would ask. It changes nothing.
func (c *Caller) Weigh(ctx context.Context, surveyID int64, contacts []survey.ID) (w Weighed, err error) {
	f, err := ReadFacts(ctx, c.Store)
	if err != nil {
		return w, err
	}
	now, counts := c.Scheduler.Now(), map[group]int{}
	for part := range slices.Chunk(contacts, callChunk) {
		found, err := c.Store.Contacts(ctx, part)
		if err != nil {
			return w, err
		}
		asked, against, err := c.sift(ctx, f, surveyID, found, now)
		if err != nil {
			return w, err
		}
		w.Asked += len(asked)
		for g, n := range against {
			counts[g] += n
		}
	}
	for g, n := range counts {
		w.Against = append(w.Against, Against{g.decision, g.reason, n})
	}
	slices.SortFunc(w.Against, func(a, b Against) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(string(a.Decision)+a.Reason, string(b.Decision)+b.Reason))
	})
	return w, nil
}
