package reports

import (
	"cmp"
	"context"
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// FindingKind says what a finding is about.
type FindingKind string

// The kinds of finding.
const (
	SincePeriod FindingKind = "period" // a touchpoint changed against the comparison period
	SinceEvent  FindingKind = "event"  // a touchpoint is another one since a dated event
	Lately      FindingKind = "lately" // a touchpoint changed in the last two weeks
	Apart       FindingKind = "apart"  // a touchpoint differs from the others
)

// Finding is something that is more than chance, for the sentences at the top.
type Finding struct {
	Kind       FindingKind
	Touchpoint int64
	Compared
	Event survey.Event // of SinceEvent
}

const (
	mostFindings = 2  // beside the headline's own change
	mostEvents   = 3  // the latest ones are looked at
	lateDays     = 14 // two ISO weeks, the running one included
)

// find reads the events, decides which changes are more than chance, and picks the findings. The headline and the other surveys are a few planned tests
// (Holm); touchpoints and languages are grids (Benjamini and Hochberg).
func (r *report) find(ctx context.Context) (err error) {
	if r.Events, err = r.store.Events(ctx, r.Filter.Period.First, r.Filter.Period.Last); err != nil {
		return err
	}
	planned := []*Compared{&r.Score}
	for i := range r.Others {
		planned = append(planned, &r.Others[i].Change)
	}
	judge(scoring.Holm, planned)
	var aspects, tongues []*Compared
	for i := range r.Aspects {
		aspects = append(aspects, &r.Aspects[i].Change)
	}
	for i := range r.Tongues {
		tongues = append(tongues, &r.Tongues[i].Change, &r.Tongues[i].Gap)
	}
	judge(scoring.Holm, aspects)
	judge(scoring.BenjaminiHochberg, tongues)
	return r.findParts(ctx)
}

// findParts tests the touchpoints: change, gap, the last two weeks, and before and after each of the latest events.
func (r *report) findParts(ctx context.Context) error {
	shifts := r.lately()
	for _, e := range r.Events[max(len(r.Events)-mostEvents, 0):] {
		found, err := r.sinceEvent(ctx, e)
		if err != nil {
			return err
		}
		shifts = append(shifts, found...)
	}
	var family []*Compared
	for i := range r.Parts {
		family = append(family, &r.Parts[i].Change, &r.Parts[i].Gap)
	}
	for i := range shifts {
		family = append(family, &shifts[i].Compared)
	}
	judge(scoring.BenjaminiHochberg, family)
	for _, p := range r.Parts {
		shifts = append(shifts, Finding{Kind: SincePeriod, Touchpoint: p.Touchpoint, Compared: p.Change}, Finding{Kind: Apart, Touchpoint: p.Touchpoint, Compared: p.Gap})
	}
	r.Findings = pick(shifts)
	return nil
}

// pick takes the clearest findings, one for a touchpoint. A change says more than a gap that may always have been there.
func pick(all []Finding) []Finding {
	all = slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return !f.Real })
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.P, b.P))
	})
	var picked []Finding
	for _, f := range all {
		if len(picked) < mostFindings && !slices.ContainsFunc(picked, func(g Finding) bool { return g.Touchpoint == f.Touchpoint }) {
			picked = append(picked, f)
		}
	}
	return picked
}

func rank(f Finding) int {
	if f.Kind == Apart {
		return 1
	}
	return 0
}

// lately compares the last two weeks of the period with what came before in it. It needs weekly sums and three weeks at least.
func (r *report) lately() []Finding {
	p := r.Filter.Period
	from := p.Last.Week() - lateDays + 7
	if r.weekly != Weekly || from <= p.First {
		return nil
	}
	return r.shifts(Lately, survey.Event{}, func(c survey.Cell) bool { return c.Day < from })
}

// sinceEvent compares the days from the event on with those before it.
func (r *report) sinceEvent(ctx context.Context, e survey.Event) ([]Finding, error) {
	p := r.Filter.Period
	if len(r.Parts) == 0 || e.Day <= p.First || e.Day > p.Last {
		return nil, nil
	}
	before, err := r.store.Sums(ctx, r.headlineSlice(Period{First: p.First, Last: e.Day - 1}, ByTouchpoint))
	if err != nil {
		return nil, err
	}
	found := make([]Finding, 0, len(r.Parts))
	for _, part := range r.Parts {
		own := func(c survey.Cell) bool { return c.Touchpoint == part.Touchpoint }
		found = append(found, r.shift(SinceEvent, e, part.Touchpoint, total(before, own)))
	}
	return found, nil
}

// shifts splits the period's sums of every touchpoint in two.
func (r *report) shifts(kind FindingKind, e survey.Event, early func(survey.Cell) bool) []Finding {
	found := make([]Finding, 0, len(r.Parts))
	for _, part := range r.Parts {
		before := total(r.parts, func(c survey.Cell) bool { return c.Touchpoint == part.Touchpoint && early(c) })
		found = append(found, r.shift(kind, e, part.Touchpoint, before))
	}
	return found
}

// shift compares the rest of a touchpoint's answers with the early ones.
func (r *report) shift(kind FindingKind, e survey.Event, touchpoint int64, before survey.Tally) Finding {
	after := total(r.parts, func(c survey.Cell) bool { return c.Touchpoint == touchpoint })
	after.Add(before, -1)
	return Finding{Kind: kind, Touchpoint: touchpoint, Event: e, Compared: compare(r.score(before), r.score(after))}
}
