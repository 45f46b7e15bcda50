package demo

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

var now = time.Date(2026, 11, 22, 19, 30, 0, 0, time.UTC)

func setup(t *testing.T, now time.Time) Setup {
	t.Helper()
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := survey.NewKeys(1, map[int64][]byte{1: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	ids := int64(0)
	return Setup{
		Now: now, Zone: zone,
		Say:     func(lang, key string) string { return words.For(lang).T(key) },
		Keys:    keys,
		AddUser: func(context.Context, account.User) (int64, error) { ids++; return ids, nil },
	}
}

// staffed is a setup whose users are in the store: cases are only given to them.
func staffed(t *testing.T, st *store.Store) Setup {
	t.Helper()
	s, ids := setup(t, now), int64(0)
	s.AddUser = func(ctx context.Context, u account.User) (int64, error) {
		ids++
		u.ID = ids
		return ids, st.InsertUser(ctx, u, u.Email)
	}
	return s
}

// TestFill fills both engines: what is there is the tale that is told for the same moment, and the rollups count it.
func TestFill(t *testing.T) {
	want := retold(t, now)
	slices.SortFunc(want.all, func(a, b survey.Response) int { return cmp.Compare(a.ID, b.ID) })
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		shop, err := Fill(t.Context(), st, staffed(t, st))
		if err != nil {
			t.Fatal(err)
		}
		var all []survey.Response
		err = st.EachResponse(t.Context(), store.ResponseRange{}, func(r survey.Response) error {
			all = append(all, r)
			return nil
		})
		if err != nil || len(all) != shop.Answers {
			t.Fatalf("%d answers are there (%v), Fill says %d", len(all), err, shop.Answers)
		}
		if diff := gocmp.Diff(want.all, all); diff != "" {
			t.Errorf("the answers are others than those told: %.2000s", diff)
		}
		if diff := gocmp.Diff(want.shop.Touchpoints, shop.Touchpoints); diff != "" {
			t.Error(diff)
		}
		diffs, err := st.CheckRollups(t.Context(), want.zone)
		if err != nil || len(diffs) != 0 {
			t.Errorf("%d rollups differ (%v): %+v", len(diffs), err, diffs[:min(3, len(diffs))])
		}
		checkLinks(t, st, shop)
		checkInvitations(t, st, shop, all)
		checkEvent(t, st, want)
		checkInbox(t, st)
	})
}

func checkLinks(t *testing.T, st *store.Store, shop Shop) {
	t.Helper()
	for _, lang := range words.Languages() {
		l, err := st.Link(t.Context(), shop.Links[lang])
		if err != nil || l.Language != lang || l.SurveyID != shop.Purchase.SurveyID || l.Touchpoint != shop.Touchpoints[checkout] {
			t.Errorf("the link in %s is %+v (%v)", lang, l, err)
		}
		sv, err := st.Survey(t.Context(), l.SurveyID)
		if err != nil || !sv.TakesAnswers(now) || !slices.Contains(sv.Settings.Languages, lang) || sv.VersionID != shop.Purchase.ID {
			t.Errorf("the survey of the link in %s is %+v (%v)", lang, sv, err)
		}
	}
}

// checkInvitations: who answered a personal link was asked before, and the one that Fill gives has no answer yet.
func checkInvitations(t *testing.T, st *store.Store, shop Shop, all []survey.Response) {
	t.Helper()
	invited := map[survey.ID]survey.Invitation{}
	for _, v := range []survey.Version{shop.Purchase, shop.Delivery, shop.Support, shop.Loyalty} {
		list, err := st.Invitations(t.Context(), v.SurveyID, 0, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, inv := range list {
			invited[inv.ID] = inv
		}
	}
	answered := map[survey.ID]bool{}
	for _, r := range all {
		answered[r.ID] = true
		inv, ok := invited[r.ID]
		if ok != (r.Channel == survey.ViaInvitation) || ok && (inv.ContactID != r.ContactID || inv.OrderRef != r.OrderRef || !inv.OpenedAt.Before(r.AnsweredAt) || inv.OpenedAt.Before(inv.CreatedAt)) {
			t.Fatalf("%+v came by invitation %+v", r, inv)
		}
	}
	inv, err := st.InvitationByToken(t.Context(), survey.HashToken(shop.Personal))
	if err != nil || answered[inv.ID] || inv.SurveyID != shop.Delivery.SurveyID || !inv.ExpiresAt.After(now) {
		t.Errorf("the personal link is of %+v (%v)", inv, err)
	}
}

// checkEvent: the release stands in the charts on the first of its seven weeks.
func checkEvent(t *testing.T, st *store.Store, told retelling) {
	t.Helper()
	today := survey.DayOf(told.now, told.zone)
	events, err := st.Events(t.Context(), today-200, today)
	if err != nil || len(events) != 1 || events[0].Day != today-48 {
		t.Errorf("events %+v (%v), want one 7 weeks ago", events, err)
	}
}

// failing is a store that loses its disk at a batch of answers.
type failing struct {
	*store.Store
	left int
}

var errDisk = errors.New("the disk is gone")

func (f *failing) Apply(ctx context.Context, recs []survey.Record) ([]error, error) {
	if f.left--; f.left < 0 {
		return nil, errDisk
	}
	return f.Store.Apply(ctx, recs)
}

func TestFillSaysWhenTheStoreFails(t *testing.T) {
	if _, err := Fill(t.Context(), &failing{storetest.SQLite(t), 1}, setup(t, now)); !errors.Is(err, errDisk) {
		t.Errorf("Fill says %v", err)
	}
}

// checkInbox: eight cases are open, in different states and not all in time, others are resolved.
func checkInbox(t *testing.T, st *store.Store) {
	t.Helper()
	count := func(where string) string {
		var b strings.Builder
		if err := st.Shell(t.Context(), &b, "SELECT COUNT(*) FROM followup_case WHERE "+where, false); err != nil {
			t.Fatal(err)
		}
		return strings.Fields(b.String())[1]
	}
	due := strconv.FormatInt(now.UnixMilli(), 10)
	for where, want := range map[string]string{
		"status <> 'resolved'": "8", "status = 'new'": "2", "status = 'in_progress'": "4", "status = 'waiting'": "2",
		"status <> 'resolved' AND replied_at IS NULL AND due_at < " + due: "1", "opened_at > " + due: "0", "changed_at > " + due: "0", "resolved_at < replied_at": "0",
	} {
		if got := count(where); got != want {
			t.Errorf("%s cases are %s, want %s", got, where, want)
		}
	}
	if got := count("status = 'resolved'"); len(got) < 2 {
		t.Errorf("%s cases are resolved", got)
	}
}
