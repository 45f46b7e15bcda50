package telling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

// DigestLetter is all that a digest is written from.
type DigestLetter struct {
	Reader
	Period       reports.Period
	Week         *reports.Week // nil: there is no survey with answers
	Last         bool          // until something happens again
	Overdue      []followup.Listed
	OverdueCount int // up to MostCounted+1
	Definitions  map[int64]survey.Definition
	Touchpoints  []survey.Touchpoint
	Goals        []customers.Standing // those that run, the next deadlines first
	MoreGoals    bool                 // there are others
	Surveys      []survey.Survey      // whose scores goals are measured by
}

const (
	listedOverdue = 5
	listedGoals   = 10
	// MostCounted is how far overdue cases are counted.
	MostCounted = 1000
	// digestOld is for how long a digest that could not go out is of use.
	digestOld = 3 * 24 * time.Hour
)

// WeekReader reads the week of a digest.
type WeekReader interface {
	Week(ctx context.Context, monday survey.Day) (reports.Week, error) // reports.ErrNoSurvey
}

// CaseLister lists cases.
type CaseLister interface {
	ListCases(ctx context.Context, q followup.Query) (followup.Listing, error)
	CountCases(ctx context.Context, q followup.Query, most int) (int, error)
}

// GoalLister lists goals with how they stand.
type GoalLister interface {
	List(ctx context.Context, q customers.GoalQuery) (all []customers.Standing, more bool, err error)
}

// Digests writes digests. It implements asking.Kind.
type Digests struct {
	*Desk
	Weeks WeekReader
	Cases CaseLister
	Goals GoalLister
}

var _ asking.Kind = Digests{}

// Write implements asking.Kind.
func (d Digests) Write(ctx context.Context, m asking.Mail, _ survey.Contact) (asking.Message, error) {
	l, content, reason, err := d.begin(ctx, m)
	if err != nil || reason != "" {
		return asking.Message{}, err
	}
	l.Last, l.Period = content.Last, WeekBefore(content.Monday)
	switch week, err := d.Weeks.Week(ctx, l.Period.First); {
	case errors.Is(err, reports.ErrNoSurvey):
	case err != nil:
		return asking.Message{}, err
	case week.Answered:
		l.Week = &week
	}
	if err := d.overdue(ctx, &l); err != nil {
		return asking.Message{}, err
	}
	if l.Touchpoints, err = d.Store.Touchpoints(ctx); err != nil {
		return asking.Message{}, err
	}
	if l.Goals, l.MoreGoals, err = d.Goals.List(ctx, customers.GoalQuery{Running: true, Limit: listedGoals}); err != nil {
		return asking.Message{}, err
	}
	if l.Surveys, err = d.Store.Surveys(ctx); err != nil {
		return asking.Message{}, err
	}
	return d.Composer.Digest(ctx, l)
}

// begin reads for whom the digest is, or why nobody gets it.
func (d Digests) begin(ctx context.Context, m asking.Mail) (l DigestLetter, content DigestContent, reason string, err error) {
	if err := json.Unmarshal(m.Content, &content); err != nil {
		return l, content, "", fmt.Errorf("read what a digest is about: %w", err)
	}
	reader, ok, err := d.reader(ctx, m.ID, content.User, account.EditSurveys)
	switch {
	case err != nil:
		return l, content, "", err
	case !ok:
		return l, content, ReasonReader, nil
	case d.Now().Sub(m.CreatedAt) > digestOld:
		return l, content, ReasonLate, nil
	}
	l.Reader = reader
	return l, content, "", nil
}

func (d Digests) overdue(ctx context.Context, l *DigestLetter) error {
	q := followup.Query{Show: followup.Overdue, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, Now: l.Now, Limit: listedOverdue}
	list, err := d.Cases.ListCases(ctx, q)
	if err != nil {
		return err
	}
	l.Overdue, l.Definitions = list.Cases, map[int64]survey.Definition{}
	for _, c := range list.Cases {
		v, err := d.Store.Version(ctx, c.VersionID)
		if err := unlessGone(err); err != nil {
			return err
		}
		l.Definitions[c.VersionID] = v.Definition
	}
	l.OverdueCount, err = d.Cases.CountCases(ctx, q, MostCounted+1)
	return err
}

// Against implements asking.Kind.
func (d Digests) Against(ctx context.Context, c asking.Case) (string, error) {
	_, _, reason, err := d.begin(ctx, c.Mail)
	return reason, err
}

// Became implements asking.Kind: nothing depends on a digest.
func (Digests) Became(context.Context, asking.Mail) error { return nil }

// CameBack implements asking.Kind.
func (Digests) CameBack(context.Context, asking.Mail, asking.Report) error { return nil }
