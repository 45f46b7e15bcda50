package reports

import (
	"context"
	"fmt"
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

// RecentDays is how many days, today included, an Activity counts.
const RecentDays = 28

// Activity is how a survey has been answered lately.
type Activity struct {
	Recent int64      // answers that count, to the question whose score stands for the survey, in the last RecentDays
	Last   survey.Day // of the newest answer of all
}

// Activity counts lately given answers by survey. Surveys that were never answered are left out. It reads a few rollup rows, however many answers there are.
func (s *Service) Activity(ctx context.Context) (map[int64]Activity, error) {
	all, err := s.store.AllVersions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	today := s.Today()
	in := Slice{
		Period: Period{First: today - RecentDays + 1, Last: today}, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, Every: Daily,
	}
	for _, v := range all {
		if h, ok := HeadlineOf(v.Definition); ok {
			in.Versions = append(in.Versions, v.ID)
			if !slices.Contains(in.Questions, h.Question) {
				in.Questions = append(in.Questions, h.Question)
			}
		}
	}
	sums, err := s.store.Sums(ctx, in)
	if err != nil {
		return nil, err
	}
	found := map[int64]Activity{}
	for _, v := range all {
		if err := s.addActivity(ctx, found, v, sums); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// addActivity adds what a version was answered. Only of one without answers lately the last day has to be looked up.
func (s *Service) addActivity(ctx context.Context, found map[int64]Activity, v survey.Version, sums []Sum) error {
	h, ok := HeadlineOf(v.Definition)
	if !ok {
		return nil
	}
	a := found[v.SurveyID]
	before := a
	for _, sum := range sums {
		if sum.Cell.VersionID == v.ID && sum.Cell.Question == h.Question && sum.Tally.N > 0 {
			a.Recent, a.Last = a.Recent+sum.Tally.N, max(a.Last, sum.Cell.Day)
		}
	}
	if a == before {
		days, answered, err := s.store.AnswerDays(ctx, v.ID, h.Question)
		if err != nil || !answered {
			return err
		}
		a.Last = max(a.Last, days.Last)
	}
	found[v.SurveyID] = a
	return nil
}
