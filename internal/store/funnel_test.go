package store_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// ask makes n invitations that were sent at noon.
func (s *shop) ask(t *testing.T, n int) []survey.ID {
	t.Helper()
	var vs []survey.Invitation
	var hashes [][]byte
	var sent []survey.FunnelDelta
	var ids []survey.ID
	for range n {
		v := survey.Invitation{ID: s.ids.Next(), SurveyID: s.version.SurveyID, Touchpoint: 2, Language: "bg", State: "sent", Nonce: survey.NewNonce(), CreatedAt: noon, SentAt: noon, ExpiresAt: noon.AddDate(0, 0, 90)}
		vs, hashes, ids = append(vs, v), append(hashes, survey.HashToken(v.ID.String())), append(ids, v.ID)
		sent = append(sent, survey.FunnelDelta{Cell: survey.FunnelCell{SurveyID: v.SurveyID, Touchpoint: 2, Language: "bg", Day: survey.DayOf(noon, time.UTC)}, Funnel: survey.Funnel{Sent: 1}})
	}
	must(t, s.st.CreateInvitations(context.Background(), vs, hashes))
	must(t, s.st.AddFunnel(context.Background(), sent))
	return ids
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// exec runs a statement, and shell gives what it finds.
func exec(t *testing.T, st *store.Store, statement string) {
	t.Helper()
	must(t, st.Shell(context.Background(), io.Discard, statement, true))
}

func shell(t *testing.T, st *store.Store, statement string) string {
	t.Helper()
	var b strings.Builder
	must(t, st.Shell(context.Background(), &b, statement, false))
	return b.String()
}

// funnel sums all cohorts, and holds them to what the invitations say.
func funnel(t *testing.T, st *store.Store) (f survey.Funnel) {
	t.Helper()
	ctx := context.Background()
	diffs, err := st.CheckFunnel(ctx, time.UTC)
	must(t, err)
	for _, d := range diffs {
		t.Errorf("cohort %+v counts %+v, the invitations say %+v", d.Cell, d.Funnel, d.Invitations)
	}
	cells, err := st.Funnel(ctx, reports.FunnelSlice{Period: reports.Period{All: true}, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages, By: reports.BySurvey, Every: reports.Weekly})
	must(t, err)
	for _, c := range cells {
		f.Add(c.Funnel, 1)
	}
	return f
}

func (s *shop) invited(id survey.ID, rating int, comment string) survey.Response {
	r := s.response(rating, comment)
	r.ID, r.Channel = id, survey.ViaInvitation
	return r
}

func TestAnAnswerEndsItsInvitationOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		ids := s.ask(t, 3)
		id := ids[0]
		exec(t, st, fmt.Sprintf(`INSERT INTO mail (id, kind, invitation_id, state, due_at, created_at) VALUES (1, 'reminder', %d, 'due', 5, 5)`, id))
		exec(t, st, fmt.Sprintf(`INSERT INTO mail (id, kind, invitation_id, state, due_at, created_at) VALUES (2, 'ask', %d, 'sent', 5, 5)`, id))
		exec(t, st, fmt.Sprintf(`INSERT INTO mail (id, kind, invitation_id, state, due_at, created_at) VALUES (3, 'reminder', %d, 'due', 5, 5)`, ids[1]))
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, _, err := s.intake.Give(ctx, s.version, s.invited(id, 9, "")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got, want := funnel(t, st), (survey.Funnel{Sent: 3, Clicked: 1, Answered: 1}); got != want {
			t.Errorf("after an answer the funnel is %+v, want %+v", got, want)
		}
		if got := shell(t, st, `SELECT id, state FROM mail ORDER BY id`); got != "id\tstate\n1\tdropped\n2\tsent\n3\tdue\n" {
			t.Errorf("the mails are\n%s", got)
		}
		s.now = noon.Add(time.Hour)
		if _, _, err := s.intake.Give(ctx, s.version, s.invited(id, 9, "Late, and wet")); err != nil {
			t.Fatal(err)
		}
		if got, want := funnel(t, st), (survey.Funnel{Sent: 3, Clicked: 1, Answered: 1, Commented: 1}); got != want {
			t.Errorf("after a comment the funnel is %+v, want %+v", got, want)
		}
		if got := shell(t, st, `SELECT decision, survey_id FROM ledger`); got != fmt.Sprintf("decision\tsurvey_id\nanswered\t%d\n", s.version.SurveyID) {
			t.Errorf("the ledger is\n%s", got)
		}
		v, err := st.InvitationByToken(ctx, survey.HashToken(id.String()))
		if err != nil || v.State != "answered" || !v.AnsweredAt.Equal(noon) {
			t.Errorf("the invitation is %+v, %v", v, err)
		}
	})
}

