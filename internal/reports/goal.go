package reports

import (
	"context"
	"fmt"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// ScoreBetween is the headline score of a survey over a run of days, both included, as its dashboard has it: of the newest version with answers there. Without answers it is
// not Defined, and has the scheme of the newest version. It returns survey.ErrNotFound.
func (s *Service) ScoreBetween(ctx context.Context, surveyID, touchpoint int64, first, last survey.Day) (scoring.Score, error) {
	f := Filter{SurveyID: surveyID, Period: Period{First: first, Last: last}, Compare: NoComparison, Touchpoint: touchpoint, Language: survey.AllLanguages}
	r := &report{Service: s, Dashboard: Dashboard{Filter: f}}
	if err := r.findSurvey(ctx); err != nil {
		return scoring.Score{}, err
	}
	if !r.Answered {
		return r.score(survey.Tally{}), nil
	}
	if err := r.readTotals(ctx); err != nil {
		return scoring.Score{}, fmt.Errorf("compute the score of survey %d: %w", surveyID, err)
	}
	return r.Score.To, nil
}
