package store_test

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// books is a database whose responses are also kept in memory, so that reads can be checked by counting.
type books struct {
	st   *store.Store
	ids  *survey.IDs
	zone *time.Location
	defs map[int64]survey.Definition
	all  []survey.Response
}

func openBooks(t *testing.T, st *store.Store) *books {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := survey.NewIDs(1, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return &books{st: st, ids: ids, zone: zone, defs: map[int64]survey.Definition{}}
}

type failer interface {
	Helper()
	Fatal(args ...any)
}

// addSurvey makes a survey with two versions: a score with an aspect and a choice, then the same again.
func (b *books) addSurvey(t failer) (surveyID int64, versions []int64) {
	t.Helper()
	ctx := context.Background()
	d := survey.Definition{Questions: []survey.Question{
		{No: 1, Kind: survey.Rating, Scheme: scoring.NPS11},
		{No: 2, Kind: survey.Rating, Scheme: scoring.CSAT5, CantSay: true},
		{No: 3, Kind: survey.Multiple, Options: make([]survey.Text, 3)},
	}}
	v := survey.Survey{Name: "s", State: survey.Live, Edited: d, CreatedAt: noon, ChangedAt: noon}
	if err := b.st.CreateSurvey(ctx, &v); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		version := survey.Version{SurveyID: v.ID, Definition: d, PublishedAt: noon}
		if err := b.st.CreateVersion(ctx, &version); err != nil {
			t.Fatal(err)
		}
		b.defs[version.ID] = d
		versions = append(versions, version.ID)
	}
	return v.ID, versions
}

func (b *books) put(t failer, rs ...survey.Response) {
	t.Helper()
	recs := make([]survey.Record, len(rs))
	for i, r := range rs {
		recs[i] = survey.NewRecord(r, b.defs[r.VersionID], b.zone)
	}
	errs, err := b.st.Apply(context.Background(), recs)
	if err = cmp.Or(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
	b.all = append(b.all, rs...)
}

var (
	spring = time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC) // the night of 29 March has 23 hours in Warsaw
	words  = []string{"", "", "Late again", "ładna lampa", "prazo curto", "so prazos"}
)

func drawResponse(b *books, surveyID int64, versions []int64) *rapid.Generator[survey.Response] {
	return rapid.Custom(func(t *rapid.T) survey.Response {
		r := survey.Response{
			ID: b.ids.Next(), SurveyID: surveyID, VersionID: rapid.SampledFrom(versions).Draw(t, "version"),
			Touchpoint: rapid.Int64Range(0, 3).Draw(t, "touchpoint"), Language: rapid.SampledFrom([]string{"", "en", "bg"}).Draw(t, "language"),
			AnsweredAt: spring.Add(time.Duration(rapid.IntRange(-24*40, 24*40).Draw(t, "hour")) * time.Hour),
			Rating:     rapid.IntRange(survey.NoRating, 10).Draw(t, "rating"),
			Comment:    rapid.SampledFrom(words).Draw(t, "comment"),
			Status:     rapid.SampledFrom([]survey.Status{survey.Counted, survey.Counted, survey.Counted, survey.Test, survey.Deleted}).Draw(t, "status"),
		}
		if n := rapid.IntRange(survey.NoRating, 5).Draw(t, "aspect"); n != 0 {
			r.Answers = append(r.Answers, survey.Answer{Question: 2, Rating: n, CantSay: n == survey.NoRating})
		}
		if n := rapid.Uint16Range(0, 7).Draw(t, "options"); n != 0 {
			r.Answers = append(r.Answers, survey.Answer{Question: 3, Rating: survey.NoRating, Options: n})
		}
		r.Classify(b.defs[r.VersionID])
		return r
	})
}

