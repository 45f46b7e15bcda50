package reports

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Store is what reports read.
type Store interface {
	CareStore
	HelpStore
	SaidStore
	Surveys(ctx context.Context) ([]survey.Survey, error)
	Survey(ctx context.Context, id int64) (survey.Survey, error) // survey.ErrNotFound
	Versions(ctx context.Context, surveyID int64) ([]survey.Version, error)
	AllVersions(ctx context.Context) ([]survey.Version, error) // of every survey, newest first
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	Events(ctx context.Context, first, last survey.Day) ([]survey.Event, error)

	// Sums adds up rollup rows, in the order of their cells.
	Sums(ctx context.Context, in Slice) ([]Sum, error)
	// Funnel adds up cohorts of invitations, in the order of their cells.
	Funnel(ctx context.Context, in FunnelSlice) ([]survey.FunnelDelta, error)
	// AnswerDays gives the first and the last day with answers to a question of a version; false when there are none.
	AnswerDays(ctx context.Context, versionID int64, question int) (Period, bool, error)
	// EachKnown gives the answers that count of customers who are known, each customer's together.
	EachKnown(ctx context.Context, do func(Known) error) error
	// SetRepeats replaces all that SetRepeats wrote before.
	SetRepeats(ctx context.Context, all []Repeats) error
	// Repeats reads what is known of a period, or of one like it that ended the day before; zero: nothing.
	Repeats(ctx context.Context, versionID int64, p Period) (Repeats, error)
	// Comments reads comments, newest first.
	Comments(ctx context.Context, in CommentQuery) (Page, error)
	// CountComments counts comments up to most.
	CountComments(ctx context.Context, in CommentQuery, most int) (int, error)
	// Responses reads responses in the order of their ids, the greatest first.
	Responses(ctx context.Context, in ResponseQuery) (Page, error)
}

// Service answers what staff ask about the answers.
type Service struct {
	store Store
	now   func() time.Time
	zone  func() *time.Location
}

// New makes a service. zone gives the account's time zone, which decides what day it is.
func New(st Store, now func() time.Time, zone func() *time.Location) *Service {
	return &Service{store: st, now: now, zone: zone}
}

// Today is the day it is now in the account's zone.
func (s *Service) Today() survey.Day { return survey.DayOf(s.now(), s.zone()) }
