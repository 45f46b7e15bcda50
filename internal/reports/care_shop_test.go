package reports_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// careShop is a shop whose unhappy customers have cases, and a clock that its test moves.
type careShop struct {
	*shop
	now      time.Time
	zone     *time.Location
	version  survey.Version
	intake   *survey.Intake
	marks    *survey.Moderation
	service  *followup.Service
	requests *followup.Requests
	staff    []int64
}

func openCareShop(t *testing.T, st *store.Store) *careShop {
	t.Helper()
	c := &careShop{shop: &shop{t: t, st: st}, now: today.Start(time.UTC)}
	clock := func() time.Time { return c.now }
	var err error
	c.zone, err = time.LoadLocation("Europe/Sofia")
	c.must(err)
	zone := func() *time.Location { return c.zone }
	ids, err := survey.NewIDs(0, clock)
	c.must(err)
	c.ids, c.reports = ids, reports.New(st, clock, zone)
	c.version = c.publish(0, nps)
	w, err := st.NewWriter(t.Context(), func(err error) { t.Error(err) })
	c.must(err)
	t.Cleanup(w.Close)
	o := followup.NewOpener(st, ids, clock)
	c.intake = survey.NewIntake(st, o.Recorder(w), ids, clock, zone)
	c.marks = survey.NewModeration(o.Moderated(st), ids, clock, zone)
	c.service = followup.NewService(st, o, ids, clock)
	c.requests = followup.NewRequests(st, c.service)
	for id := range int64(3) {
		email := fmt.Sprintf("u%d@shop.example", id+1)
		c.must(st.InsertUser(t.Context(), account.User{ID: id + 1, Email: email, Name: email, Role: account.Support, CreatedAt: c.now}, email))
		c.staff = append(c.staff, id+1)
	}
	return c
}

func (c *careShop) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *careShop) known(name string) survey.ID {
	id, err := c.st.EnsureContact(context.Background(), survey.Contact{ID: c.ids.Next(), Email: name + "@shop.example", Name: name, CreatedAt: c.now})
	c.must(err)
	return id
}

func (c *careShop) answer(contact survey.ID, rating int, touchpoint int64, comment string) survey.Response {
	r := survey.Response{ID: c.ids.Next(), ContactID: contact, Rating: rating, Touchpoint: touchpoint, Language: "en", Comment: comment, Channel: survey.ViaImport}
	got, _, err := c.intake.Give(context.Background(), c.version, r)
	c.must(err)
	return got
}

// history is what happens to a few customers in some weeks.
type history struct {
	*careShop
	rng     *rand.Rand
	people  []survey.ID // 0: nobody known
	answers []survey.Response
	cases   []survey.ID
}

func (h *history) one(all []survey.ID) survey.ID { return all[h.rng.IntN(len(all))] }

// step does one thing, some time after the one before.
func (h *history) step() {
	h.now = h.now.Add(time.Duration(1+h.rng.Int64N(int64([]time.Duration{time.Minute, 9 * time.Hour, 40 * time.Hour}[h.rng.IntN(3)]/time.Millisecond))) * time.Millisecond)
	ctx := context.Background()
	if len(h.answers) == 0 || h.rng.IntN(6) == 0 {
		h.give(h.answer(h.one(h.people), h.rng.IntN(11), 1+h.rng.Int64N(3), ""))
		return
	}
	r := &h.answers[h.rng.IntN(len(h.answers))]
	switch {
	case h.rng.IntN(6) == 0:
		r.Rating = h.rng.IntN(11)
		got, _, err := h.intake.Give(ctx, h.version, *r)
		h.must(err)
		h.note(got.ID)
	case h.rng.IntN(6) == 0:
		_, err := h.marks.SetStatus(ctx, r.ID, survey.Status(h.rng.IntN(4)), h.staff[0], func(context.Context) error { return nil })
		h.must(err)
		h.note(r.ID)
	case h.rng.IntN(6) == 0:
		h.must(h.requests.Permit(ctx, r.ID, followup.Permission(h.rng.IntN(3)), ""))
		h.note(r.ID)
	case len(h.cases) > 0:
		h.work(h.one(h.cases))
	}
}

func (h *history) give(r survey.Response) {
	h.answers = append(h.answers, r)
	h.note(r.ID)
}

// note remembers the case of an answer, if there is one.
func (h *history) note(answer survey.ID) {
	id, err := h.st.CaseOf(context.Background(), answer)
	if errors.Is(err, survey.ErrNotFound) {
		return
	}
	h.must(err)
	if !slices.Contains(h.cases, id) {
		h.cases = append(h.cases, id)
	}
}

// work has one of the staff do something to a case.
func (h *history) work(id survey.ID) {
	ctx := context.Background()
	by := h.staff[h.rng.IntN(len(h.staff))]
	if h.rng.IntN(7) == 0 {
		lines, err := h.st.CaseLog(ctx, id, 1)
		h.must(err)
		if _, err := h.service.Undo(ctx, by, id, followup.AnyVersion, lines[0].ID); err != nil && !errors.Is(err, followup.ErrUndo) && !errors.Is(err, followup.ErrOwner) {
			h.t.Fatal(err)
		}
		return
	}
	var e followup.Edit
	if h.rng.IntN(3) == 0 {
		owner := h.rng.Int64N(4)
		e.Owner = &owner
	}
	if h.rng.IntN(3) == 0 {
		tags := [][]string{nil, {"late"}, {"late", "broken"}, {"broken"}}[h.rng.IntN(4)]
		e.Tags = &tags
	}
	if h.rng.IntN(2) == 0 {
		status := followup.Statuses()[h.rng.IntN(4)]
		e.Status, e.Reason = &status, 2+h.rng.Int64N(4)
	}
	if h.rng.IntN(3) == 0 {
		e.Reply = &followup.Entry{Kind: "reply", Body: "Sorry"}
	}
	_, err := h.service.Change(ctx, by, id, followup.AnyVersion, e, nil)
	h.must(err)
}
