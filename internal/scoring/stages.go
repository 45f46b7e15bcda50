package scoring

import (
	"cmp"
	"slices"
	"time"
)

// Pipeline tallies how long opportunities stayed in the stages of a pipeline (metrics 4.12). Coming back to a stage is another stay.
type Pipeline struct {
	Period Period
	stages map[string]*stageTally
}

type stageTally struct {
	position                int64
	waits                   []time.Duration
	open, entered, advanced int64
}

// Stage is what Pipeline found of one stage.
type Stage struct {
	Name     string
	Position int64
	Stays    Waits // those that ended in the period
	Open     int64 // still there when the period ends: the longer ones, which are missing in Stays
	Entered  int64 // stays that began in the period
	Advanced int64 // stays that ended in the period with a move to a later stage, or with the opportunity won
}

// Add takes all stays of one opportunity by the time they began, and whether the opportunity was won.
func (p *Pipeline) Add(stays []Stay, won bool) {
	if p.stages == nil {
		p.stages = map[string]*stageTally{}
	}
	for i, s := range stays {
		t := p.stage(s)
		if p.Period.Contains(s.Entered) {
			t.entered++
		}
		if s.Entered.Before(p.Period.To) && (s.Left.IsZero() || !s.Left.Before(p.Period.To)) {
			t.open++
		}
		if s.Left.IsZero() || !p.Period.Contains(s.Left) {
			continue
		}
		t.waits = append(t.waits, s.Left.Sub(s.Entered))
		last := i == len(stays)-1
		if last && won || !last && stays[i+1].Position > s.Position {
			t.advanced++
		}
	}
}

// stage finds the tally of the stay's stage. A stage that the feed gives two places has the first of them.
func (p *Pipeline) stage(s Stay) *stageTally {
	t := p.stages[s.Stage]
	if t == nil {
		t = &stageTally{position: s.Position}
		p.stages[s.Stage] = t
	}
	t.position = min(t.position, s.Position)
	return t
}

// Stages lists every stage that any stay was in, in the order of the pipeline.
func (p *Pipeline) Stages() []Stage {
	list := make([]Stage, 0, len(p.stages))
	for name, t := range p.stages {
		list = append(list, Stage{Name: name, Position: t.position, Stays: WaitsOf(t.waits), Open: t.open, Entered: t.entered, Advanced: t.advanced})
	}
	slices.SortFunc(list, func(a, b Stage) int { return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Name, b.Name)) })
	return list
}

// All sums up the stays of all stages that ended in the period.
func (p *Pipeline) All() Waits {
	var all []time.Duration
	for _, t := range p.stages {
		all = append(all, t.waits...)
	}
	return WaitsOf(all)
}
