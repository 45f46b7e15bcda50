package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/soak"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// crowd is staff and customers who all do things to a few cases at once.
type crowd struct {
	*shop
	service  *followup.Service
	requests *followup.Requests
	marks    *survey.Moderation
	people   []survey.ID
	ticks    atomic.Int64

	mu      sync.Mutex
	answers []survey.Response
	notes   map[string]bool // by their text: whether they were taken
	stale   int
}

func openCrowd(t *testing.T, st *store.Store) *crowd {
	t.Helper()
	c := &crowd{shop: openShop(t, st), notes: map[string]bool{}}
	clock, utc := func() time.Time { return noon.Add(time.Duration(c.ticks.Add(1)) * time.Millisecond / 4) }, func() *time.Location { return time.UTC }
	var err error
	c.ids, err = survey.NewIDs(0, clock)
	must(t, err)
	o := followup.NewOpener(st, c.ids, clock)
	c.intake = survey.NewIntake(st, o.Recorder(c.writer), c.ids, clock, utc)
	c.marks = survey.NewModeration(o.Moderated(st), c.ids, clock, utc)
	c.service = followup.NewService(st, o, c.ids, clock)
	c.requests = followup.NewRequests(st, c.service)
	for id := range int64(3) {
		email := fmt.Sprintf("s%d@shop.example", id+1)
		must(t, st.InsertUser(context.Background(), account.User{ID: id + 1, Email: email, Name: email, Role: account.Support, CreatedAt: noon}, email))
	}
	for i := range 8 {
		c.people = append(c.people, c.contact(t, fmt.Sprint("p", i)))
		c.answers = append(c.answers, c.give(t, c.from(c.people[i], i%7, "first")))
	}
	return c
}