func drawSlice(t *rapid.T, versions []int64) reports.Slice {
	first := survey.DayOf(spring, time.UTC) + survey.Day(rapid.IntRange(-45, 45).Draw(t, "first"))
	return reports.Slice{
		Versions:   rapid.SampledFrom([][]int64{versions, versions[:1], versions[1:]}).Draw(t, "versions"),
		Questions:  rapid.SampledFrom([][]int{nil, {1}, {2, 3}}).Draw(t, "questions"),
		Period:     reports.Period{First: first, Last: first + survey.Day(rapid.IntRange(0, 60).Draw(t, "days")), All: rapid.Bool().Draw(t, "all")},
		Touchpoint: rapid.Int64Range(survey.AllTouchpoints, 3).Draw(t, "touchpoint"),
		Language:   rapid.SampledFrom([]string{survey.AllLanguages, "", "en", "bg"}).Draw(t, "language"),
		By:         rapid.SampledFrom([]reports.Dimension{reports.ByNothing, reports.ByTouchpoint, reports.ByLanguage}).Draw(t, "by"),
		Every:      rapid.SampledFrom([]reports.Grain{reports.Whole, reports.Daily, reports.Weekly, reports.FourWeeks}).Draw(t, "every"),
	}
}

// count is what Sums has to give, from the responses themselves.
func (b *books) count(in reports.Slice) []reports.Sum {
	cells := map[survey.Cell]survey.Tally{}
	for _, r := range b.all {
		day := survey.DayOf(r.AnsweredAt, b.zone)
		if !slices.Contains(in.Versions, r.VersionID) || !in.Period.All && (day < in.Period.First || day > in.Period.Last) ||
			in.Touchpoint != survey.AllTouchpoints && r.Touchpoint != in.Touchpoint || in.Language != survey.AllLanguages && r.Language != in.Language {
			continue
		}
		for _, d := range r.Deltas(b.defs[r.VersionID], day, 1) {
			if d.Cell.Touchpoint == survey.AllTouchpoints || len(in.Questions) > 0 && !slices.Contains(in.Questions, d.Cell.Question) {
				continue
			}
			c := survey.Cell{VersionID: r.VersionID, Question: d.Cell.Question, Touchpoint: in.Touchpoint, Language: in.Language, Day: in.Every.Bucket(day)}
			if in.By == reports.ByTouchpoint {
				c.Touchpoint = r.Touchpoint
			}
			if in.By == reports.ByLanguage {
				c.Language = r.Language
			}
			sum := cells[c]
			sum.Add(d.Tally, 1)
			cells[c] = sum
		}
	}
	var out []reports.Sum
	for c, t := range cells {
		out = append(out, reports.Sum{Cell: c, Tally: t})
	}
	return sorted(out)
}

// sorted puts sums in an order of their cells that is the same for both engines, whose texts sort differently.
func sorted(sums []reports.Sum) []reports.Sum {
	slices.SortFunc(sums, func(a, b reports.Sum) int {
		x, y := a.Cell, b.Cell
		return cmp.Or(cmp.Compare(x.VersionID, y.VersionID), cmp.Compare(x.Question, y.Question), cmp.Compare(x.Touchpoint, y.Touchpoint),
			cmp.Compare(x.Language, y.Language), cmp.Compare(x.Day, y.Day))
	})
	return sums
}

func TestSumsAreWhatCountingGives(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		b := openBooks(t, st)
		rapid.Check(t, func(t *rapid.T) {
			surveyID, versions := b.addSurvey(t)
			b.all = nil
			b.put(t, rapid.SliceOfN(drawResponse(b, surveyID, versions), 0, 40).Draw(t, "responses")...)
			for range 6 {
				in := drawSlice(t, versions)
				got, err := st.Sums(context.Background(), in)
				if err != nil {
					t.Fatal(err)
				}
				if diff := gocmp.Diff(b.count(in), sorted(got), cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("%+v: want -, got +\n%s", in, diff)
				}
			}
		})
	})
}

func TestAnswerDaysAreTheFirstAndTheLast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		b := openBooks(t, st)
		surveyID, versions := b.addSurvey(t)
		if _, ok, err := st.AnswerDays(context.Background(), versions[0], 1); ok || err != nil {
			t.Fatalf("days without answers: %v %v", ok, err)
		}
		for _, hours := range []int{5, 900, 30} {
			b.put(t, survey.Response{ID: b.ids.Next(), SurveyID: surveyID, VersionID: versions[0], Rating: 0, AnsweredAt: spring.Add(time.Duration(hours) * time.Hour)})
		}
		p, ok, err := st.AnswerDays(context.Background(), versions[0], 1)
		if err != nil || !ok || p.First.String() != "2026-03-28" || p.Last.String() != "2026-05-04" {
			t.Errorf("days %s to %s, %v %v", p.First, p.Last, ok, err)
		}
	})
}
