package customers

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// ErrGoalThere says that the goal was made a moment ago: somebody pressed the button twice.
var ErrGoalThere = errors.New("the goal is there already")

const (
	pressedTwice = time.Minute // a goal told again within it is the same one
	mostGoals    = 1000        // that are looked at
)

// twice finds a goal that tells the same as the new one and was made a moment ago: its ID, 0 where there is none.
func (s *Goals) twice(ctx context.Context, g Goal) (int64, error) {
	all, err := s.Store.Goals(ctx, GoalQuery{Today: s.Today(), Limit: mostGoals})
	if err != nil {
		return 0, fmt.Errorf("look for the same goal: %w", err)
	}
	for _, old := range all {
		if g.ChangedAt.Sub(old.CreatedAt) < pressedTwice && tells(old) == tells(g) {
			return old.ID, nil
		}
	}
	return 0, nil
}

// told is all that a person tells of a goal.
type told struct {
	published                            bool
	specific, unit, achievable, relevant string
	kind                                 GoalKind
	measure                              Measure
	baseline, target                     string
	start, deadline                      int64
}

func tells(g Goal) told {
	text := func(r *big.Rat) string {
		if r == nil {
			return ""
		}
		return r.RatString()
	}
	return told{
		g.Published, g.Specific, g.Unit, g.Achievable, g.Relevant, g.Kind, g.Measure, text(g.Baseline), text(g.Target), int64(g.Start), int64(g.Deadline),
	}
}
