package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// TestRemovedCommentsGoOnCounting erases a person and lets the time of others' words run out: what was counted stays counted, and whoever counts anew finds
// the same.
func TestRemovedCommentsGoOnCounting(t *testing.T) {
	for name, remove := range map[string]func(context.Context, *testing.T, *store.Store, *shop){
		"erased": func(ctx context.Context, t *testing.T, st *store.Store, s *shop) {
			ids, err := st.PersonResponses(ctx, 7)
			must(t, err)
			if len(ids) != 2 {
				t.Fatalf("they gave %d answers", len(ids))
			}
			p := &people.Privacy{Store: st, Key: addressSecret, Now: func() time.Time { return s.now }}
			must(t, st.AddContacts(ctx, []survey.Contact{{ID: 7, ExternalID: "7", CreatedAt: noon}}))
			_, err = p.Erase(ctx, 7)
			must(t, err)
		},
		"kept no longer": func(ctx context.Context, t *testing.T, st *store.Store, s *shop) {
			n, err := st.Expire(ctx, s.version.SurveyID, noon.Add(time.Hour))
			must(t, err)
			if n != 2 {
				t.Fatalf("of %d answers something was removed", n)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				s, ctx := openShop(t, st), context.Background()
				ids := s.ask(t, 3)
				for i, comment := range []string{"Late, and wet", ""} {
					r := s.invited(ids[i], 3, comment)
					r.ContactID = 7
					_, _, err := s.intake.Give(ctx, s.version, r)
					must(t, err)
				}
				exec(t, st, fmt.Sprintf(`INSERT INTO followup_case (id, person, contact_id, response_id, survey_id, touchpoint_id, language, cause, status, created_at, opened_at, due_at, search_text, changed_at)
					VALUES (1, 'c7', 7, %d, 1, 2, 'bg', 'class', 'new', 1, 1, 1, 'late and wet', 1)`, ids[0]))
				exec(t, st, fmt.Sprintf(`INSERT INTO case_response (case_id, response_id, round, state) VALUES (1, %d, 1, 'stands')`, ids[0]))
				want := survey.Funnel{Sent: 3, Clicked: 2, Answered: 2, Commented: 1}
				if got := funnel(t, st); got != want {
					t.Fatalf("the funnel is %+v, want %+v", got, want)
				}
				remove(ctx, t, st, s)
				remains(t, st, want)
				m := survey.NewModeration(st, s.ids, func() time.Time { return s.now }, func() *time.Location { return time.UTC })
				for _, status := range []survey.Status{survey.Spam, survey.Counted} { // whatever staff do with it afterwards
					_, err := m.SetStatus(ctx, ids[0], status, 1, func(context.Context) error { return nil })
					must(t, err)
				}
				remains(t, st, want)
				must(t, st.RebuildFunnel(ctx, time.UTC))
				must(t, st.RebuildRollups(ctx, time.UTC))
				remains(t, st, want)
			})
		})
	}
}

// remains sees that no words are left, and that the sums are as they were.
func remains(t *testing.T, st *store.Store, want survey.Funnel) {
	t.Helper()
	for table, where := range map[string]string{"response": "comment IS NOT NULL OR contact_id IS NOT NULL", "followup_case": "search_text LIKE '%wet%'"} {
		if got := shell(t, st, `SELECT COUNT(*) AS n FROM `+table+` WHERE `+where); got != "n\n0\n" {
			t.Errorf("words are left in %s:\n%s", table, got)
		}
	}
	if got := funnel(t, st); got != want {
		t.Errorf("the funnel is %+v, want %+v", got, want)
	}
	checkRollups(t, st, time.UTC)
}
