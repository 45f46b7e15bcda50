package telling

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// Store is what a Teller reads and writes.
type Store interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Users(ctx context.Context) ([]account.User, error)
	CaseRules(ctx context.Context) (followup.Rules, error)
	Choices(ctx context.Context) (map[int64]Choice, error)
	// TakeNews reads the oldest lines that nobody was told of, and takes them out in the same transaction: no one else gets them.
	TakeNews(ctx context.Context, limit int) ([]News, error)
	AddAlerts(ctx context.Context, alerts []Alert) error
	// WaitingAlerts tells since when the oldest alert of each user has been waiting.
	WaitingAlerts(ctx context.Context) (map[int64]time.Time, error)
	// TakeAlerts takes all alerts of a user out, the oldest first.
	TakeAlerts(ctx context.Context, user int64) ([]Alert, error)
	// LateCases reads open cases without a reply of which less than this step was told: those of which a reminder is due (Reminded) or that are overdue (Escalated).
	LateCases(ctx context.Context, now time.Time, step Step, limit int) ([]followup.Case, error)
	// MarkLate notes a step; false when that is no news any more.
	MarkLate(ctx context.Context, id survey.ID, step Step) (bool, error)
	AddCaseEntries(ctx context.Context, entries []followup.Entry) error
	AddMails(ctx context.Context, mails []asking.Mail) error
	// MarkDigest notes that the digest of this Monday is due to a user; false when it was before.
	MarkDigest(ctx context.Context, user int64, monday survey.Day, emptyWeeks int64) (bool, error)
}

// Step is how far a case is on its way to being late.
type Step int

// The steps.
const (
	Reminded  Step = 1 // its owner, before it is due
	Escalated Step = 2 // its owner and the lead, when it is overdue
)

// Before is how long before it is due the owner of a case is reminded at most. Of a shorter wait it is a quarter.
const (
	Before   = 12 * time.Hour
	BeforeOf = 4
)

// Server tells whether mail can go out.
type Server interface {
	Ready(ctx context.Context) (bool, error)
}

// Teller makes mails to the staff of what happens. It may be cut off at any point: each thing is taken and passed on in one transaction.
type Teller struct {
	Store  Store
	Server Server
	Weeks  Weeks
	IDs    *survey.IDs
	Now    func() time.Time
	Zone   func() *time.Location // the account's
}

const (
	newsBatch = 200
	lateBatch = 200
	// MostLines is how many cases one mail tells of; of the rest it tells the number.
	MostLines = 30
)

// Tell makes all mails that are due now. Run it every minute, by one process of all. While no mail server is set up there is nobody to tell anything, and what
// happens then is never told later; cases that are late still are.
func (t *Teller) Tell(ctx context.Context) error {
	ready, err := t.Server.Ready(ctx)
	if err != nil {
		return err
	}
	if ready {
		if err := t.remind(ctx); err != nil {
			return fmt.Errorf("remind of late cases: %w", err)
		}
	}
	staff, err := t.staff(ctx)
	if err != nil {
		return err
	}
	if err := t.spread(ctx, staff, ready); err != nil {
		return fmt.Errorf("find out whom to tell of cases: %w", err)
	}
	if err := t.gather(ctx, staff, ready); err != nil {
		return fmt.Errorf("tell of cases: %w", err)
	}
	if !ready {
		return nil
	}
	if err := t.digests(ctx, staff); err != nil {
		return fmt.Errorf("make digests: %w", err)
	}
	return nil
}

func (t *Teller) staff(ctx context.Context) (s Staff, err error) {
	if s.Users, err = t.Store.Users(ctx); err != nil {
		return s, err
	}
	if s.Choices, err = t.Store.Choices(ctx); err != nil {
		return s, err
	}
	rules, err := t.Store.CaseRules(ctx)
	s.Lead = rules.Lead
	return s, err
}

// remind writes into the log which cases will soon be late or are; spread finds it there.
func (t *Teller) remind(ctx context.Context) error {
	for _, step := range []Step{Escalated, Reminded} {
		what := DueSoon
		if step == Escalated {
			what = Overdue
		}
		for {
			late, err := t.Store.LateCases(ctx, t.Now(), step, lateBatch)
			if err != nil {
				return err
			}
			if err := t.Store.InTx(ctx, func(ctx context.Context) error { return t.note(ctx, late, step, what) }); err != nil {
				return err
			}
			if len(late) < lateBatch {
				break
			}
		}
	}
	return nil
}

// note writes that a step was reached, in a transaction.
func (t *Teller) note(ctx context.Context, late []followup.Case, step Step, what What) error {
	var lines []followup.Entry
	for _, c := range late {
		news, err := t.Store.MarkLate(ctx, c.ID, step)
		if err != nil {
			return err
		}
		if news {
			lines = append(lines, followup.Entry{ID: t.IDs.Next(), CaseID: c.ID, At: t.Now(), Kind: followup.LogReminder, After: string(what)})
		}
	}
	return t.Store.AddCaseEntries(ctx, lines)
}

// spread makes alerts of the lines that nobody was told of.
func (t *Teller) spread(ctx context.Context, staff Staff, ready bool) error {
	for {
		n := 0
		err := t.Store.InTx(ctx, func(ctx context.Context) error {
			news, err := t.Store.TakeNews(ctx, newsBatch)
			if n = len(news); err != nil || !ready {
				return err
			}
			var all []Alert
			for _, one := range news {
				all = append(all, staff.Alerts(one)...)
			}
			return t.Store.AddAlerts(ctx, all)
		})
		if err != nil || n < newsBatch {
			return err
		}
	}
}

// gather makes one mail to each user of what waits for them, if it is time.
func (t *Teller) gather(ctx context.Context, staff Staff, ready bool) error {
	waiting, err := t.Store.WaitingAlerts(ctx)
	if err != nil {
		return err
	}
	for user, since := range waiting {
		pace := staff.Choice(user).Cases
		_, there := staff.user(user)
		there = there && ready && pace != Off
		if there && pace == Daily && !since.Before(t.morning()) {
			continue
		}
		err := t.Store.InTx(ctx, func(ctx context.Context) error {
			alerts, err := t.Store.TakeAlerts(ctx, user)
			if err != nil || !there || len(alerts) == 0 {
				return err
			}
			return t.mail(ctx, AlertMail, AlertContent{User: user, Pace: pace, Cases: group(alerts)}.cut())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// morning is the last time that daily mails were due.
func (t *Teller) morning() time.Time {
	zone := t.Zone()
	now := t.Now().In(zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), Morning, 0, 0, 0, zone)
	if at.After(now) {
		at = time.Date(now.Year(), now.Month(), now.Day()-1, Morning, 0, 0, 0, zone)
	}
	return at
}

// mail puts a mail among those that are due.
func (t *Teller) mail(ctx context.Context, kind string, content any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("write what a mail is about: %w", err)
	}
	now := t.Now()
	return t.Store.AddMails(ctx, []asking.Mail{{ID: t.IDs.Next(), Kind: kind, Content: text, State: asking.Due, DueAt: now, CreatedAt: now}})
}