// one does one thing, and returns what must not be.
func (c *crowd) one(rng *rand.Rand, no int) error {
	ctx := context.Background()
	c.mu.Lock()
	r := c.answers[rng.IntN(len(c.answers))]
	c.mu.Unlock()
	switch rng.IntN(9) {
	case 0:
		got, _, err := c.intake.Give(ctx, c.version, c.from(c.people[rng.IntN(len(c.people))], rng.IntN(11), "again"))
		if err == nil {
			c.mu.Lock()
			c.answers = append(c.answers, got)
			c.mu.Unlock()
		}
		return err
	case 1:
		r.Rating = rng.IntN(11)
		_, _, err := c.intake.Give(ctx, c.version, r)
		return c.mayBe(err)
	case 2:
		_, err := c.marks.SetStatus(ctx, r.ID, survey.Status(rng.IntN(3)), 1, func(context.Context) error { return nil })
		return c.mayBe(err)
	case 3:
		return c.requests.Permit(ctx, r.ID, followup.Permission(rng.IntN(3)), "")
	}
	id, err := c.st.CaseOf(ctx, r.ID)
	if errors.Is(err, survey.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.work(ctx, rng, id, fmt.Sprintf("note no. %d.", no))
}

// work is what staff do who have just looked at the case.
func (c *crowd) work(ctx context.Context, rng *rand.Rand, id survey.ID, note string) error {
	seen, err := c.st.Case(ctx, id)
	if err != nil {
		return err
	}
	by := 1 + rng.Int64N(3)
	if rng.IntN(6) == 0 {
		lines, err := c.st.CaseLog(ctx, id, 1)
		if err != nil {
			return err
		}
		_, err = c.service.Undo(ctx, by, id, seen.Version, lines[0].ID)
		return c.mayBe(err, followup.ErrUndo)
	}
	owner, status := rng.Int64N(4), followup.Statuses()[rng.IntN(4)]
	tags := []string{"a", "b", "c"}[:rng.IntN(4)]
	e := followup.Edit{Note: note, Reason: 2 + rng.Int64N(4)}
	switch rng.IntN(4) {
	case 0:
		e.Owner = &owner
	case 1, 2:
		e.Status = &status
	case 3:
		e.Tags = &tags
	}
	_, err = c.service.Change(ctx, by, id, seen.Version, e, nil)
	c.mu.Lock()
	c.notes[note] = err == nil
	c.mu.Unlock()
	return c.mayBe(err)
}

// mayBe leaves out what is no fault: that somebody was faster.
func (c *crowd) mayBe(err error, others ...error) error {
	if errors.Is(err, survey.ErrStale) {
		c.mu.Lock()
		c.stale++
		c.mu.Unlock()
		return nil
	}
	if slices.ContainsFunc(others, func(o error) bool { return errors.Is(err, o) }) {
		return nil
	}
	return err
}

// retold is what the log of a case says that it is.
type retold struct {
	status, owner, tags, reason, permission string
	rounds                                  int64
	resolved                                time.Time
	notes                                   []string
}

// retell replays the log in its order, and finds lines that do not fit to what came before.
func retell(lines []followup.Entry) (s retold, wrong []string) {
	s.permission = "0"
	from := func(e followup.Entry, had string) {
		if e.Before != had {
			wrong = append(wrong, fmt.Sprintf("a line %s goes from %q, and it was %q", e.Kind, e.Before, had))
		}
	}
	for _, e := range lines {
		switch e.Kind {
		case followup.LogOpened, followup.LogReopened:
			s.rounds++
			status := e.After
			if e.ResponseID != 0 { // by an answer
				status, s.permission = string(followup.New), "0"
			} else {
				from(e, s.status)
			}
			s.status, s.reason = status, ""
		case followup.LogStatus:
			from(e, s.status)
			s.status = e.After
			if e.After == string(followup.Resolved) {
				s.resolved = e.At
				if e.ResponseID != 0 {
					s.reason = strconv.Itoa(followup.AnswerChanged)
				}
			} else if e.Before == string(followup.Resolved) {
				s.reason = ""
			}
		case followup.LogReason:
			s.reason = e.After
		case followup.LogOwner:
			from(e, s.owner)
			s.owner = e.After
		case followup.LogTags:
			from(e, s.tags)
			s.tags = e.After
		case followup.LogPermission:
			from(e, s.permission)
			s.permission = e.After
		case followup.LogNote:
			s.notes = append(s.notes, e.Body)
		}
	}
	return s, wrong
}

// check compares a case with its log.
func (c *crowd) check(t *testing.T, id survey.ID) []string {
	t.Helper()
	ctx := context.Background()
	is, err := c.st.Case(ctx, id)
	must(t, err)
	lines, err := c.st.CaseLog(ctx, id, 100_000)
	must(t, err)
	rounds, err := c.st.CaseRounds(ctx, id)
	must(t, err)
	told, wrong := retell(lines)
	for _, w := range wrong {
		t.Errorf("case %s: %s", id, w)
	}
	text := func(n int64) string { return strings.TrimPrefix(strconv.FormatInt(n, 10), "0") }
	want := retold{
		status: string(is.Status), owner: text(is.Owner), tags: strings.Join(is.Tags, ", "), reason: text(is.Reason), permission: strconv.Itoa(int(is.Permission)), rounds: is.Rounds,
	}
	if told.status != want.status || told.owner != want.owner || told.tags != want.tags || told.reason != want.reason || told.permission != want.permission || told.rounds != want.rounds {
		t.Errorf("case %s is %+v, its log tells %+v", id, want, told)
	}
	if int64(len(rounds)) != is.Rounds || is.Status == followup.Resolved && (!told.resolved.Equal(is.ResolvedAt) || !rounds[len(rounds)-1].ResolvedAt.Equal(is.ResolvedAt)) ||
		is.Status != followup.Resolved && !rounds[len(rounds)-1].ResolvedAt.IsZero() {
		t.Errorf("case %s is %+v, its rounds are %+v", id, is, rounds)
	}
	return told.notes
}

// TestSoakCasesUnderACrowd has customers and staff do random things at once. The log of each case, replayed, must give its state; every note that was taken stands in a log once, and none that
// was refused.
func TestSoakCasesUnderACrowd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := openCrowd(t, st)
		total := soak.Count(t, 1000)
		var left atomic.Int64
		left.Store(int64(total))
		var wg sync.WaitGroup
		for worker := range 8 {
			rng := rand.New(rand.NewPCG(uint64(worker), 1000))
			wg.Go(func() {
				for no := left.Add(-1); no >= 0; no = left.Add(-1) {
					if err := c.one(rng, int(no)); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		seen := map[string]int{}
		lines := strings.Fields(shell(t, st, `SELECT id FROM followup_case ORDER BY id`))[1:]
		for _, line := range lines {
			id, err := strconv.ParseInt(line, 10, 64)
			must(t, err)
			for _, note := range c.check(t, survey.ID(id)) {
				seen[note]++
			}
		}
		taken := 0
		for note, ok := range c.notes {
			want := 0
			if ok {
				want, taken = 1, taken+1
			}
			if seen[note] != want {
				t.Errorf("%q stands in the logs %d times, want %d", note, seen[note], want)
			}
		}
		t.Logf("%d actions on %d cases: %d notes taken and found, %d changes refused because somebody was faster", total, len(lines), taken, c.stale)
	})
}
