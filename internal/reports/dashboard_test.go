package reports_test

import (
	"cmp"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// today is a Sunday: the period of 12 weeks is 12 whole weeks.
var today = survey.Date(2026, time.November, 22)

// shop is a database with reports about it.
type shop struct {
	t       testing.TB
	st      *store.Store
	reports *reports.Service
	ids     *survey.IDs
}

func openShop(t testing.TB) *shop {
	t.Helper()
	clock := func() time.Time { return today.Start(time.UTC).Add(20 * time.Hour) }
	ids, err := survey.NewIDs(0, clock)
	if err != nil {
		t.Fatal(err)
	}
	st := storetest.SQLite(t)
	return &shop{t, st, reports.New(st, clock, func() *time.Location { return time.UTC }), ids}
}

// publish makes a survey, or the next version of one.
func (s *shop) publish(surveyID int64, qs ...survey.Question) survey.Version {
	s.t.Helper()
	ctx := context.Background()
	d := survey.Definition{Questions: qs}
	if surveyID == 0 {
		v := survey.Survey{Name: "s", State: survey.Live, Edited: d, VersionID: 1, CreatedAt: time.Unix(0, 0), ChangedAt: time.Unix(0, 0)}
		if err := s.st.CreateSurvey(ctx, &v); err != nil {
			s.t.Fatal(err)
		}
		surveyID = v.ID
	}
	v := survey.Version{SurveyID: surveyID, Definition: d, PublishedAt: time.Unix(0, 0)}
	if err := s.st.CreateVersion(ctx, &v); err != nil {
		s.t.Fatal(err)
	}
	return v
}

// give stores n answers a day of each rating, at a touchpoint, from the first to the last day before today.
func (s *shop) give(v survey.Version, touchpoint int64, from, to survey.Day, ratings ...int) {
	s.t.Helper()
	var recs []survey.Record
	for ago := from; ago >= to; ago-- {
		for _, rating := range ratings {
			r := survey.Response{
				ID: s.ids.Next(), SurveyID: v.SurveyID, VersionID: v.ID, Touchpoint: touchpoint, Language: "en",
				AnsweredAt: (today - ago).Start(time.UTC).Add(9 * time.Hour), Rating: rating,
			}
			if _, ok := v.Definition.Primary(); !ok {
				r.Rating = survey.NoRating
				for no := 1; no <= 3; no++ {
					r.Answers = append(r.Answers, survey.Answer{Question: no, Rating: rating})
				}
			}
			r.Classify(v.Definition)
			recs = append(recs, survey.NewRecord(r, v.Definition, time.UTC))
		}
	}
	errs, err := s.st.Apply(context.Background(), recs)
	if err = cmp.Or(append(errs, err)...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) dashboard(change func(*reports.Filter)) reports.Dashboard {
	s.t.Helper()
	f := reports.Filter{Period: reports.LastWeeks(12, today), Compare: reports.Previous, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages}
	if change != nil {
		change(&f)
	}
	d, err := s.reports.Dashboard(context.Background(), f)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

var (
	nps  = survey.Question{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11}
	csat = survey.Question{No: 2, Kind: survey.Rating, Scheme: scoring.CSAT5}
)

func TestTheDashboardCountsThePeriodAndTheOneBefore(t *testing.T) {
	s := openShop(t)
	v := s.publish(0, nps)
	s.give(v, 1, 83, 0, 10, 10, 9, 7, 0)  // now: 3 of 5 promote, 1 detracts
	s.give(v, 1, 167, 84, 10, 8, 7, 6, 0) // before: 1 of 5, 2 detract
	s.give(v, 1, 200, 168, 0)             // older than both
	d := s.dashboard(nil)
	if got := d.Score.To; got.Text() != "40" || got.N != 420 || got.Best != 252 || got.Worst != 84 {
		t.Errorf("now %s of %d, %d best, %d worst", got.Text(), got.N, got.Best, got.Worst)
	}
	if got := d.Score.From; got.Text() != "-20" || got.N != 420 {
		t.Errorf("before %s of %d", got.Text(), got.N)
	}
	if !d.Score.Real || !d.Score.Up() || d.Score.Change.Text() != "60" {
		t.Errorf("the change %+v is not found", d.Score)
	}
	if n := len(d.Trend.Points); n != 12 || len(d.Trend.Before) != 12 || d.Trend.Points[0].Day != today-83 || d.Trend.Points[11].Score.N != 35 {
		t.Errorf("trend %+v", d.Trend)
	}
	if !d.Trend.Line() {
		t.Error("420 answers make no line")
	}
	if d.Counts.R[0] != 84 || d.Counts.R[10] != 168 {
		t.Errorf("0 was given %d times, 10 %d times", d.Counts.R[0], d.Counts.R[10])
	}
	all := s.dashboard(func(f *reports.Filter) { f.Period = reports.Period{All: true} })
	if all.Score.To.N != 873 || all.Score.Change.Defined || all.Filter.Period.First != today-200 {
		t.Errorf("all time: n = %d from %v, change %v", all.Score.To.N, all.Filter.Period.First, all.Score.Change.Defined)
	}
}

func TestVersionsAreNeverJoined(t *testing.T) {
	s := openShop(t)
	old := s.publish(0, nps)
	s.give(old, 1, 160, 40, 0, 9)
	v := s.publish(old.SurveyID, nps, csat)
	s.give(v, 1, 38, 0, 10, 10)
	d := s.dashboard(nil)
	if d.Version.ID != v.ID || d.Score.To.Text() != "100" || d.Score.To.N != 78 {
		t.Errorf("the headline is %s of %d answers to version %d", d.Score.To.Text(), d.Score.To.N, d.Version.Number)
	}
	if d.Score.Change.Defined || len(d.Trend.Before) != 0 {
		t.Error("version 2 is compared with answers to version 1")
	}
	if len(d.Older) != 1 || d.Older[0].Version.ID != old.ID || d.Older[0].Score.Text() != "0" {
		t.Errorf("older versions: %+v", d.Older)
	}
	breaks := 0
	for _, p := range d.Trend.Points {
		if p.Break {
			breaks++
			if p.Version != 2 {
				t.Errorf("a break to version %d", p.Version)
			}
		}
	}
	if breaks != 1 || len(d.Trend.Rows) != 13 {
		t.Errorf("%d breaks and %d rows; the week of the change has two rows", breaks, len(d.Trend.Rows))
	}
}

func TestATouchpointThatFellIsFound(t *testing.T) {
	s := openShop(t)
	v := s.publish(0, nps)
	s.give(v, 1, 167, 0, 10, 9, 7, 3)
	s.give(v, 2, 167, 14, 10, 9, 7, 3)
	s.give(v, 2, 13, 0, 10, 0, 3, 3)
	d := s.dashboard(nil)
	if len(d.Findings) == 0 || d.Findings[0].Touchpoint != 2 || d.Findings[0].Kind != reports.Lately || d.Findings[0].Up() {
		t.Errorf("findings %+v", d.Findings)
	}
	for _, f := range d.Findings {
		if f.Touchpoint == 1 && f.Kind != reports.Apart {
			t.Errorf("touchpoint 1 did not change: %+v", f)
		}
	}
	if len(d.Parts) != 2 || d.Parts[0].Score().N != 336 || len(d.Parts[1].Points) != 12 {
		t.Errorf("parts %+v", d.Parts)
	}
	one := s.dashboard(func(f *reports.Filter) { f.Touchpoint = 2 })
	if one.Score.To.N != d.Parts[1].Score().N || one.Score.To.Value != d.Parts[1].Score().Value || len(one.Parts) != 0 {
		t.Errorf("touchpoint 2 alone: %+v", one.Score.To)
	}
}

func TestAnEventDividesThePeriod(t *testing.T) {
	s := openShop(t)
	v := s.publish(0, nps)
	s.give(v, 1, 83, 41, 10, 9, 5, 3)
	s.give(v, 1, 40, 0, 10, 9, 9, 10)
	s.give(v, 2, 83, 0, 10, 9, 7, 3)
	e := survey.Event{Day: today - 40, Title: "New checkout", CreatedAt: time.Unix(0, 0)}
	if err := s.st.CreateEvent(context.Background(), &e); err != nil {
		t.Fatal(err)
	}
	d := s.dashboard(func(f *reports.Filter) { f.Compare = reports.NoComparison })
	if len(d.Findings) == 0 || d.Findings[0].Kind != reports.SinceEvent || d.Findings[0].Touchpoint != 1 || d.Findings[0].From.Text() != "0" || d.Findings[0].To.Text() != "100" {
		t.Errorf("findings %+v", d.Findings)
	}
}

func TestFewAnswersAreNeverMoreThanChance(t *testing.T) {
	s := openShop(t)
	v := s.publish(0, nps)
	s.give(v, 1, 83, 55, 10)
	s.give(v, 1, 167, 139, 0)
	d := s.dashboard(nil)
	if d.Score.To.N != 29 || d.Score.Real || d.Score.Change.Text() != "200" || d.Trend.Line() {
		t.Errorf("29 answers: %+v", d.Score)
	}
}

func TestALoyaltyIndexCountsPeople(t *testing.T) {
	s := openShop(t)
	cli := func(no int) survey.Question {
		return survey.Question{No: no, Kind: survey.Rating, Scheme: scoring.CLI6}
	}
	v := s.publish(0, cli(1), cli(2), cli(3))
	s.give(v, 0, 9, 0, 1, 6) // 1 is "definitely yes": 100 points
	d := s.dashboard(nil)
	if d.Question != survey.Respondent || d.Score.To.Text() != "50.0" || d.Score.To.N != 20 || d.Score.To.Best != 10 || d.Score.To.Worst != 10 {
		t.Errorf("index %+v", d.Score.To)
	}
	if len(d.Aspects) != 3 || d.Aspects[2].Change.To.Text() != "50.0" {
		t.Errorf("questions %+v", d.Aspects)
	}
}

func TestOtherQuestionsAndSurveysHaveScores(t *testing.T) {
	s := openShop(t)
	other := s.publish(0, survey.Question{No: 1, Kind: survey.Rating, Scheme: scoring.CES7})
	s.give(other, 1, 83, 0, 7)
	v := s.publish(0, nps, csat, survey.Question{No: 3, Kind: survey.Single, Options: make([]survey.Text, 2)})
	r := survey.Response{
		ID: s.ids.Next(), SurveyID: v.SurveyID, VersionID: v.ID, AnsweredAt: today.Start(time.UTC), Rating: 0,
		Answers: []survey.Answer{{Question: 2, Rating: 4}, {Question: 3, Rating: survey.NoRating, Options: 2}},
	}
	if _, err := s.st.Apply(context.Background(), []survey.Record{survey.NewRecord(r, v.Definition, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	d := s.dashboard(func(f *reports.Filter) { f.SurveyID = v.SurveyID })
	if d.Score.To.Text() != "-100" || len(d.Aspects) != 1 || d.Aspects[0].Change.To.Text() != "100.0" {
		t.Errorf("score %+v, aspects %+v", d.Score.To, d.Aspects)
	}
	if len(d.Choices) != 1 || d.Choices[0].N != 1 || d.Choices[0].Options[1].Count != 1 || d.Choices[0].Options[0].Share.Text(0) != "0" {
		t.Errorf("choices %+v", d.Choices)
	}
	if len(d.Others) != 1 || d.Others[0].Change.To.Text() != "7.00" || d.Others[0].Change.To.N != 84 || len(d.Others[0].Points) != 12 {
		t.Errorf("others %+v", d.Others)
	}
}

func TestWithoutAnswersThereIsNoScore(t *testing.T) {
	s := openShop(t)
	if _, err := s.reports.Dashboard(context.Background(), reports.Filter{}); !errors.Is(err, reports.ErrNoSurvey) {
		t.Errorf("no survey: %v", err)
	}
	v := s.publish(0, nps)
	if d := s.dashboard(nil); d.Answered || d.Survey.ID != v.SurveyID {
		t.Errorf("no answers: %+v", d)
	}
	s.give(v, 1, 300, 300, 0)
	if d := s.dashboard(nil); !d.Answered || d.Score.To.Defined || len(d.Trend.Rows) != 0 {
		t.Errorf("answers outside the period: %+v", d.Score.To)
	}
	if _, err := s.reports.Dashboard(context.Background(), reports.Filter{SurveyID: 99}); !errors.Is(err, survey.ErrNotFound) {
		t.Errorf("a survey that does not exist: %v", err)
	}
}
