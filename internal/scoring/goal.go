package scoring

import "math/big"

// GoalStatus says how a goal stands (metrics 4.15).
type GoalStatus string

// Statuses of goals.
const (
	GoalAchieved GoalStatus = "achieved"
	GoalMissed   GoalStatus = "missed"
	GoalOnTrack  GoalStatus = "on_track"
	GoalBehind   GoalStatus = "behind"
	GoalInvalid  GoalStatus = "invalid" // the baseline is the target: there is no way to go
	GoalNoData   GoalStatus = "no_data" // nothing has been measured
)

// GoalProgress is how much of a goal's way lies behind it, and how much of its time. Both are exact; 1 is all of it.
type GoalProgress struct {
	Progress *big.Rat // not clipped: below 0 is back from where it began, above 1 beyond the target; nil: invalid or no data
	Expected *big.Rat // of the time, clipped to 0..1
	Status   GoalStatus
}

// SmartProgress judges a goal on a day (metrics 4.15). The way goes from the baseline to the target, up or down; current nil is no data. Days are
// counted since 1970-01-01. A goal whose deadline is not after its start expects nothing before the deadline, and all of it from then on.
func SmartProgress(baseline, target, current *big.Rat, start, deadline, today int64) GoalProgress {
	g := GoalProgress{Expected: elapsed(start, deadline, today)}
	way := new(big.Rat).Sub(target, baseline)
	if way.Sign() == 0 {
		g.Status = GoalInvalid
		return g
	}
	if current == nil {
		g.Status = GoalNoData
		return g
	}
	g.Progress = new(big.Rat).Sub(current, baseline)
	g.Progress.Quo(g.Progress, way)
	switch {
	case g.Progress.Cmp(big.NewRat(1, 1)) >= 0:
		g.Status = GoalAchieved
	case today > deadline:
		g.Status = GoalMissed
	case g.Progress.Cmp(g.Expected) >= 0:
		g.Status = GoalOnTrack
	default:
		g.Status = GoalBehind
	}
	return g
}

// elapsed is the share of the days from start to deadline that are over today, from 0 to 1.
func elapsed(start, deadline, today int64) *big.Rat {
	switch {
	case today >= deadline:
		return big.NewRat(1, 1)
	case today <= start:
		return new(big.Rat)
	}
	return big.NewRat(today-start, deadline-start)
}
