package reports_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestActivityCountsFourWeeksOfAllVersions(t *testing.T) {
	s := openShop(t)
	first := s.publish(0, nps, csat)
	second := s.publish(first.SurveyID, nps)
	s.give(first, 1, 30, 27, 9, 10) // of these four days one is within the last 28
	s.give(second, 2, 3, 2, 0)
	var three []survey.Question
	for no := 1; no <= 3; no++ {
		three = append(three, survey.Question{No: no, Kind: survey.Rating, Scheme: scoring.CLI6})
	}
	loyal := s.publish(0, three...)
	s.give(loyal, 1, 0, 0, 1)
	old := s.publish(0, csat)
	s.give(old, 0, 400, 390, 5)
	s.publish(old.SurveyID, csat) // a version nobody answered yet
	s.publish(0, nps)
	s.publish(0, survey.Question{No: 1, Kind: survey.Open})
	got, err := s.reports.Activity(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := map[int64]reports.Activity{
		first.SurveyID: {Recent: 4, Last: today - 2},
		loyal.SurveyID: {Recent: 1, Last: today},
		old.SurveyID:   {Recent: 0, Last: today - 390},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
