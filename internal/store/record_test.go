package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// shop is a database with one published survey: a score, an aspect and a choice.
type shop struct {
	st      *store.Store
	writer  *store.Writer
	version survey.Version
	ids     *survey.IDs
	intake  *survey.Intake
	now     time.Time
}

func openShop(t *testing.T, st *store.Store) *shop {
	t.Helper()
	ctx := context.Background()
	s := &shop{st: st, now: noon}
	v := survey.Survey{Name: "After the purchase", State: survey.Live, CreatedAt: noon, ChangedAt: noon, Edited: survey.Definition{Questions: []survey.Question{
		{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11, Text: survey.Text{"en": "How likely?"}},
		{No: 2, Kind: survey.Rating, Scheme: scoring.CSAT5, Text: survey.Text{"en": "The delivery?"}, CantSay: true},
		{No: 3, Kind: survey.Multiple, Text: survey.Text{"en": "Which?"}, Options: []survey.Text{{"en": "a"}, {"en": "b"}}},
		{No: 4, Kind: survey.Open, Text: survey.Text{"en": "Else?"}},
	}}}
	if err := st.CreateSurvey(ctx, &v); err != nil {
		t.Fatal(err)
	}
	s.version = survey.Version{SurveyID: v.ID, Definition: v.Edited, PublishedAt: noon}
	if err := st.CreateVersion(ctx, &s.version); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.writer, err = st.NewWriter(ctx, func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.writer.Close)
	clock := func() time.Time { return s.now }
	if s.ids, err = survey.NewIDs(0, clock); err != nil {
		t.Fatal(err)
	}
	s.intake = survey.NewIntake(st, s.writer, s.ids, clock, func() *time.Location { return time.UTC })
	return s
}

func (s *shop) response(rating int, comment string) survey.Response {
	return survey.Response{ID: s.ids.Next(), Touchpoint: 2, Language: "bg", Rating: rating, Comment: comment, Answers: []survey.Answer{
		{Question: 2, Rating: 4}, {Question: 3, Rating: survey.NoRating, Options: 3}, {Question: 4, Rating: survey.NoRating, Text: "кутия"},
	}}
}

func TestAnAnswerIsStoredOnceAndMayBeChangedForADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		r := s.response(0, "Столът пристигна с липсващи болтове.")
		give := func(r survey.Response, want survey.Outcome) survey.Response {
			t.Helper()
			got, outcome, err := s.intake.Give(ctx, s.version, r)
			if err != nil || outcome != want {
				t.Fatalf("outcome %v, err %v; want outcome %v", outcome, err, want)
			}
			return got
		}
		first := give(r, survey.Stored)
		stored, err := st.Response(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, stored); diff != "" {
			t.Errorf("what was acknowledged is not what is stored:\n%s", diff)
		}
		if stored.Rating != 0 || stored.Class != scoring.ClassWorst {
			t.Errorf("rating %d, class %d; 0 is a rating, and the worst", stored.Rating, stored.Class)
		}
		give(r, survey.Same)
		r.Rating = 9
		s.now = noon.Add(23 * time.Hour)
		give(r, survey.Changed)
		if h, err := st.History(ctx, r.ID); err != nil || len(h) != 1 || h[0].Before.Rating != 0 {
			t.Errorf("history %+v, err %v; want the rating 0 in it", h, err)
		}
		s.now = noon.Add(25 * time.Hour)
		r.Rating = 3
		if kept := give(r, survey.Locked); kept.Rating != 9 || !kept.AnsweredAt.Equal(noon) {
			t.Errorf("kept rating %d of %v, want 9 of the first time", kept.Rating, kept.AnsweredAt)
		}
		checkRollups(t, st, time.UTC)
	})
}

func TestAHundredTimesTheSameAnswerIsOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		r := s.response(10, "Paid in two taps")
		var wg sync.WaitGroup
		outcomes := make([]survey.Outcome, 100)
		for i := range outcomes {
			wg.Go(func() {
				var err error
				if _, outcomes[i], err = s.intake.Give(ctx, s.version, r); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := map[survey.Outcome]int{}
		for _, o := range outcomes {
			n[o]++
		}
		if n[survey.Stored] != 1 || n[survey.Same] != 99 {
			t.Errorf("outcomes %v, want one Stored and 99 Same", n)
		}
		checkRollups(t, st, time.UTC)
	})
}

func TestABadAnswerDoesNotSinkItsNeighbours(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		good, bad := survey.NewRecord(s.full(5), s.version.Definition, time.UTC), survey.NewRecord(s.full(6), s.version.Definition, time.UTC)
		bad.Response.Answers = append(bad.Response.Answers, bad.Response.Answers[0]) // breaks a key
		errs := make([]error, 2)
		var wg sync.WaitGroup
		wg.Go(func() { errs[0] = s.writer.Record(ctx, good) })
		wg.Go(func() { errs[1] = s.writer.Record(ctx, bad) })
		wg.Wait()
		if errs[0] != nil || errs[1] == nil {
			t.Errorf("errors %v; want only the second", errs)
		}
		if _, err := st.Response(ctx, bad.Response.ID); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("half of the bad answer is stored: %v", err)
		}
		checkRollups(t, st, time.UTC)
	})
}

// full is a response as Intake completes it.
func (s *shop) full(rating int) survey.Response {
	r := s.response(rating, "word")
	r.SurveyID, r.VersionID, r.AnsweredAt = s.version.SurveyID, s.version.ID, s.now
	r.Classify(s.version.Definition)
	return r
}

func checkRollups(t *testing.T, st *store.Store, zone *time.Location) {
	t.Helper()
	diffs, err := st.CheckRollups(context.Background(), zone)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Errorf("rollup %+v: counts %+v, the answers say %+v", d.Cell, d.Rollup, d.Answers)
	}
}

func TestSearchFindsWhatIsThereNow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		r := s.response(3, "O produto não chegou no prazo")
		finds := func(words string, want int) {
			t.Helper()
			ids, err := st.Search(ctx, words)
			if err != nil {
				t.Fatal(err)
			}
			if len(ids) != want {
				t.Errorf("%q finds %d responses, want %d", words, len(ids), want)
			}
		}
		if _, _, err := s.intake.Give(ctx, s.version, r); err != nil {
			t.Fatal(err)
		}
		finds("PRAZ nao", 1)
		finds("raz", 0)
		finds("кутия", 1)
		r.Comment = "Chegou"
		if _, _, err := s.intake.Give(ctx, s.version, r); err != nil {
			t.Fatal(err)
		}
		finds("prazo", 0)
		finds("chegou", 1)
		finds(`"' ) OR 1:* &`, 0)
		if err := st.RebuildSearch(ctx); err != nil {
			t.Fatal(err)
		}
		finds("prazo", 0)
		finds("chegou", 1)
	})
}
