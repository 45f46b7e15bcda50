package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// linker is whoever has the whole database and tries to join anonymous answers to the people who were invited.
type linker struct {
	t       *testing.T
	people  []string // invitations in some order, as the person behind each
	answers []string // responses in some order, as the person behind each, by the comment that only this test knows
}

// hits is how many people an order of invitations and an order of answers put side by side.
func (l linker) hits() (n int) {
	for i := range min(len(l.people), len(l.answers)) {
		if l.people[i] == l.answers[i] {
			n++
		}
	}
	return n
}

// TestAnonymousAnswersCantBeJoined invites people, has them answer in another order over two days, and joins the two by every pair of orders that the columns
// give. Each pair must do no better than chance, which puts one person right on average, whatever their number.
func TestAnonymousAnswersCantBeJoined(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		const people = 200
		s, ctx := openShop(t, st), t.Context()
		m := &marked{shop: s, t: t}
		invitations := make([]survey.ID, people)
		for i := range invitations {
			v := survey.Invitation{ID: s.ids.Next(), SurveyID: s.version.SurveyID, Nonce: survey.NewNonce(), KeyID: 1, OrderRef: fmt.Sprintf("O%d", i), CreatedAt: s.now, ExpiresAt: s.now.AddDate(0, 0, 90)}
			if err := st.CreateInvitations(ctx, []survey.Invitation{v}, [][]byte{survey.HashToken(v.OrderRef)}); err != nil {
				t.Fatal(err)
			}
			invitations[i], s.now = v.ID, s.now.Add(time.Second)
		}
		order := rand.Perm(people)
		for i, who := range order {
			if i == people/2 {
				s.now = s.now.Add(24 * time.Hour)
			}
			s.now = s.now.Add(time.Minute)
			r := s.response(rand.IntN(11), fmt.Sprintf("person%d", who))
			r.ID, r.ContactID, r.OrderRef = survey.ScatteredID(s.intake.Day()), 7, "O"
			if _, outcome, err := s.intake.GiveAnonymously(ctx, s.version, r, false, invitations[who]); err != nil || outcome != survey.Stored {
				t.Fatalf("%v, %v", outcome, err)
			}
			again := s.response(0, "ballot stuffing")
			again.ID = survey.ScatteredID(s.intake.Day())
			if _, _, err := s.intake.GiveAnonymously(ctx, s.version, again, false, invitations[who]); !errors.Is(err, survey.ErrNotFound) {
				t.Fatalf("a second answer: %v", err)
			}
		}
		m.joins(people)
		if diffs, err := st.CheckRollups(ctx, time.UTC); err != nil || len(diffs) > 0 {
			t.Errorf("sums differ: %v, %v", diffs, err)
		}
		if n := m.sql(`SELECT count(*) FROM ledger UNION ALL SELECT count(*) FROM click`); n != "count\n0\n0\n" && n != "count(*)\n0\n0\n" {
			t.Errorf("ledger and clicks: %q", n)
		}
	})
}

func (m *marked) joins(people int) {
	m.t.Helper()
	lines := func(query string) []string { return strings.Fields(m.sql("%s", query))[1:] }
	responses := map[string][]string{}
	for _, by := range []string{"id", "answered_at, id", "id DESC", "rating, id", "version_id, class, answered_at"} {
		responses[by] = lines(`SELECT substr(comment, 7) AS n FROM response ORDER BY ` + by)
		if len(responses[by]) != people {
			m.t.Fatalf("%d answers", len(responses[by]))
		}
	}
	for _, by := range []string{"id", "answered_at, id", "id DESC", "answered_at DESC, id", "expires_at, id"} {
		invited := lines(`SELECT substr(order_ref, 2) AS n FROM invitation ORDER BY ` + by)
		for answered, list := range responses {
			// One on average; more than eight by chance once in a million.
			if hits := (linker{m.t, invited, list}).hits(); hits > 8 {
				m.t.Errorf("invitations by %s and answers by %s: %d of %d people are joined", by, answered, hits, people)
			}
		}
	}
	for _, query := range []string{
		`SELECT count(*) AS n FROM response r JOIN invitation i ON i.id = r.id`,
		`SELECT count(*) AS n FROM response WHERE contact_id IS NOT NULL OR order_ref IS NOT NULL OR external_id IS NOT NULL OR channel <> 0`,
		`SELECT count(*) AS n FROM response WHERE answered_at % 86400000 <> 0`,
		`SELECT count(*) AS n FROM invitation WHERE answered_at <> created_at OR opened_at IS NOT NULL`,
	} {
		if n := lines(query)[0]; n != "0" {
			m.t.Errorf("%s: %s", query, n)
		}
	}
}

// TestWordsAreKeptForSoLong lets time go by: words and names leave the answers that are too old, and no others; scores stay.
func TestWordsAreKeptForSoLong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		m, ctx := mark(t, st), t.Context()
		v, err := st.Survey(ctx, m.version.SurveyID)
		if err != nil {
			t.Fatal(err)
		}
		m.privacy.Zone = func() *time.Location { return time.UTC }
		v.Settings.RetentionDays = 30
		if err := st.UpdateSurvey(ctx, &v); err != nil {
			t.Fatal(err)
		}
		words := func() string {
			return strings.Join(strings.Fields(m.sql(`SELECT count(comment) AS a, count(contact_id) AS b, count(order_ref) AS c, count(rating) AS d FROM response`))[4:], " ")
		}
		m.now = noon.AddDate(0, 0, 30)
		if err := m.privacy.Tidy(ctx); err != nil || words() != "3 2 2 3" {
			t.Errorf("on the day: %s, %v", words(), err)
		}
		if at, err := st.OldestWords(ctx, v.ID); err != nil || !at.Equal(noon) {
			t.Errorf("the oldest words are of %v, %v", at, err)
		}
		m.now = m.now.Add(time.Second)
		if err := m.privacy.Tidy(ctx); err != nil || words() != "0 0 0 3" || m.searched() != "0" {
			t.Errorf("a second later: %s, %v", words(), err)
		}
		if at, err := st.OldestWords(ctx, v.ID); err != nil || !at.IsZero() {
			t.Errorf("the oldest words are of %v, %v", at, err)
		}
		if n := strings.Fields(m.sql(`SELECT count(*) AS n FROM response_history`))[1]; n != "0" {
			t.Errorf("%s rows of history", n)
		}
		if diffs, err := st.CheckRollups(ctx, time.UTC); err != nil || len(diffs) > 0 {
			t.Errorf("sums differ: %v, %v", diffs, err)
		}
		if since, err := st.ScrubSince(ctx); err != nil || since.IsZero() {
			t.Errorf("the file is not to be scrubbed: %v", err)
		}
	})
}
