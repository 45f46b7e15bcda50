package reports

import (
	"context"
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Part is the score of one touchpoint or one language beside the others.
type Part struct {
	Touchpoint int64    // of a touchpoint's part
	Language   string   // of a language's part
	Change     Compared // against the comparison period; To is the part's score
	Gap        Compared // From is the rest, To the part
	Points     []Point  // of the period; touchpoints only
}

// Score is the part's score in the period.
func (p Part) Score() scoring.Score { return p.Change.To }

// readParts computes the breakdown by touchpoint.
func (r *report) readParts(ctx context.Context) (err error) {
	if r.Filter.Touchpoint != survey.AllTouchpoints {
		return nil
	}
	r.weekly = r.Filter.PointWidth()
	if r.weekly == Daily {
		r.weekly = Weekly
	}
	in := r.headlineSlice(r.Filter.Period, ByTouchpoint)
	in.Every = r.weekly
	if r.parts, err = r.store.Sums(ctx, in); err != nil {
		return err
	}
	was, err := r.before(ctx, ByTouchpoint)
	if err != nil {
		return err
	}
	key := func(c survey.Cell) int64 { return c.Touchpoint }
	order := r.touchpointOrder(ctx)
	r.Parts = breakdown(r.Headline, r.parts, was, key)
	slices.SortStableFunc(r.Parts, func(a, b Part) int { return order(a.Touchpoint) - order(b.Touchpoint) })
	var mixed []scoring.Part
	for i := range r.Parts {
		p := &r.Parts[i]
		own := slices.DeleteFunc(slices.Clone(r.parts), func(s Sum) bool { return s.Cell.Touchpoint != p.Touchpoint })
		p.Points = course(r.Filter.Period, r.weekly, own, r.Headline)
		mixed = append(mixed, scoring.Part{A: p.Change.From, B: p.Change.To})
	}
	if len(mixed) > 1 && r.Score.tested() {
		r.Mix = scoring.Decompose(mixed)
	}
	return nil
}

// readTongues computes the breakdown by language.
func (r *report) readTongues(ctx context.Context) error {
	if r.Filter.Language != survey.AllLanguages {
		return nil
	}
	now, err := r.store.Sums(ctx, r.headlineSlice(r.Filter.Period, ByLanguage))
	if err != nil {
		return err
	}
	was, err := r.before(ctx, ByLanguage)
	if err != nil {
		return err
	}
	r.Tongues = breakdown(r.Headline, now, was, func(c survey.Cell) string { return c.Language })
	return nil
}

// headlineSlice is the headline's question of the version, told apart by a dimension.
func (r *report) headlineSlice(p Period, by Dimension) Slice {
	in := r.slice(p, r.Version.ID)
	in.Questions, in.By = []int{r.Question}, by
	return in
}

// before reads the comparison period, if there are answers in it.
func (r *report) before(ctx context.Context, by Dimension) ([]Sum, error) {
	if len(r.was) == 0 {
		return nil, nil
	}
	return r.store.Sums(ctx, r.headlineSlice(r.Before, by))
}

// touchpointOrder gives the position of a touchpoint; answers without one come last.
func (r *report) touchpointOrder(ctx context.Context) func(int64) int {
	all, err := r.store.Touchpoints(ctx)
	return func(id int64) int {
		i := slices.IndexFunc(all, func(t survey.Touchpoint) bool { return t.ID == id })
		if err != nil || i < 0 {
			return len(all)
		}
		return i
	}
}

// breakdown makes a part for every key with answers in the period.
func breakdown[K comparable](h Headline, now, was []Sum, key func(survey.Cell) K) []Part {
	var all survey.Tally
	tallies, before := map[K]*survey.Tally{}, map[K]survey.Tally{}
	var parts []Part
	var keys []K
	for _, s := range now {
		k := key(s.Cell)
		if tallies[k] == nil {
			tallies[k] = &survey.Tally{}
			keys = append(keys, k)
			parts = append(parts, Part{Touchpoint: s.Cell.Touchpoint, Language: s.Cell.Language})
		}
		tallies[k].Add(s.Tally, 1)
		all.Add(s.Tally, 1)
	}
	for _, s := range was {
		t := before[key(s.Cell)]
		t.Add(s.Tally, 1)
		before[key(s.Cell)] = t
	}
	for i, k := range keys {
		rest := all
		rest.Add(*tallies[k], -1)
		score := h.score(*tallies[k])
		parts[i].Change, parts[i].Gap = compare(h.score(before[k]), score), compare(h.score(rest), score)
	}
	return slices.DeleteFunc(parts, func(p Part) bool { return p.Score().N == 0 })
}
