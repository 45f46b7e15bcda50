package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// today is the day of noon.
var today = survey.DayOf(noon, time.UTC)

// goalsOf are the goals of a shop, with the scores of its answers.
func goalsOf(s *shop) *customers.Goals {
	clock, zone := func() time.Time { return s.now }, func() *time.Location { return time.UTC }
	return &customers.Goals{Store: s.st, Scores: reports.New(s.st, clock, zone), Now: clock, Zone: zone}
}

// twelveMore is the goal of the second article: 12 new customers, half a year from today.
func twelveMore() customers.Goal {
	return customers.Goal{
		Published: true, Specific: "Win 12 new customers", Kind: customers.GoalNumber, Measure: customers.Measure{By: customers.MeasuredByHand}, Unit: "customers",
		Baseline: new(big.Rat), Target: big.NewRat(12, 1), Achievable: "Two calls a day", Relevant: "Growth", Start: today, Deadline: today + 183,
	}
}

var exact = cmp.Comparer(func(a, b *big.Rat) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 })

func TestGoalsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), t.Context()
		goals := goalsOf(s)
		draft := customers.Goal{Kind: customers.GoalNumber, Measure: customers.Measure{By: customers.MeasuredByHand}}
		money := twelveMore()
		money.Kind, money.Measure.Currency, money.Baseline, money.Target = customers.GoalMoney, "EUR", big.NewRat(-123_450, 1), big.NewRat(99_999_999_999, 1)
		churn := twelveMore()
		churn.Baseline, churn.Target = big.NewRat(8, 1), big.NewRat(51_234, 10_000)
		for _, g := range []*customers.Goal{&draft, &money, &churn} {
			must(t, goals.Save(ctx, g))
			read, err := st.Goal(ctx, g.ID)
			must(t, err)
			if diff := cmp.Diff(*g, read, exact); diff != "" {
				t.Errorf("it is not what was written:\n%s", diff)
			}
		}
		first, second := churn, churn
		first.Specific = "Keep them"
		must(t, goals.Save(ctx, &first))
		second.Specific = "Lose them"
		if err := goals.Save(ctx, &second); !errors.Is(err, survey.ErrStale) {
			t.Errorf("over somebody else's change: %v", err)
		}
		if err := goals.Archive(ctx, second, true); !errors.Is(err, survey.ErrStale) {
			t.Errorf("archived over somebody else's change: %v", err)
		}
		must(t, goals.Archive(ctx, first, true))
		if got := listedGoals(t, goals, customers.GoalQuery{Archived: true, Limit: 9}); got != "3" {
			t.Errorf("archived are %s", got)
		}
		first, err := st.Goal(ctx, first.ID)
		must(t, err)
		must(t, goals.Archive(ctx, first, false))
		if got := listedGoals(t, goals, customers.GoalQuery{Limit: 9}); got != "2 3 1" {
			t.Errorf("after it is back there are %s", got)
		}
		if _, err := st.Goal(ctx, 99); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("a goal that is not there: %v", err)
		}
	})
}

func listedGoals(t *testing.T, goals *customers.Goals, q customers.GoalQuery) string {
	t.Helper()
	all, more, err := goals.List(t.Context(), q)
	must(t, err)
	var ids []string
	for _, g := range all {
		ids = append(ids, fmt.Sprint(g.ID))
	}
	if more {
		ids = append(ids, "...")
	}
	return strings.Join(ids, " ")
}

func TestGoalsAreListedByWhatIsDueNext(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		goals := goalsOf(openShop(t, st))
		for _, deadline := range []survey.Day{today + 30, today - 1, today + 1, 0, today - 20, today} {
			g := twelveMore()
			g.Start, g.Deadline, g.Published = today-100, deadline, deadline != 0
			must(t, goals.Save(t.Context(), &g))
		}
		for _, c := range []struct {
			want string
			q    customers.GoalQuery
		}{
			{"6 3 1 2 5 4", customers.GoalQuery{Limit: 6}},
			{"6 3 ...", customers.GoalQuery{Limit: 2}},
			{"1 2 ...", customers.GoalQuery{Limit: 2, Offset: 2}},
			{"6 3 1", customers.GoalQuery{Limit: 5, Running: true}},
			{"", customers.GoalQuery{Limit: 5, Archived: true}},
		} {
			if got := listedGoals(t, goals, c.q); got != c.want {
				t.Errorf("%+v lists %q, want %q", c.q, got, c.want)
			}
		}
	})
}

