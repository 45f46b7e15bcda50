package reports

import (
	"context"
	"fmt"
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

// Busy tells whether there were answers to a survey in the period, or anybody was asked.
func (s *Service) Busy(ctx context.Context, p Period) (bool, error) {
	versions, err := s.store.AllVersions(ctx)
	if err != nil {
		return false, fmt.Errorf("read versions: %w", err)
	}
	in := Slice{Period: p, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages}
	for _, v := range versions {
		in.Versions = append(in.Versions, v.ID)
		if h, ok := HeadlineOf(v.Definition); ok && !slices.Contains(in.Questions, h.Question) {
			in.Questions = append(in.Questions, h.Question)
		}
	}
	if len(in.Questions) > 0 {
		sums, err := s.store.Sums(ctx, in)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(sums, func(one Sum) bool { return one.Tally.N > 0 }) {
			return true, nil
		}
	}
	asked, err := s.store.Funnel(ctx, FunnelSlice{Period: p, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages})
	return slices.ContainsFunc(asked, func(d survey.FunnelDelta) bool { return d.Funnel.Sent > 0 }), err
}
