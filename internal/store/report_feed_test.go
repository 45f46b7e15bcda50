package store_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
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

func drawComments(t *rapid.T, surveyID int64) reports.CommentQuery {
	q := reports.CommentQuery{
		SurveyID:   surveyID,
		Touchpoint: rapid.Int64Range(survey.AllTouchpoints, 3).Draw(t, "touchpoint"),
		Language:   rapid.SampledFrom([]string{survey.AllLanguages, "", "en"}).Draw(t, "language"),
		Class:      rapid.SampledFrom([]scoring.Class{scoring.ClassNone, scoring.ClassWorst, scoring.ClassBest}).Draw(t, "class"),
		Search:     rapid.SampledFrom([]string{"", "", "PRAZO", "lad lamp", "again late", "' OR \"", "nothing"}).Draw(t, "search"),
		Limit:      rapid.IntRange(1, 7).Draw(t, "limit"),
		Scan:       rapid.SampledFrom([]int{0, 3, 100}).Draw(t, "scan"),
	}
	if rapid.Bool().Draw(t, "bounded") {
		q.From = spring.AddDate(0, 0, rapid.IntRange(-40, 0).Draw(t, "from"))
		q.To = q.From.AddDate(0, 0, 30)
	}
	return q
}

// comments are the ids that the feed has to give on all its pages.
func (b *books) comments(q reports.CommentQuery) []survey.ID {
	var rs []survey.Response
	for _, r := range b.all {
		words := strings.Fields(r.SearchText())
		found := !slices.ContainsFunc(strings.Fields(survey.Fold(q.Search)), func(s string) bool {
			return !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, s) })
		})
		if r.Comment != "" && r.Status == survey.Counted && found && (q.Touchpoint == survey.AllTouchpoints || r.Touchpoint == q.Touchpoint) &&
			(q.Language == survey.AllLanguages || r.Language == q.Language) && (q.Class == scoring.ClassNone || r.Class == q.Class) &&
			(q.From.IsZero() || !r.AnsweredAt.Before(q.From) && r.AnsweredAt.Before(q.To)) {
			rs = append(rs, r)
		}
	}
	slices.SortFunc(rs, func(x, y survey.Response) int {
		return cmp.Or(y.AnsweredAt.Compare(x.AnsweredAt), cmp.Compare(y.ID, x.ID))
	})
	return idsOf(rs)
}

func idsOf(rs []survey.Response) (ids []survey.ID) {
	for _, r := range rs {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestCommentsComeOnceInTheOrderOfTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		b, ctx := openBooks(t, st), context.Background()
		rapid.Check(t, func(t *rapid.T) {
			surveyID, versions := b.addSurvey(t)
			b.all = nil
			b.put(t, rapid.SliceOfN(drawResponse(b, surveyID, versions), 0, 40).Draw(t, "responses")...)
			q := drawComments(t, surveyID)
			want := b.comments(q)
			if q.Scan == 0 || q.Search != "" {
				n, err := st.CountComments(ctx, q, 10)
				if err != nil || n != min(len(want), 10) {
					t.Fatalf("%+v: counted %d, %v; want %d", q, n, err, min(len(want), 10))
				}
			}
			var got []survey.ID
			for more := true; more; {
				page, err := st.Comments(ctx, q)
				if err != nil || len(page.Responses) > q.Limit {
					t.Fatalf("%+v: %d of %d, %v", q, len(page.Responses), q.Limit, err)
				}
				got = append(got, idsOf(page.Responses)...)
				more, q.After = page.More, page.Next
			}
			if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%+v: want -, got +\n%s", q, diff)
			}
		})
	})
}

func TestResponsesComeOnceInTheOrderOfArrival(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		b, ctx := openBooks(t, st), context.Background()
		rapid.Check(t, func(t *rapid.T) {
			surveyID, versions := b.addSurvey(t)
			otherID, others := b.addSurvey(t)
			b.all = nil
			for range rapid.IntRange(0, 30).Draw(t, "n") {
				id, vs := surveyID, versions
				if rapid.Bool().Draw(t, "other") {
					id, vs = otherID, others
				}
				b.put(t, drawResponse(b, id, vs).Draw(t, "response"))
			}
			q := reports.ResponseQuery{
				SurveyID: surveyID, Touchpoint: rapid.Int64Range(survey.AllTouchpoints, 3).Draw(t, "touchpoint"), Language: survey.AllLanguages,
				Status: survey.Test, AnyStatus: rapid.Bool().Draw(t, "any"), Limit: rapid.IntRange(1, 5).Draw(t, "limit"), Scan: rapid.IntRange(1000, 5000).Draw(t, "scan"),
			}
			var want []survey.Response
			for _, r := range slices.Backward(b.all) {
				if r.SurveyID == surveyID && (q.AnyStatus || r.Status == q.Status) && (q.Touchpoint == survey.AllTouchpoints || r.Touchpoint == q.Touchpoint) {
					r.AnsweredAt = r.AnsweredAt.UTC()
					want = append(want, r)
				}
			}
			var got []survey.Response
			for more := true; more; {
				page, err := st.Responses(ctx, q)
				if err != nil || len(page.Responses) > q.Limit {
					t.Fatalf("%+v: %d of %d, %v", q, len(page.Responses), q.Limit, err)
				}
				got = append(got, page.Responses...)
				more, q.After = page.More, page.Next.ID
			}
			if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%+v: want -, got +\n%s", q, diff)
			}
		})
	})
}

func TestALookAtResponsesIsBounded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		b, ctx := openBooks(t, st), context.Background()
		surveyID, versions := b.addSurvey(t)
		otherID, others := b.addSurvey(t)
		add := func(id int64, version int64) survey.ID {
			r := survey.Response{ID: b.ids.Next(), SurveyID: id, VersionID: version, Rating: 0, AnsweredAt: spring.Add(time.Hour)}
			b.put(t, r)
			return r.ID
		}
		oldest := add(surveyID, versions[0])
		for range 5 {
			add(otherID, others[0])
		}
		q := reports.ResponseQuery{SurveyID: surveyID, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, Limit: 2, Scan: 3}
		page, err := st.Responses(ctx, q)
		if err != nil || len(page.Responses) != 0 || !page.More {
			t.Fatalf("%+v, %v; want nothing yet, and more", page, err)
		}
		q.After = page.Next.ID
		if page, err = st.Responses(ctx, q); err != nil || len(page.Responses) != 1 || page.Responses[0].ID != oldest {
			t.Errorf("%+v, %v; want the oldest", page, err)
		}
	})
}
