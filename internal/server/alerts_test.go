package server_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/telling"
)

// choices is what is stored, by user.
func choices(t *testing.T, st server.ChoiceStore) string {
	t.Helper()
	all, err := st.Choices(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(all)
}

func TestPeopleChooseWhatTheyAreTold(t *testing.T) {
	var st server.ChoiceStore
	s := newSite(t, func(d *server.Deps) { st = d.Alerts.Store })
	ann, meg := s.add("ann", account.Support), s.add("meg", account.Manager)
	b := s.signedIn("ann")
	doc := parse(t, b.get("/profile"))
	if got, _ := doc.Find("#alerts input[type=radio][checked]").Attr("value"); got != "at_once" || doc.Find("#alerts input[type=checkbox]").Length() != 0 || doc.Find(`a[href="/alerts"]`).Length() != 0 {
		t.Errorf("support sees %q, with %d digests", got, doc.Find("#alerts input[type=checkbox]").Length())
	}
	if p := b.post("/profile/alerts", "cases.me", "daily", "digest.me", "1"); p.status != 303 {
		t.Fatalf("%d %s", p.status, p.body)
	}
	doc = parse(t, b.get("/profile"))
	if got, _ := doc.Find("#alerts input[type=radio][checked]").Attr("value"); got != "daily" {
		t.Errorf("kept is %q", got)
	}
	if p := b.post("/profile/alerts", "cases.me", "hourly"); p.status != 422 || parse(t, p).Find(`.errs a[href="#cases.me"]`).Length() != 1 {
		t.Errorf("an unknown choice: %d", p.status)
	}
	if p := b.post("/alerts", fmt.Sprintf("cases.%d", meg.ID), "off"); p.status != 403 {
		t.Errorf("support sets others': %d", p.status)
	}
	m := s.signedIn("meg")
	if p := m.post("/profile/alerts", "cases.me", "off"); p.status != 303 {
		t.Fatalf("%d %s", p.status, p.body)
	}
	want := fmt.Sprint(map[int64]telling.Choice{
		ann.ID: {User: ann.ID, Cases: telling.Daily, Digest: true}, meg.ID: {User: meg.ID, Cases: telling.Off},
	})
	if got := choices(t, st); got != want {
		t.Errorf("stored is %s, want %s", got, want)
	}
}

func TestManagersChooseForOthers(t *testing.T) {
	var st server.ChoiceStore
	s := newSite(t, func(d *server.Deps) { st = d.Alerts.Store })
	ann, meg := s.add("ann", account.Support), s.add("meg", account.Manager)
	b := s.signedIn("meg")
	doc := parse(t, b.get("/alerts"))
	if n := doc.Find("fieldset").Length(); n != 2 || doc.Find("input[type=checkbox]").Length() != 1 {
		t.Errorf("%d people: %s", n, doc.Text())
	}
	of := func(u account.User) string { return fmt.Sprintf("cases.%d", u.ID) }
	if p := b.post("/alerts", of(ann), "at_once", of(meg), "at_once", fmt.Sprintf("digest.%d", meg.ID), "1"); p.status != 303 {
		t.Fatalf("%d %s", p.status, p.body)
	}
	if got := choices(t, st); got != "map[]" {
		t.Errorf("nothing was changed, and stored is %s", got)
	}
	if p := b.post("/alerts", of(ann), "hourly", of(meg), "off"); p.status != 422 || choices(t, st) != "map[]" {
		t.Errorf("an unknown choice: %d, stored is %s", p.status, choices(t, st))
	}
	if p := b.post("/alerts", of(ann), "daily", of(meg), "off", "cases.99", "off"); p.status != 303 {
		t.Fatalf("%d %s", p.status, p.body)
	}
	want := fmt.Sprint(map[int64]telling.Choice{
		ann.ID: {User: ann.ID, Cases: telling.Daily, Digest: true}, meg.ID: {User: meg.ID, Cases: telling.Off},
	})
	if got := choices(t, st); got != want {
		t.Errorf("stored is %s, want %s", got, want)
	}
	s.add("ada", account.Admin)
	if p := s.signedIn("ada").get("/audit"); strings.Count(p.body, "Changed what a person is told") < 2 {
		t.Error("the audit log does not say so")
	}
}
