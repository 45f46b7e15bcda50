package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// desk is a shop with one case, and two people who work on it.
type desk struct {
	*shop
	*followup.Service
	id  survey.ID
	ann int64
	bob int64
}

func openDesk(t *testing.T, st *store.Store) *desk {
	t.Helper()
	d, ctx := &desk{shop: openShop(t, st)}, context.Background()
	o, _ := d.follow()
	d.Service = followup.NewService(st, o, d.ids, func() time.Time { return d.now })
	r := d.give(t, d.response(1, "Broken"))
	var err error
	d.id, err = st.CaseOf(ctx, r.ID)
	must(t, err)
	d.ann, d.bob = 1, 2
	for id, name := range map[int64]string{d.ann: "ann", d.bob: "bob"} {
		email := name + "@shop.example"
		must(t, st.InsertUser(ctx, account.User{ID: id, Email: email, Name: name, Role: account.Support, CreatedAt: noon}, email))
	}
	return d
}

func to(s followup.Status) *followup.Status { return &s }

func (d *desk) do(t *testing.T, by, version int64, e followup.Edit) followup.Case {
	t.Helper()
	d.now = d.now.Add(time.Hour)
	c, err := d.Change(context.Background(), by, d.id, version, e, nil)
	must(t, err)
	stored, err := d.st.Case(context.Background(), d.id)
	must(t, err)
	if fmt.Sprint(c) != fmt.Sprint(stored) {
		t.Errorf("the change gave %+v, stored is %+v", c, stored)
	}
	return c
}

func TestACaseIsWorkedOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d, ctx := openDesk(t, st), context.Background()
		c := d.do(t, d.ann, 1, followup.Edit{Owner: &d.bob, Status: to(followup.InProgress), Tags: &[]string{"Delivery, broken", "delivery"}, Note: "<b>call</b>"})
		if c.Owner != d.bob || c.Status != followup.InProgress || strings.Join(c.Tags, "|") != "broken|delivery" || c.Version != 2 || !c.RepliedAt.IsZero() {
			t.Errorf("the case is %+v", c)
		}
		if got := shell(t, st, `SELECT search_text FROM followup_case`); !strings.Contains(got, "broken") || !strings.Contains(got, "b call b") {
			t.Errorf("the case is found by %q", got)
		}
		if _, err := d.Change(ctx, d.bob, d.id, 1, followup.Edit{Note: "late"}, nil); !errors.Is(err, survey.ErrStale) {
			t.Errorf("an old version gives %v", err)
		}
		c = d.do(t, d.bob, 2, followup.Edit{Reply: &followup.Entry{Kind: "reply", Body: "Sorry"}, Status: to(followup.Waiting)})
		first := c.RepliedAt
		c = d.do(t, d.bob, 3, followup.Edit{Reply: &followup.Entry{Kind: "reply", Body: "Again"}})
		if !first.Equal(noon.Add(2*time.Hour)) || !c.RepliedAt.Equal(first) {
			t.Errorf("replied at %s, then %s", first, c.RepliedAt)
		}
		c = d.do(t, d.bob, 4, followup.Edit{Status: to(followup.Resolved), Reason: 2})
		if c.Status != followup.Resolved || !c.ResolvedAt.Equal(noon.Add(4*time.Hour)) || c.Reason != 2 {
			t.Errorf("the case is %+v", c)
		}
		c = d.do(t, d.ann, 5, followup.Edit{Status: to(followup.InProgress)})
		if c.Rounds != 2 || c.Reopened != 1 || !c.RepliedAt.IsZero() || !c.DueAt.Equal(noon.Add(53*time.Hour)) || c.Reason != 0 {
			t.Errorf("reopened it is %+v", c)
		}
		if c = d.do(t, d.ann, 6, followup.Edit{}); c.Version != 6 {
			t.Errorf("nothing was done, and the version is %d", c.Version)
		}
		lines, err := st.CaseLog(ctx, d.id, 100)
		must(t, err)
		var kinds []string
		for _, e := range lines {
			kinds = append(kinds, e.Kind)
		}
		if got := strings.Join(kinds, " "); got != "opened tags note owner status reply status reply reason status reopened" {
			t.Errorf("the log is %s", got)
		}
		rounds, err := st.CaseRounds(ctx, d.id)
		must(t, err)
		if len(rounds) != 2 || rounds[1].Ticket != 1 || rounds[1].Touchpoint != 2 || rounds[0].ResolvedBy != d.bob || rounds[0].RepliedBy != d.bob || rounds[0].Reason != 2 || !rounds[1].ResolvedAt.IsZero() {
			t.Errorf("the rounds are %+v", rounds)
		}
		answers, err := st.CaseAnswers(ctx, d.id)
		must(t, err)
		if len(answers) != 1 || answers[0].State != followup.Stands || answers[0].Response.Comment != "Broken" || len(answers[0].Response.Answers) != 3 {
			t.Errorf("the answers are %+v", answers)
		}
	})
}

func TestWhatCanNotBeDoneToACase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d, ctx := openDesk(t, st), context.Background()
		nobody, failed := int64(99), errors.New("the mail was not written")
		for _, c := range []struct {
			edit followup.Edit
			also func(context.Context) error
			want error
		}{
			{followup.Edit{Status: to(followup.Resolved)}, nil, followup.ErrReason},
			{followup.Edit{Owner: &nobody}, nil, followup.ErrOwner},
			{followup.Edit{Tags: &[]string{strings.Repeat("x", 41)}}, nil, followup.ErrTags},
			{followup.Edit{Note: strings.Repeat("x", 10_001)}, nil, followup.ErrNote},
			{followup.Edit{Note: "n"}, func(context.Context) error { return failed }, failed},
		} {
			if _, err := d.Change(ctx, d.ann, d.id, 1, c.edit, c.also); !errors.Is(err, c.want) {
				t.Errorf("%+v gives %v, want %v", c.edit, err, c.want)
			}
		}
		if _, err := d.Change(ctx, d.ann, 12345, 1, followup.Edit{}, nil); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("a case that is not there gives %v", err)
		}
		if got := logOf(t, st); got != "opened" {
			t.Errorf("the log is %s", got)
		}
	})
}

