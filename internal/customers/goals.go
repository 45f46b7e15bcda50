package customers

import (
	"context"
	"errors"
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// GoalQuery says which goals are listed: those that run by their deadlines, then those that are over, the last one first, then drafts.
type GoalQuery struct {
	Today    survey.Day
	Archived bool // those, and no others
	Running  bool // only published ones whose deadline is not over
	Offset   int
	Limit    int
}

// GoalStore keeps goals.
type GoalStore interface {
	Goals(ctx context.Context, q GoalQuery) ([]Goal, error)
	Goal(ctx context.Context, id int64) (Goal, error)                          // survey.ErrNotFound
	CreateGoal(ctx context.Context, g *Goal) error                             // sets ID and Revision
	UpdateGoal(ctx context.Context, g *Goal) error                             // raises Revision; survey.ErrStale
	GoalValues(ctx context.Context, goal int64, most int) ([]GoalValue, error) // the last days first
	AddGoalValue(ctx context.Context, v *GoalValue) error                      // sets ID
	Survey(ctx context.Context, id int64) (survey.Survey, error)               // survey.ErrNotFound
}

// Goals are what managers want to reach.
type Goals struct {
	Store   GoalStore
	Scores  GoalScores
	Metrics GoalMetrics // nil: no metric is offered
	Now     func() time.Time
	Zone    func() *time.Location
}

// ErrNotByHand says that a goal takes no values: it is a draft, it is archived, or it is measured by itself.
var ErrNotByHand = errors.New("the goal takes no values by hand")

// Today is the day it is now for the account.
func (s *Goals) Today() survey.Day { return survey.DayOf(s.Now(), s.Zone()) }

// List reads a page of goals with how they stand; more tells whether there are others after them.
func (s *Goals) List(ctx context.Context, q GoalQuery) (all []Standing, more bool, err error) {
	q.Today = s.Today()
	q.Limit++
	goals, err := s.Store.Goals(ctx, q)
	if err != nil {
		return nil, false, err
	}
	if more = len(goals) == q.Limit; more {
		goals = goals[:q.Limit-1]
	}
	for _, g := range goals {
		one, err := s.Stand(ctx, g)
		if err != nil {
			return nil, false, err
		}
		all = append(all, one)
	}
	return all, more, nil
}

// Save tidies and keeps a goal, a new one where it has no ID. It returns survey.Problems, survey.ErrStale when somebody else was faster, and ErrGoalThere for a new one
// that was made a moment ago, whose ID it sets.
func (s *Goals) Save(ctx context.Context, g *Goal) error {
	g.Tidy()
	problems := g.Check()
	if g.Measure.By == MeasuredByMetric && s.Metrics == nil {
		problems = append(problems, survey.Problem{Field: "measure", Key: "goals.error.measure"})
	}
	if g.Measure.By == MeasuredByScore {
		switch _, err := s.Store.Survey(ctx, g.Measure.SurveyID); {
		case errors.Is(err, survey.ErrNotFound):
			problems = append(problems, survey.Problem{Field: "measure", Key: "goals.error.measure"})
		case err != nil:
			return err
		}
	}
	if len(problems) > 0 {
		return problems
	}
	g.ChangedAt = s.Now()
	if g.ID == 0 {
		g.CreatedAt = g.ChangedAt
		there, err := s.twice(ctx, *g)
		if err != nil {
			return err
		}
		if g.ID = there; there != 0 {
			return ErrGoalThere
		}
		return s.Store.CreateGoal(ctx, g)
	}
	return s.Store.UpdateGoal(ctx, g)
}

// Archive puts a goal away, or brings it back. It returns survey.ErrStale when somebody else was faster.
func (s *Goals) Archive(ctx context.Context, g Goal, away bool) error {
	g.ChangedAt, g.ArchivedAt = s.Now(), time.Time{}
	if away {
		g.ArchivedAt = g.ChangedAt
	}
	return s.Store.UpdateGoal(ctx, &g)
}

// Write adds a value of a day that somebody measured. It returns survey.Problems for a day outside of the goal's time or a value that can't be, and ErrNotByHand.
func (s *Goals) Write(ctx context.Context, g Goal, day survey.Day, value *big.Rat, by int64) error {
	if !g.ByHand() {
		return ErrNotByHand
	}
	var problems survey.Problems
	if !g.fits(value) || g.Kind.Whole() && !(value.Sign() == 0 || value.Cmp(big.NewRat(1, 1)) == 0) {
		problems = append(problems, survey.Problem{Field: "value", Key: "goals.error.size"})
	}
	switch today := s.Today(); {
	case day < g.Start:
		problems = append(problems, survey.Problem{Field: "day", Key: "goals.error.before_start"})
	case day > today:
		problems = append(problems, survey.Problem{Field: "day", Key: "goals.error.future"})
	case day > g.Deadline:
		problems = append(problems, survey.Problem{Field: "day", Key: "goals.error.after_deadline"})
	}
	if len(problems) > 0 {
		return problems
	}
	return s.Store.AddGoalValue(ctx, &GoalValue{GoalID: g.ID, Day: day, Value: value, By: by, At: s.Now()})
}

// ByHand tells whether the goal takes values that somebody writes down.
func (g Goal) ByHand() bool {
	return g.Published && g.ArchivedAt.IsZero() && g.Measure.By == MeasuredByHand
}
