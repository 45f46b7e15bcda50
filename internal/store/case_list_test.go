package store_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// anyCases asks for a list without a filter.
func anyCases(show followup.Show) followup.Query {
	return followup.Query{Show: show, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, Now: noon.Add(1000 * time.Hour), Limit: 100}
}

// listed walks a list page by page and gives the comments in order.
func listed(t *testing.T, st *store.Store, q followup.Query) string {
	t.Helper()
	var all []string
	for range 100 {
		got, err := st.ListCases(context.Background(), q)
		must(t, err)
		if len(got.Cases) > q.Limit {
			t.Fatalf("a page has %d cases, of %d", len(got.Cases), q.Limit)
		}
		for _, c := range got.Cases {
			all = append(all, c.Comment)
		}
		if q.After = got.Next; !got.More {
			n, err := st.CountCases(context.Background(), q, 1000)
			must(t, err)
			if n != len(all) {
				t.Errorf("%d cases are counted, %d listed: %s", n, len(all), all)
			}
			return strings.Join(all, " ")
		}
	}
	t.Fatal("the list has no end")
	return ""
}

// TestListsOfCases lists ten cases of every kind, in pages of every length.
func TestListsOfCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d, ctx := openDesk(t, st), context.Background()
		ids := map[string]survey.ID{"Broken": d.id}
		var spam survey.ID
		for i := range 9 {
			d.now = d.now.Add(time.Hour)
			comment := fmt.Sprintf("c%d", i)
			r := d.response(i%4, comment)
			if i == 3 {
				r.Language = "pl"
			}
			r = d.give(t, r)
			id, err := st.CaseOf(ctx, r.ID)
			must(t, err)
			ids[comment], spam = id, r.ID
		}
		do := func(comment string, e followup.Edit) {
			d.id = ids[comment]
			c, err := st.Case(ctx, d.id)
			must(t, err)
			d.do(t, d.ann, c.Version, e)
		}
		do("c0", followup.Edit{Owner: &d.ann, Tags: &[]string{"late"}})
		do("c1", followup.Edit{Owner: &d.bob, Reply: &followup.Entry{Kind: "reply", Body: "Sorry"}, Status: to(followup.Waiting)})
		do("Broken", followup.Edit{Reply: &followup.Entry{Kind: "reply", Body: "Sorry"}, Owner: &d.ann})
		do("c2", followup.Edit{Status: to(followup.Resolved), Reason: 2})
		do("c5", followup.Edit{Status: to(followup.Resolved), Reason: 2, Tags: &[]string{"late"}})
		do("c6", followup.Edit{Note: "asked the wholesaler", Names: []int64{d.bob}})
		_, moderation := d.follow()
		_, err := moderation.SetStatus(ctx, spam, survey.Spam, d.ann, func(context.Context) error { return nil })
		must(t, err)

		for name, c := range map[string]struct {
			change func(*followup.Query)
			want   string
		}{
			"open":     {func(*followup.Query) {}, "c0 c3 c4 c6 c7 c1 Broken"},
			"waiting":  {func(q *followup.Query) { q.Show = followup.Wait }, "c1"},
			"resolved": {func(q *followup.Query) { q.Show = followup.Closed }, "c5 c2"},
			"all":      {func(q *followup.Query) { q.Show = followup.Everything }, "c7 c6 c5 c4 c3 c2 c1 c0 Broken"},
			"overdue":  {func(q *followup.Query) { q.Show, q.Now = followup.Overdue, noon.Add(53*time.Hour) }, "c0 c3"},
			"ann":      {func(q *followup.Query) { q.Owner = d.ann }, "c0 Broken"},
			"nobody":   {func(q *followup.Query) { q.Owner = followup.Nobody }, "c3 c4 c6 c7"},
			"polish":   {func(q *followup.Query) { q.Language = "pl" }, "c3"},
			"tag":      {func(q *followup.Query) { q.Tag = "late" }, "c0"},
			"tag all":  {func(q *followup.Query) { q.Tag, q.Show = "late", followup.Everything }, "c5 c0"},
			"words":    {func(q *followup.Query) { q.Search = "WHOLE asked" }, "c6"},
			"no words": {func(q *followup.Query) { q.Search = "holesaler" }, ""},
			"mention":  {func(q *followup.Query) { q.Mentioned = d.bob }, "c6"},
			"place":    {func(q *followup.Query) { q.Touchpoint = 4711 }, ""},
		} {
			for limit := 1; limit < 12; limit += 3 {
				q := anyCases(followup.Open)
				c.change(&q)
				q.Limit = limit
				if got := listed(t, st, q); got != c.want {
					t.Errorf("%s, %d a page: %s, want %s", name, limit, got, c.want)
				}
			}
		}
		tags, err := st.OpenTags(ctx, 100, 10)
		must(t, err)
		if fmt.Sprint(tags) != "[{late 1}]" {
			t.Errorf("the tags are %v", tags)
		}
		must(t, st.Shell(ctx, io.Discard, `UPDATE followup_case SET search_text = 'x'`, true))
		must(t, st.RebuildSearch(ctx))
		q := anyCases(followup.Open)
		if q.Search = "wholesaler"; listed(t, st, q) != "c6" {
			t.Error("a case is not found after the index was made anew")
		}
	})
}