func TestUndo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d, ctx := openDesk(t, st), context.Background()
		last := func() survey.ID {
			lines, err := st.CaseLog(ctx, d.id, 1)
			must(t, err)
			return lines[0].ID
		}
		c := d.do(t, d.ann, 1, followup.Edit{Owner: &d.ann})
		given := last()
		c, err := d.Undo(ctx, d.ann, d.id, c.Version, given)
		if err != nil || c.Owner != 0 {
			t.Errorf("undone the case is %+v, %v", c, err)
		}
		if _, err := d.Undo(ctx, d.ann, d.id, c.Version, given); !errors.Is(err, followup.ErrUndo) {
			t.Errorf("undone twice gives %v", err)
		}
		due := c.DueAt
		c = d.do(t, d.ann, c.Version, followup.Edit{Status: to(followup.Resolved), Reason: 3})
		if _, err := d.Undo(ctx, d.ann, d.id, c.Version-1, last()); !errors.Is(err, survey.ErrStale) {
			t.Errorf("undone over an old version gives %v", err)
		}
		c, err = d.Undo(ctx, d.ann, d.id, c.Version, last())
		if err != nil || c.Status != followup.New || c.Rounds != 1 || c.Reopened != 0 || !c.DueAt.Equal(due) || !c.ResolvedAt.IsZero() || c.Reason != 0 {
			t.Errorf("undone the case is %+v, %v", c, err)
		}
	})
}

// TestLogAndStateAgree has staff and the customer change one case at once, and tells its state from its log.
func TestLogAndStateAgree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d, ctx := openDesk(t, st), context.Background()
		var wg sync.WaitGroup
		for worker := range 5 {
			rng := rand.New(rand.NewPCG(uint64(worker), 9))
			wg.Go(func() {
				for range 20 {
					c, err := st.Case(ctx, d.id)
					if err != nil {
						t.Error(err)
						return
					}
					e := followup.Edit{Reason: 2 + rng.Int64N(3)}
					switch rng.IntN(3) {
					case 0:
						e.Owner = &[]int64{0, d.ann, d.bob}[rng.IntN(3)]
					case 1:
						e.Status = to(followup.Statuses()[rng.IntN(4)])
					case 2:
						e.Tags = &[]string{[]string{"a", "b", "c"}[rng.IntN(3)]}
					}
					if _, err := d.Change(ctx, d.ann, d.id, c.Version, e, nil); err != nil && !errors.Is(err, survey.ErrStale) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		c, err := st.Case(ctx, d.id)
		must(t, err)
		lines, err := st.CaseLog(ctx, d.id, 1000)
		must(t, err)
		var status, owner, tags string
		rounds := int64(0)
		for _, e := range lines {
			switch e.Kind {
			case followup.LogOpened:
				status = string(followup.New)
				rounds++
			case followup.LogReopened:
				rounds++
				fallthrough
			case followup.LogStatus:
				if e.Before != status {
					t.Errorf("a line goes from %s, and the case was %s", e.Before, status)
				}
				status = e.After
			case followup.LogOwner:
				if e.Before != owner {
					t.Errorf("a line takes the case from %q, and %q had it", e.Before, owner)
				}
				owner = e.After
			case followup.LogTags:
				tags = e.After
			}
		}
		if c.Owner != 0 && owner != fmt.Sprint(c.Owner) || c.Owner == 0 && owner != "" || status != string(c.Status) || tags != strings.Join(c.Tags, ", ") || rounds != c.Rounds {
			t.Errorf("the log tells of status %s, owner %s, tags %s and %d rounds; the case is %+v", status, owner, tags, rounds, c)
		}
	})
}

// TestAnOtherAnswersMarkLeavesACaseThatStaffOpenedAgain has a case with a round that no answer opened: it counts as long as the answers of its ticket do.
func TestAnOtherAnswersMarkLeavesACaseThatStaffOpenedAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d, ctx := openDesk(t, st), context.Background()
		o, m := d.follow()
		d.Service = followup.NewService(st, o, d.ids, func() time.Time { return d.now })
		ana := d.contact(t, "ana")
		first := d.give(t, d.from(ana, 1, "first"))
		second := d.give(t, d.from(ana, 2, "second"))
		var err error
		d.id, err = st.CaseOf(ctx, first.ID)
		must(t, err)
		d.do(t, d.ann, followup.AnyVersion, followup.Edit{Status: to(followup.Resolved), Reason: 2})
		d.do(t, d.ann, followup.AnyVersion, followup.Edit{Status: to(followup.New)})
		for _, c := range []struct {
			mark survey.ID
			want bool
		}{{first.ID, false}, {second.ID, true}} {
			_, err := m.SetStatus(ctx, c.mark, survey.Spam, 1, func(context.Context) error { return nil })
			must(t, err)
			rounds, err := st.CaseRounds(ctx, d.id)
			must(t, err)
			if len(rounds) != 2 || rounds[0].Excluded != c.want || rounds[1].Excluded != c.want {
				t.Errorf("the rounds are %+v, excluded should be %t", rounds, c.want)
			}
		}
	})
}
