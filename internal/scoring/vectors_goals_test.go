package scoring_test

import (
	"encoding/json"
	"math/big"
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
)

func goalsVector(v vector) map[string]any {
	input := in[struct {
		Baseline, Target, Current json.Number
		Start, Deadline, Today    string
	}](v)
	exact := func(n json.Number) *big.Rat {
		r, ok := new(big.Rat).SetString(n.String())
		if !ok {
			v.t.Fatalf("%q is no number", n)
		}
		return r
	}
	day := func(s string) int64 { return mustDate(v.t, s).Unix() / 86400 }
	g := scoring.SmartProgress(exact(input.Baseline), exact(input.Target), exact(input.Current), day(input.Start), day(input.Deadline), day(input.Today))
	return map[string]any{"progress": orNull(g.Progress, g.Progress != nil), "expected_progress": g.Expected, "status": string(g.Status)}
}

// TestGoalsAtTheEdges holds what no vector has: the days around the deadline, the way back, and a goal without time.
func TestGoalsAtTheEdges(t *testing.T) {
	rat := func(n int64) *big.Rat { return big.NewRat(n, 1) }
	for name, c := range map[string]struct {
		current                *big.Rat
		start, deadline, today int64
		progress, expected     string
		status                 scoring.GoalStatus
	}{
		"on the deadline":        {rat(9), 100, 110, 110, "9/10", "1", scoring.GoalBehind},
		"a day after it":         {rat(9), 100, 110, 111, "9/10", "1", scoring.GoalMissed},
		"after it, achieved":     {rat(10), 100, 110, 200, "1", "1", scoring.GoalAchieved},
		"before the start":       {rat(0), 100, 110, 90, "0", "0", scoring.GoalOnTrack},
		"back from the baseline": {rat(-5), 100, 110, 100, "-1/2", "0", scoring.GoalBehind},
		"no time, before":        {rat(0), 100, 100, 99, "0", "0", scoring.GoalOnTrack},
		"no time, on the day":    {rat(0), 100, 100, 100, "0", "1", scoring.GoalBehind},
		"no data":                {nil, 100, 110, 200, "", "1", scoring.GoalNoData},
	} {
		g := scoring.SmartProgress(rat(0), rat(10), c.current, c.start, c.deadline, c.today)
		progress := ""
		if g.Progress != nil {
			progress = g.Progress.RatString()
		}
		if progress != c.progress || g.Expected.RatString() != c.expected || g.Status != c.status {
			t.Errorf("%s: %s of the way, %s of the time, %s; want %s, %s, %s", name, progress, g.Expected.RatString(), g.Status, c.progress, c.expected, c.status)
		}
	}
}
