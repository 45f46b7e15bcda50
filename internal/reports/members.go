package reports

import (
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
)

// veil hides what fewer than five customers of a segment said: one who knows who is in it would know what each of them said. It looks at what the steps have
// computed so far.
func (r *report) veil() {
	if r.Filter.Of == (Members{}) {
		return
	}
	if few(r.Score.To) {
		r.Dashboard = Dashboard{Filter: r.Filter, Before: r.Before, Survey: r.Survey, Version: r.Version, Headline: r.Headline, Answered: r.Answered, TooFew: true}
		return
	}
	r.Score = unveiled(r.Score)
	r.Older = slices.DeleteFunc(r.Older, func(s Segment) bool { return few(s.Score) })
	r.Aspects = slices.DeleteFunc(r.Aspects, func(a Aspect) bool { return few(a.Change.To) })
	for i := range r.Aspects {
		r.Aspects[i].Change = unveiled(r.Aspects[i].Change)
	}
	r.Choices = slices.DeleteFunc(r.Choices, func(c Choice) bool { return c.N < scoring.HideBelow })
	r.Others = slices.DeleteFunc(r.Others, func(o Other) bool { return few(o.Change.To) })
	for i := range r.Others {
		r.Others[i].Change = unveiled(r.Others[i].Change)
		veilPoints(r.Others[i].Points)
	}
	r.Parts, r.Tongues, r.Findings = veilParts(r.Parts), veilParts(r.Tongues), nil // what stands out may stand out by one person
	if len(r.Parts) == 0 {
		r.Mix = scoring.Mix{}
	}
	veilPoints(r.Trend.Points)
	r.Trend.Rows = slices.DeleteFunc(r.Trend.Rows, func(p Point) bool { return few(p.Score) })
	for i, s := range r.Trend.Before {
		if few(s) {
			r.Trend.Before[i] = scoring.Score{Scheme: s.Scheme}
		}
	}
}

func few(s scoring.Score) bool { return s.N < scoring.HideBelow }

// unveiled is a comparison without what too few have said.
func unveiled(c Compared) Compared {
	if few(c.From) && c.From.N > 0 {
		return compare(scoring.Score{Scheme: c.To.Scheme}, c.To)
	}
	return c
}

func veilPoints(points []Point) {
	for i, p := range points {
		if few(p.Score) {
			points[i].Score = scoring.Score{Scheme: p.Score.Scheme}
		}
	}
}

// veilParts drops a breakdown of which one part is too small: it would be what is left of the whole without the others.
func veilParts(parts []Part) []Part {
	if slices.ContainsFunc(parts, func(p Part) bool { return few(p.Score()) }) {
		return nil
	}
	for i := range parts {
		parts[i].Change, parts[i].Gap = unveiled(parts[i].Change), unveiled(parts[i].Gap)
		veilPoints(parts[i].Points)
	}
	return parts
}
