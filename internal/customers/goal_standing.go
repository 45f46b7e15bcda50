package customers

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// GoalScoreDays is how many days of answers make the score that a goal is measured by.
const GoalScoreDays = 90

// GoalScores computes the score of a survey over a run of days, both included. Without answers the score is not Defined; survey.ErrNotFound for a survey that does not
// exist.
type GoalScores interface {
	ScoreBetween(ctx context.Context, surveyID, touchpoint int64, first, last survey.Day) (scoring.Score, error)
}

// GoalMetrics reads the newest figure of Measure's metric, variant and currency, made of records up to the end of a day: today, or the deadline of a goal that is
// over. Of a metric that sums up it is the sum since the goal's first day. A nil value is no data. asOf is when the figure was made.
type GoalMetrics interface {
	Current(ctx context.Context, m Measure, first, until survey.Day) (value *big.Rat, asOf time.Time, err error)
}

// Reading is the value that a goal stands at.
type Reading struct {
	Value *big.Rat       // nil: no data
	Score *scoring.Score // that it is the value of, with its interval and n
	Day   survey.Day     // by hand: of the value; 0: nobody has written one down, and it stands where it began
	AsOf  time.Time      // of a metric
}

// Standing is a goal with how it stands on a day.
type Standing struct {
	Goal
	Reading Reading
	scoring.GoalProgress
	Elapsed  *big.Rat // of the time, clipped to 0..1
	DaysLeft int64    // to the deadline; below 0: it is over
}

// standing judges a published goal. A target that can only be reached as a whole is expected at the deadline, and no part of it before.
func (g Goal) standing(r Reading, today survey.Day) Standing {
	s := Standing{Goal: g, Reading: r, DaysLeft: int64(g.Deadline - today)}
	s.GoalProgress = scoring.SmartProgress(g.Baseline, g.Target, r.Value, int64(g.Start), int64(g.Deadline), int64(today))
	s.Elapsed = s.Expected
	if g.Kind.Whole() {
		s.GoalProgress = scoring.SmartProgress(g.Baseline, g.Target, r.Value, int64(g.Deadline), int64(g.Deadline), int64(today))
	}
	return s
}

// Stand reads the value of a goal and judges it; a draft has neither.
func (s *Goals) Stand(ctx context.Context, g Goal) (Standing, error) {
	if !g.Published {
		return Standing{Goal: g}, nil
	}
	today := s.Today()
	r, err := s.read(ctx, g, min(today, g.Deadline))
	if err != nil {
		return Standing{}, fmt.Errorf("read the value of goal %d: %w", g.ID, err)
	}
	return g.standing(r, today), nil
}

// read finds the value as it is at the end of a day. After the deadline it is the one of the deadline: what happens later does not count.
func (s *Goals) read(ctx context.Context, g Goal, until survey.Day) (Reading, error) {
	switch g.Measure.By {
	case MeasuredByScore:
		score, err := s.Scores.ScoreBetween(ctx, g.Measure.SurveyID, g.Measure.Touchpoint, until-GoalScoreDays+1, until)
		return Reading{Value: score.Exact.Rat(), Score: &score}, err
	case MeasuredByMetric:
		if s.Metrics == nil {
			return Reading{}, nil
		}
		value, asOf, err := s.Metrics.Current(ctx, g.Measure, g.Start, until)
		return Reading{Value: value, AsOf: asOf}, err
	case MeasuredByHand:
	}
	if g.Latest == nil {
		return Reading{Value: g.Baseline}, nil
	}
	return Reading{Value: g.Latest.Value, Day: g.Latest.Day}, nil
}
