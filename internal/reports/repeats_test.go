package reports_test

import (
	"cmp"
	"context"
	"math"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// says stores one customer's answers, each of so many days ago; customer 0 is nobody known.
func (s *shop) says(v survey.Version, customer survey.ID, rating int, daysAgo ...survey.Day) {
	s.t.Helper()
	var recs []survey.Record
	for _, ago := range daysAgo {
		r := survey.Response{
			ID: s.ids.Next(), SurveyID: v.SurveyID, VersionID: v.ID, ContactID: customer, Language: "en",
			AnsweredAt: (today - ago).Start(time.UTC).Add(9 * time.Hour), Rating: rating,
		}
		r.Classify(v.Definition)
		recs = append(recs, survey.NewRecord(r, v.Definition, time.UTC))
	}
	errs, err := s.st.Apply(context.Background(), recs)
	if err = cmp.Or(append(errs, err)...); err != nil {
		s.t.Fatal(err)
	}
}

func TestAnswersOfOneCustomerAreNotTakenForManyCustomers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := openShop(t)
		now := today
		clock := func() time.Time { return now.Start(time.UTC).Add(20 * time.Hour) }
		s.st, s.reports = st, reports.New(st, clock, func() *time.Location { return time.UTC })
		v := s.publish(0, nps)
		for c := range survey.ID(10) {
			s.says(v, 100+c, []int{10, 0}[c%2], 1, 2, 3, 4)
		}
		s.says(v, 200, 10, 1, 300) // once in twelve weeks, twice in all time
		for range 59 {
			s.says(v, 0, 7, 5)
		}
		if got := s.dashboard(nil).Repeats; got.Notable() {
			t.Errorf("before anybody counted: %+v", got)
		}
		if err := s.reports.CountRepeats(context.Background()); err != nil {
			t.Fatal(err)
		}
		check := func(name string, change func(*reports.Filter), repeated, answers int64) {
			t.Helper()
			got := s.dashboard(change).Repeats
			if got.Repeated != repeated || got.Answers != answers || repeated > 0 && !got.AsOf.Equal(today.Start(time.UTC).Add(20*time.Hour)) {
				t.Errorf("%s: %+v, want %d of %d", name, got, repeated, answers)
			}
		}
		check("twelve weeks", nil, 40, 100)
		check("all time", func(f *reports.Filter) { f.Period = reports.Period{All: true} }, 42, 101)
		check("one touchpoint", func(f *reports.Filter) { f.Touchpoint = 1 }, 0, 0)
		check("days of one's own", func(f *reports.Filter) { f.Period = reports.Period{First: today - 9, Last: today - 3} }, 0, 0)
		// 21 promoters, 20 detractors and 59 others have a spread of 41 - 1/100, and by customer one of 161 - 1/100 over 70 customers (those who praise and those who complain cancel out, but for one).
		d := s.dashboard(nil)
		if want := math.Sqrt(70.0 / 69 * (5*16 + 5*16 + 1 - 2*0.01*1 + 0.0001*(160+60)) / (41 - 0.01)); math.Abs(d.Repeats.Widening-want) > 1e-9 {
			t.Errorf("the interval is %v times as wide, want %v", d.Repeats.Widening, want)
		}
		wide := d.Score.To.Widen(d.Repeats.Widening)
		if !d.Repeats.Notable() || wide.Hi-wide.Lo < 1.9*(d.Score.To.Hi-d.Score.To.Lo) {
			t.Errorf("%+v widens %v to %v into %v to %v", d.Repeats, d.Score.To.Lo, d.Score.To.Hi, wide.Lo, wide.Hi)
		}
		now++ // the next morning the count is of yesterday
		check("the day after", func(f *reports.Filter) {
			f.Period = reports.Period{First: reports.LastWeeks(12, today).First, Last: now}
		}, 40, 100)
	})
}

func TestWhatDoesNotCountIsNoRepeat(t *testing.T) {
	s := openShop(t)
	v, other := s.publish(0, nps), s.publish(0, nps)
	s.says(v, 1, 9, 1)
	s.says(other, 1, 9, 1) // another survey
	s.says(v, 2, 9, 1, 2)
	repeated := func() int64 {
		t.Helper()
		if err := s.reports.CountRepeats(context.Background()); err != nil {
			t.Fatal(err)
		}
		return s.dashboard(func(f *reports.Filter) { f.SurveyID = v.SurveyID }).Repeats.Repeated
	}
	if got := repeated(); got != 2 {
		t.Errorf("%d repeated answers, want the second customer's 2", got)
	}
	var last survey.ID
	if err := s.st.EachResponse(context.Background(), store.ResponseRange{}, func(r survey.Response) error {
		last = r.ID
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	zone := func() *time.Location { return time.UTC }
	if _, err := survey.NewModeration(s.st, s.ids, time.Now, zone).SetStatus(context.Background(), last, survey.Spam, 1, func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if got := repeated(); got != 0 {
		t.Errorf("with one of them spam there are %d", got)
	}
}