// TestWhatIsSearchedForIsFoundHoweverFar has more cases than are walked, and words that are frequent, frequent far away, and rare.
func TestWhatIsSearchedForIsFoundHoweverFar(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		const n = 5000
		must(t, st.Shell(t.Context(), io.Discard, fmt.Sprintf(`
			INSERT INTO followup_case (id, person, response_id, survey_id, touchpoint_id, language, cause, status, created_at, opened_at, due_at, replied_at, changed_at, search_text)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			SELECT i, 'r' || i, i, 1, 0, 'en', 'class', 'new', i, i, i, CASE WHEN i %% 2 = 0 THEN i END, i,
				'common' || CASE WHEN i > 2500 THEN ' farther' ELSE '' END || CASE WHEN i %% 700 = 0 THEN ' seldomly' ELSE '' END FROM n`, n), true))
		must(t, st.Shell(t.Context(), io.Discard, `INSERT INTO case_tag (case_id, tag) SELECT id, 'late' FROM followup_case WHERE id % 800 = 0`, true))
		for _, c := range []struct {
			search, tag string
			has         func(int) bool
		}{
			{"comm", "", func(int) bool { return true }},
			{"farth", "", func(i int) bool { return i > 2500 }},
			{"SELDOM", "", func(i int) bool { return i%700 == 0 }},
			{"seldom far", "", func(i int) bool { return i%700 == 0 && i > 2500 }},
			{"", "late", func(i int) bool { return i%800 == 0 }},
			{"far", "late", func(i int) bool { return i%800 == 0 && i > 2500 }},
			{"nothing", "", func(int) bool { return false }},
		} {
			var want []int
			for odd := 1; odd >= 0; odd-- {
				for i := 2 - odd; i <= n; i += 2 {
					if c.has(i) {
						want = append(want, i)
					}
				}
			}
			q := anyCases(followup.Open)
			q.Search, q.Tag, q.Limit = c.search, c.tag, 700
			var got []int
			for {
				page, err := st.ListCases(t.Context(), q)
				must(t, err)
				for _, l := range page.Cases {
					got = append(got, int(l.ID))
				}
				if q.After = page.Next; !page.More {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q %q: %d cases, want %d, or another order", c.search, c.tag, len(got), len(want))
			}
			if counted, err := st.CountCases(t.Context(), q, 2*n); err != nil || counted != len(want) {
				t.Errorf("%q %q: counted are %d, want %d: %v", c.search, c.tag, counted, len(want), err)
			}
		}
	})
}
