package reports

import (
	"context"
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

// Other is the score of another survey in the same period, under the same filter.
type Other struct {
	Survey survey.Survey
	Headline
	Change Compared
	Points []Point
}

// mostOthers is how many other surveys are shown.
const mostOthers = 8

// readOthers computes the scores of the other surveys: each of its newest version with answers in the period.
func (r *report) readOthers(ctx context.Context) error {
	surveys, err := r.store.Surveys(ctx)
	if err != nil {
		return err
	}
	all, err := r.store.AllVersions(ctx)
	if err != nil {
		return err
	}
	in := r.slice(r.Filter.Period)
	in.Every = r.Filter.PointWidth()
	if in.Every == Daily {
		in.Every = Weekly
	}
	for _, v := range all {
		if h, ok := HeadlineOf(v.Definition); ok && v.SurveyID != r.Survey.ID {
			in.Versions = append(in.Versions, v.ID)
			if !slices.Contains(in.Questions, h.Question) {
				in.Questions = append(in.Questions, h.Question)
			}
		}
	}
	if len(in.Versions) == 0 {
		return nil
	}
	now, err := r.store.Sums(ctx, in)
	if err != nil {
		return err
	}
	var was []Sum
	if r.Before != (Period{}) {
		in.Period, in.Every = r.Before, Whole
		if was, err = r.store.Sums(ctx, in); err != nil {
			return err
		}
	}
	for _, v := range surveys {
		if o, ok := r.other(v, all, now, was); ok && len(r.Others) < mostOthers {
			r.Others = append(r.Others, o)
		}
	}
	return nil
}

func (r *report) other(v survey.Survey, versions []survey.Version, now, was []Sum) (Other, bool) {
	for _, version := range versions {
		h, ok := HeadlineOf(version.Definition)
		if version.SurveyID != v.ID || !ok {
			continue
		}
		t := r.tally(now, version.ID, h.Question)
		if t.N == 0 {
			continue
		}
		o := Other{Survey: v, Headline: h, Change: compare(h.score(r.tally(was, version.ID, h.Question)), h.score(t))}
		own := slices.DeleteFunc(slices.Clone(now), func(s Sum) bool { return s.Cell.VersionID != version.ID || s.Cell.Question != h.Question })
		grain := r.Filter.PointWidth()
		if grain == Daily {
			grain = Weekly
		}
		o.Points = course(r.Filter.Period, grain, own, h)
		return o, true
	}
	return Other{}, false
}
