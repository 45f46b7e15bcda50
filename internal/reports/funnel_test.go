package reports_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// TestFunnelWaitsForAnswers tells cohorts apart, and leaves those out of the rate that are still being answered.
func TestFunnelWaitsForAnswers(t *testing.T) {
	st, ctx := storetest.SQLite(t), context.Background()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	today := survey.DayOf(now, time.UTC)
	add := func(surveyID, touchpoint int64, language string, ago survey.Day, f survey.Funnel) {
		t.Helper()
		if err := st.AddFunnel(ctx, []survey.FunnelDelta{{Cell: survey.FunnelCell{SurveyID: surveyID, Touchpoint: touchpoint, Language: language, Day: today - ago}, Funnel: f}}); err != nil {
			t.Fatal(err)
		}
	}
	add(1, 5, "en", 14, survey.Funnel{Sent: 10, Bounced: 2, Clicked: 5, Answered: 4, Commented: 1})
	add(1, 5, "bg", 13, survey.Funnel{Sent: 7, Clicked: 1, Answered: 1})
	add(1, 6, "en", 40, survey.Funnel{Sent: 20, Unconfirmed: 3, Answered: 10})
	add(2, 6, "en", 40, survey.Funnel{Sent: 100})
	add(1, 6, "en", 400, survey.Funnel{Sent: 1000})

	s := reports.New(st, func() time.Time { return now }, func() *time.Location { return time.UTC })
	got, err := s.Funnel(ctx, reports.Filter{SurveyID: 1, Period: reports.LastWeeks(12, today), Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages})
	if err != nil {
		t.Fatal(err)
	}
	if want := (survey.Funnel{Sent: 37, Bounced: 2, Clicked: 6, Unconfirmed: 3, Answered: 15, Commented: 1}); got.Total != want {
		t.Errorf("the total is %+v, want %+v", got.Total, want)
	}
	if rate := reports.Rate(got.Settled); rate.Text(1) != "50.0" {
		t.Errorf("the rate is %s of %+v, want 14 of 28", rate.Text(1), got.Settled)
	}
	rates := map[int64]string{}
	for _, c := range got.Touchpoints {
		rates[c.Cell.Touchpoint] = reports.Rate(c.Settled).Text(0)
	}
	if diff := cmp.Diff(map[int64]string{5: "50", 6: "50"}, rates); diff != "" {
		t.Errorf("by touchpoint:\n%s", diff)
	}
	if len(got.Languages) != 2 || len(got.Surveys) != 1 || len(got.Weeks) != 3 {
		t.Errorf("%d languages, %d surveys, %d weeks", len(got.Languages), len(got.Surveys), len(got.Weeks))
	}
	all, err := s.Funnel(ctx, reports.Filter{Period: reports.Period{All: true}, Touchpoint: 6, Language: "en"})
	if err != nil || all.Total.Sent != 1120 || all.Settled.Sent != 1120 || len(all.Surveys) != 2 {
		t.Errorf("of all time it is %+v, %v", all, err)
	}
}