func TestMarksMoveTheFunnel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		id := s.ask(t, 1)[0]
		m := survey.NewModeration(st, s.ids, func() time.Time { return s.now }, func() *time.Location { return time.UTC })
		_, _, err := s.intake.Give(ctx, s.version, s.invited(id, 2, "no"))
		must(t, err)
		answered := survey.Funnel{Sent: 1, Clicked: 1, Answered: 1, Commented: 1}
		for _, c := range []struct {
			status survey.Status
			want   survey.Funnel
		}{
			{survey.Test, survey.Funnel{Sent: 1}},
			{survey.Counted, answered},
			{survey.Held, survey.Funnel{Sent: 1, Unconfirmed: 1}},
			{survey.Spam, survey.Funnel{Sent: 1}},
			{survey.Counted, answered},
			{survey.Deleted, survey.Funnel{Sent: 1}},
		} {
			_, err := m.SetStatus(ctx, id, c.status, 1, func(context.Context) error { return nil })
			must(t, err)
			if got := funnel(t, st); got != c.want {
				t.Errorf("marked %d the funnel is %+v, want %+v", c.status, got, c.want)
			}
		}
		checkRollups(t, st, time.UTC)
	})
}

// TestFunnelIsWhatInvitationsSay changes invitations and answers in any order and by many at once.
func TestFunnelIsWhatInvitationsSay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := openShop(t, st), context.Background()
		ids := s.ask(t, 12)
		m := survey.NewModeration(st, s.ids, func() time.Time { return s.now }, func() *time.Location { return time.UTC })
		var wg sync.WaitGroup
		for worker := range 4 {
			rng := rand.New(rand.NewPCG(uint64(worker), 1))
			wg.Go(func() {
				for range 30 {
					id := ids[rng.IntN(len(ids))]
					switch rng.IntN(4) {
					case 0:
						if _, _, err := s.intake.Give(ctx, s.version, s.invited(id, rng.IntN(11), "")); err != nil {
							t.Error(err)
						}
					case 1:
						if _, err := m.SetStatus(ctx, id, survey.Status(rng.IntN(5)), 1, func(context.Context) error { return nil }); err != nil && err != survey.ErrNotFound && err != survey.ErrStale {
							t.Error(err)
						}
					case 2:
						if err := st.CountFunnel(ctx, time.UTC, []survey.ID{id, ids[0]}, func(ctx context.Context) error { return st.MarkOpened(ctx, id, noon) }); err != nil {
							t.Error(err)
						}
					case 3:
						if _, _, err := s.intake.Give(ctx, s.version, s.invited(id, rng.IntN(11), "word")); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Wait()
		before := funnel(t, st)
		must(t, st.RebuildFunnel(ctx, time.UTC))
		must(t, st.FoldRollups(ctx, survey.DayOf(noon, time.UTC)+2))
		if diff := cmp.Diff(before, funnel(t, st)); diff != "" || before.Sent != 12 {
			t.Errorf("%+v; counted anew the funnel differs:\n%s", before, diff)
		}
		checkRollups(t, st, time.UTC)
	})
}
