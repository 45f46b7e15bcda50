package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// pair is two people with a case each.
type pair struct {
	*desk
	one, other       survey.ID // contacts
	ofOne, ofOther   survey.ID // cases
	answers, answer2 survey.ID
}

func openPair(t *testing.T, st *store.Store) *pair {
	t.Helper()
	p, ctx := &pair{desk: openDesk(t, st)}, context.Background()
	p.one, p.other = p.contact(t, "one"), p.contact(t, "other")
	p.now = noon.Add(time.Hour)
	first := p.give(t, p.from(p.one, 1, "Torn"))
	p.now = noon.Add(5 * time.Hour)
	second := p.give(t, p.from(p.other, 2, "Wet"))
	var err error
	p.ofOne, err = st.CaseOf(ctx, first.ID)
	must(t, err)
	p.ofOther, err = st.CaseOf(ctx, second.ID)
	must(t, err)
	p.answers, p.answer2 = first.ID, second.ID
	return p
}

func (p *pair) to(t *testing.T, id survey.ID, e followup.Edit) {
	t.Helper()
	p.now = p.now.Add(time.Hour)
	_, err := p.Change(context.Background(), p.ann, id, followup.AnyVersion, e, nil)
	must(t, err)
}

// merge has kept take in gone, and gives the one case that is left of the two, with its rounds.
func (p *pair) merge(t *testing.T, kept, gone survey.ID) (followup.Case, []followup.Round, string) {
	t.Helper()
	ctx := context.Background()
	m := people.Merge{ID: p.ids.Next(), Kept: kept, Gone: gone, Reason: people.SameNumber, At: p.now.Add(time.Minute)}
	must(t, p.st.InTx(ctx, func(ctx context.Context) error { return p.st.MergeContacts(ctx, []people.Merge{m}) }))
	id, err := p.st.CaseOf(ctx, p.answers)
	must(t, err)
	if other, err := p.st.CaseOf(ctx, p.answer2); err != nil || other != id {
		t.Fatalf("the answers are in the cases %s and %s: %v", id, other, err)
	}
	if got := shell(t, p.st, `SELECT COUNT(*) FROM followup_case WHERE contact_id IS NOT NULL`); !strings.Contains(got, "1") {
		t.Errorf("cases left: %s", got)
	}
	if got := shell(t, p.st, fmt.Sprintf(`SELECT person FROM followup_case WHERE id = %s`, id)); !strings.Contains(got, "c"+kept.String()) {
		t.Errorf("the case belongs to %s", got)
	}
	c, err := p.st.Case(ctx, id)
	must(t, err)
	rounds, err := p.st.CaseRounds(ctx, id)
	must(t, err)
	lines, err := p.st.CaseLog(ctx, id, 100)
	must(t, err)
	kinds := make([]string, len(lines))
	for i, l := range lines {
		kinds[i] = l.Kind
	}
	if int(c.Rounds) != len(rounds) {
		t.Errorf("the case is in round %d, of %d", c.Rounds, len(rounds))
	}
	return c, rounds, strings.Join(kinds, " ")
}

func TestCasesOfOnePersonBecomeOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		p := openPair(t, st)
		p.to(t, p.ofOther, followup.Edit{Tags: &[]string{"wet"}, Owner: &p.bob, Note: "asked the depot", Names: []int64{p.ann}})
		p.to(t, p.ofOne, followup.Edit{Tags: &[]string{"torn"}})
		c, rounds, log := p.merge(t, p.other, p.one)
		if c.Status != followup.New || c.Owner != p.bob || strings.Join(c.Tags, " ") != "torn wet" || c.ContactID != p.other || c.ResponseID != p.answer2 {
			t.Errorf("the case is %+v", c)
		}
		if first := noon.Add(time.Hour); len(rounds) != 1 || !rounds[0].OpenedAt.Equal(first) || !c.OpenedAt.Equal(first) || !c.DueAt.Equal(first.Add(48*time.Hour)) || !c.CreatedAt.Equal(first) {
			t.Errorf("the customer waits since %s: %+v", c.OpenedAt, rounds)
		}
		if log != "opened opened tags note owner tags merged" {
			t.Errorf("the log is %s", log)
		}
		q := anyCases(followup.Open)
		for _, q.Search = range []string{"torn", "wet", "depot"} {
			if got := listed(t, st, q); got != "Wet" {
				t.Errorf("%s finds %q", q.Search, got)
			}
		}
		q.Search, q.Mentioned = "", p.ann
		if got := listed(t, st, q); got != "Wet" {
			t.Errorf("whom the note names finds %q", got)
		}
		// It goes on like any other case.
		c = p.goesOn(t, c)
		if c.Status != followup.Resolved || c.Rounds != 1 {
			t.Errorf("the case is %+v", c)
		}
	})
}

// goesOn replies to the case and resolves it.
func (p *pair) goesOn(t *testing.T, c followup.Case) followup.Case {
	t.Helper()
	p.now = p.now.Add(time.Hour)
	c, err := p.Change(context.Background(), p.bob, c.ID, c.Version, followup.Edit{Reply: &followup.Entry{Kind: "reply", Body: "Sorry"}, Status: to(followup.Resolved), Reason: 2}, nil)
	must(t, err)
	return c
}

func TestWhatIsOpenGoesOnWhenCasesBecomeOne(t *testing.T) {
	for name, oneIsKept := range map[string]bool{"resolved goes": false, "resolved stays": true} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				p := openPair(t, st)
				p.to(t, p.ofOne, followup.Edit{Status: to(followup.Resolved), Reason: 3})
				p.to(t, p.ofOne, followup.Edit{Status: to(followup.InProgress)})
				p.to(t, p.ofOne, followup.Edit{Status: to(followup.Resolved), Reason: 3})
				kept, gone := p.other, p.one
				if oneIsKept {
					kept, gone = gone, kept
				}
				c, rounds, _ := p.merge(t, kept, gone)
				if c.ID != p.ofOther || c.Status != followup.New || c.Rounds != 3 || c.Reopened != 1 || !c.OpenedAt.Equal(noon.Add(5*time.Hour)) {
					t.Errorf("the case is %+v", c)
				}
				if len(rounds) != 3 || rounds[1].Ticket != 1 || rounds[2].Ticket != 3 || !rounds[2].ResolvedAt.IsZero() || rounds[1].ResolvedAt.IsZero() {
					t.Errorf("the rounds are %+v", rounds)
				}
				if got := strings.TrimSpace(shell(t, st, fmt.Sprintf(`SELECT round FROM case_response WHERE response_id = %s`, p.answer2))); !strings.HasSuffix(got, "3") {
					t.Errorf("the answer is in round %s", got)
				}
				if c = p.goesOn(t, c); !c.ResolvedAt.Equal(p.now) {
					t.Errorf("the case is %+v", c)
				}
			})
		})
	}
}