// TestTheLastValueInTimeCounts writes values down as people do: late, twice a day, and corrected.
func TestTheLastValueInTimeCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), t.Context()
		goals := goalsOf(s)
		g := twelveMore()
		must(t, goals.Save(ctx, &g))
		stands := func(want string) {
			t.Helper()
			read, err := st.Goal(ctx, g.ID)
			must(t, err)
			got, err := goals.Stand(ctx, read)
			must(t, err)
			if said := fmt.Sprintf("%s, %s of %s, %s", got.Reading.Value.RatString(), got.Progress.RatString(), got.Expected.RatString(), got.Status); said != want {
				t.Errorf("it stands at %s, want %s", said, want)
			}
		}
		write := func(day survey.Day, value int64) error { return goals.Write(ctx, g, day, big.NewRat(value, 1), 1) }
		stands("0, 0 of 0, on_track")
		s.now = s.now.AddDate(0, 0, 92)
		stands("0, 0 of 92/183, behind")
		must(t, write(today+92, 7))
		must(t, write(today+90, 5)) // remembered later
		stands("7, 7/12 of 92/183, on_track")
		must(t, write(today+92, 6)) // a slip of the pen
		stands("6, 1/2 of 92/183, behind")
		for day, key := range map[survey.Day]string{today - 1: "goals.error.before_start", today + 93: "goals.error.future"} {
			var problems survey.Problems
			if err := write(day, 6); !errors.As(err, &problems) || problems[0].Key != key {
				t.Errorf("on day %d: %v, want %s", day-today, err, key)
			}
		}
		s.now = s.now.AddDate(0, 0, 92)
		stands("6, 1/2 of 1, missed")
		var problems survey.Problems
		if err := write(today+184, 12); !errors.As(err, &problems) || problems[0].Key != "goals.error.after_deadline" {
			t.Errorf("after the deadline: %v", err)
		}
		must(t, write(today+183, 12))
		stands("12, 1 of 1, achieved")
		g.Deadline = today + 100 // what was written after it counts no more
		must(t, goals.Save(ctx, &g))
		stands("6, 1/2 of 1, missed")
		values, err := st.GoalValues(ctx, g.ID, 3)
		must(t, err)
		if len(values) != 3 || values[0].Day != today+183 || values[1].Value.RatString() != "6" || values[2].Value.RatString() != "7" {
			t.Errorf("the history begins with %+v", values)
		}
	})
}

// TestAGoalForAScore takes the answers of the last 90 days, and after the deadline those of the 90 days before it.
func TestAGoalForAScore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		goals := goalsOf(s)
		g := twelveMore()
		g.Measure = customers.Measure{By: customers.MeasuredByScore, SurveyID: s.version.SurveyID, Touchpoint: 2}
		g.Baseline, g.Target, g.Deadline = new(big.Rat), big.NewRat(50, 1), today+10
		must(t, goals.Save(ctx, &g))
		stands := func(want string) {
			t.Helper()
			got, err := goals.Stand(ctx, g)
			must(t, err)
			value := "nothing"
			if got.Reading.Value != nil {
				value = got.Reading.Value.RatString()
			}
			if said := fmt.Sprintf("%s of %d, %s", value, got.Reading.Score.N, got.Status); said != want {
				t.Errorf("it stands at %s, want %s", said, want)
			}
		}
		stands("nothing of 0, no_data")
		s.give(t, s.response(10, "")) // at noon, which is today
		s.give(t, s.response(9, ""))
		s.give(t, s.response(3, ""))
		elsewhere := s.response(0, "")
		elsewhere.Touchpoint = 1
		s.give(t, elsewhere)
		stands("100/3 of 3, on_track")
		s.now = noon.AddDate(0, 0, 10)
		stands("100/3 of 3, behind")
		s.now = noon.AddDate(0, 0, 11)
		for range 9 {
			s.give(t, s.response(10, "too late"))
		}
		stands("100/3 of 3, missed")
		s.now = noon.AddDate(0, 0, 400)
		stands("100/3 of 3, missed")
		if err := goals.Write(ctx, g, today, big.NewRat(1, 1), 1); !errors.Is(err, customers.ErrNotByHand) {
			t.Errorf("a score takes a value by hand: %v", err)
		}
		g.Measure.SurveyID = 999
		var problems survey.Problems
		if err := goals.Save(ctx, &g); !errors.As(err, &problems) || problems[0].Field != "measure" {
			t.Errorf("of a survey that is not there: %v", err)
		}
	})
}

// TestATaskIsNotBehindBeforeItsDeadline: it has no half that could be late.
func TestATaskIsNotBehindBeforeItsDeadline(t *testing.T) {
	s := openShop(t, storetest.SQLite(t))
	goals, ctx := goalsOf(s), t.Context()
	g := twelveMore()
	g.Kind, g.Baseline, g.Target = customers.GoalTask, nil, nil
	must(t, goals.Save(ctx, &g))
	for i, want := range []scoring.GoalStatus{scoring.GoalOnTrack, scoring.GoalBehind, scoring.GoalMissed} {
		days := 182 + i
		s.now = noon.AddDate(0, 0, days)
		got, err := goals.Stand(ctx, g)
		must(t, err)
		if got.Status != want {
			t.Errorf("after %d days it is %s, want %s", days, got.Status, want)
		}
		if days == 182 && got.Elapsed.RatString() != "182/183" {
			t.Errorf("of its time %s is over", got.Elapsed.RatString())
		}
	}
	var problems survey.Problems
	if err := goals.Write(ctx, g, today, big.NewRat(1, 2), 1); !errors.As(err, &problems) {
		t.Errorf("half a task: %v", err)
	}
	must(t, goals.Write(ctx, g, today+3, big.NewRat(1, 1), 1))
	read, err := goals.Store.Goal(ctx, g.ID)
	must(t, err)
	if got, err := goals.Stand(ctx, read); err != nil || got.Status != scoring.GoalAchieved {
		t.Errorf("once done it is %s, %v", got.Status, err)
	}
}
