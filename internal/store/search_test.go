package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestSearchFindsTheAnswersOfEveryWriter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		want := map[survey.ID]bool{}
		for _, bucket := range []int64{0, 1, 777, survey.MaxBucket} {
			for _, at := range []time.Time{noon, noon.AddDate(60, 0, 0)} {
				ids, err := survey.NewIDs(bucket, func() time.Time { return at })
				if err != nil {
					t.Fatal(err)
				}
				for range 3 { // the sequence within a millisecond
					r := s.full(7)
					r.ID, r.Comment = ids.Next(), "late again"
					if err := s.writer.Record(ctx, survey.NewRecord(r, s.version.Definition, time.UTC)); err != nil {
						t.Fatal(err)
					}
					want[r.ID] = true
				}
			}
		}
		page, err := st.Comments(ctx, reports.CommentQuery{
			SurveyID: s.version.SurveyID, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, Search: "late", Limit: 100,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Responses {
			delete(want, r.ID)
		}
		if len(page.Responses) != 24 || len(want) > 0 {
			t.Errorf("found %d, missed %v", len(page.Responses), want)
		}
	})
}
