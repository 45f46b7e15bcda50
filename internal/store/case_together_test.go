package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

func TestWhoIsAtACase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d, ctx := openDesk(t, st), context.Background()
		w := followup.NewTogether(st, func() time.Time { return d.now })
		others := func() string {
			t.Helper()
			all, err := w.Others(ctx, d.id, d.ann)
			must(t, err)
			text := ""
			for _, c := range all {
				text += fmt.Sprintf("%d %v %v;", c.UserID, c.Since.Sub(noon), c.DraftAt.Sub(noon))
			}
			return text
		}
		none := (time.Time{}).Sub(noon)
		came := d.now.Sub(noon)
		must(t, w.Here(ctx, d.id, d.ann))
		must(t, w.Here(ctx, d.id, d.bob))
		must(t, w.Here(ctx, d.id, 77)) // no user
		must(t, w.Here(ctx, 5, d.bob)) // no case
		if got, want := others(), fmt.Sprintf("2 %v %v;", came, none); got != want {
			t.Errorf("there are %s, want %s", got, want)
		}
		d.now = d.now.Add(50 * time.Second)
		must(t, w.Here(ctx, d.id, d.bob))
		must(t, w.Keep(ctx, d.id, d.bob, followup.DraftNote, "half\r\na note"))
		d.now = d.now.Add(50 * time.Second)
		if got, want := others(), fmt.Sprintf("2 %v %v;", came, came+50*time.Second); got != want {
			t.Errorf("there are %s, want %s", got, want)
		}
		d.now = d.now.Add(11 * time.Second)
		if got, want := others(), fmt.Sprintf("2 %v %v;", none, came+50*time.Second); got != want {
			t.Errorf("there are %s, want %s", got, want)
		}
		must(t, w.Here(ctx, d.id, d.bob))
		if got, want := others(), fmt.Sprintf("2 %v %v;", came+111*time.Second, came+50*time.Second); got != want {
			t.Errorf("back are %s, want %s", got, want)
		}
		text, err := w.Draft(ctx, d.id, d.bob, followup.DraftNote)
		if must(t, err); text != "half\na note" {
			t.Errorf("the draft is %q", text)
		}
		must(t, w.Left(ctx, d.id, d.bob))
		must(t, w.Keep(ctx, d.id, d.bob, followup.DraftNote, " \n"))
		if got := others(); got != "" {
			t.Errorf("in the end there are %s", got)
		}
		if got := shell(t, st, `SELECT COUNT(*) FROM case_presence WHERE case_id = 5`); got != "COUNT(*)\n0\n" && got != "count\n0\n" {
			t.Errorf("at no case there are %q", got)
		}
	})
}

func TestWhoeverLeavesHasNoOpenCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d, ctx := openDesk(t, st), context.Background()
		for _, v := range []followup.SavedView{{UserID: d.bob, Name: "Own"}, {UserID: d.bob, Name: "Mail", Shared: true}, {UserID: d.ann, Name: "Mail"}} {
			must(t, st.CreateSavedView(ctx, &v, noon))
		}
		d.do(t, d.ann, 1, followup.Edit{Owner: &d.bob, Note: "@bob @ann", Names: []int64{d.ann, d.bob}})
		must(t, d.Release(ctx, d.ann, d.bob))
		must(t, d.Release(ctx, d.ann, d.bob)) // nothing is left to take
		if got := shell(t, st, `SELECT user_id, shared, name FROM saved_view ORDER BY id`); strings.NewReplacer("true", "1", "false", "0", "\tt\t", "\t1\t", "\tf\t", "\t0\t").Replace(got) != "user_id\tshared\tname\n1\t1\tMail\n1\t0\tMail\n" {
			t.Errorf("the views are\n%s", got)
		}
		c, err := st.Case(ctx, d.id)
		must(t, err)
		lines, err := st.CaseLog(ctx, d.id, 10)
		must(t, err)
		last := lines[len(lines)-1]
		if c.Owner != 0 || c.Version != 3 || len(lines) != 4 || last.Kind != followup.LogOwner || last.Before != "2" || last.After != "" || last.UserID != d.ann {
			t.Errorf("the case is %+v, its log ends with %+v", c, last)
		}
		for _, e := range lines {
			named, err := st.CaseMentions(ctx, d.id, e.ID)
			if must(t, err); (len(named) == 2) != (e.Kind == followup.LogNote) {
				t.Errorf("%s names %v", e.Kind, named)
			}
		}
		// Whoever had a resolved case and left since does not get it again.
		d.do(t, d.ann, 3, followup.Edit{Owner: &d.bob})
		d.do(t, d.ann, 4, followup.Edit{Status: to(followup.Resolved), Reason: 2})
		must(t, d.Release(ctx, d.ann, d.bob))
		if c, err = st.Case(ctx, d.id); err != nil || c.Owner != d.bob {
			t.Errorf("the resolved case is %+v, %v", c, err)
		}
		bob, err := st.UserByID(ctx, d.bob)
		must(t, err)
		bob.Disabled = true
		must(t, st.UpdateUser(ctx, bob))
		if c = d.do(t, d.ann, 5, followup.Edit{Status: to(followup.New)}); c.Owner != 0 {
			t.Errorf("opened again it is %+v", c)
		}
	})
}
