package customers

import (
	"context"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// closing is a close rate with everybody's own.
type closing struct {
	scoring.Closing
	agents map[string]*[2]int64 // won, leads
}

func (c *closing) add(o scoring.Opportunity) {
	lead, won := c.Take(o)
	if !lead {
		return
	}
	own := c.agents[o.Agent]
	if own == nil {
		own = new([2]int64)
		c.agents[o.Agent] = own
	}
	own[1]++
	if won {
		own[0]++
	}
}

// closeRate is the share of leads that were won (metrics 4.11).
func closeRate(ctx context.Context, src Source, r Request) ([]Figure, error) {
	all := tallies(r.Periods, func(p scoring.Period) *closing {
		return &closing{scoring.Closing{Period: p, Mode: scoring.CloseMode(r.Variant), AsOf: r.AsOf}, map[string]*[2]int64{}}
	})
	err := src.EachOpportunity(ctx, r.Currency, func(o scoring.Opportunity) error {
		for _, t := range all {
			t.add(o)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, t := range all {
		f := share(t.Won, t.Leads, count("won", t.Won), count("leads", t.Leads))
		for _, agent := range slices.Sorted(maps.Keys(t.agents)) {
			won, leads := t.agents[agent][0], t.agents[agent][1]
			f.Groups = append(f.Groups, Group{agent, []Input{count("won", won), count("leads", leads), {"rate", scoring.PercentOf(won, leads), Percent}}})
		}
		f.warnOf(Undated, "undated", t.Undated)
		figures[i] = f
	}
	return figures, nil
}

// stageLength is how long opportunities stay in the stages of the pipeline, and how many go on (metrics 4.12).
func stageLength(ctx context.Context, src Source, r Request) ([]Figure, error) {
	won := map[int64]struct{}{}
	err := src.EachOpportunity(ctx, "", func(o scoring.Opportunity) error { // stays are of no currency
		if o.Outcome == scoring.Won {
			won[o.ID] = struct{}{}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := tallies(r.Periods, func(p scoring.Period) *scoring.Pipeline { return &scoring.Pipeline{Period: p} })
	err = eachPath(ctx, src, func(stays []scoring.Stay) {
		_, last := won[stays[0].Opportunity]
		for _, t := range all {
			t.Add(stays, last)
		}
	})
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(all))
	for i, t := range all {
		figures[i] = stagesFigure(t, r.Variant)
	}
	return figures, nil
}

// eachPath streams all stays of one opportunity after another.
func eachPath(ctx context.Context, src Source, do func([]scoring.Stay)) error {
	var path []scoring.Stay
	err := src.EachStay(ctx, func(s scoring.Stay) error {
		if len(path) > 0 && path[0].Opportunity != s.Opportunity {
			do(path)
			path = path[:0]
		}
		path = append(path, s)
		return nil
	})
	if err == nil && len(path) > 0 {
		do(path)
	}
	return err
}

func stagesFigure(p *scoring.Pipeline, variant string) (f Figure) {
	open := int64(0)
	for _, s := range p.Stages() {
		open += s.Open
		f.Groups = append(f.Groups, Group{s.Name, append(waitInputs(s.Stays), count("open", s.Open), count("entered", s.Entered), count("advanced", s.Advanced),
			Input{"conversion", scoring.PercentOf(s.Advanced, s.Entered), Percent})})
	}
	w := p.All()
	f.waits(w, variant)
	f.Inputs = append(waitInputs(w), count("open", open))
	return f
}

// waitInputs shows waits in hours.
func waitInputs(w scoring.Waits) []Input {
	return []Input{count("n", w.N), {"mean", w.Mean.Rat(), Hours}, {"median", w.Median.Rat(), Hours}}
}

// waits takes the variant's way to sum waits up, in hours.
func (f *Figure) waits(w scoring.Waits, variant string) {
	v := w.Mean
	switch variant {
	case Median:
		v = w.Median
	case P90:
		v = w.P90
	}
	f.Value, f.Num, f.Den, f.N = v.Rat(), v.Num, v.Den, w.N
}

// salesCycle is how long it took to win the opportunities won in the period, from their creation, in days of 24 hours (metrics 4.12).
func salesCycle(ctx context.Context, src Source, r Request) ([]Figure, error) {
	waits, undated := make([][]time.Duration, len(r.Periods)), make([]int64, len(r.Periods))
	err := src.EachOpportunity(ctx, r.Currency, func(o scoring.Opportunity) error {
		for i, p := range r.Periods {
			switch {
			case o.Outcome != scoring.Won || o.Closed.IsZero() || !p.Contains(o.Closed):
			case o.Created.IsZero():
				undated[i]++
			default:
				waits[i] = append(waits[i], o.Closed.Sub(o.Created))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	figures := make([]Figure, len(r.Periods))
	for i := range figures {
		f, w := &figures[i], scoring.WaitsOf(waits[i])
		f.waits(w, r.Variant)
		f.Den *= 24
		f.Value = inDays(f.Value)
		f.Inputs = []Input{count("n", w.N), {"mean", inDays(w.Mean.Rat()), Days}, {"median", inDays(w.Median.Rat()), Days}}
		f.warnOf(Undated, "undated", undated[i])
	}
	return figures, nil
}

// inDays turns hours into days.
func inDays(hours *big.Rat) *big.Rat {
	if hours == nil {
		return nil
	}
	return new(big.Rat).Quo(hours, big.NewRat(24, 1))
}
