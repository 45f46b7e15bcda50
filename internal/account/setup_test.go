package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

var offered = []string{"en", "pl", "ru", "bg"}

func setupForm() account.SetupForm {
	return account.SetupForm{
		Email: "ann@shop.example", Name: " Ann  Lee ", Password: password, Language: "bg",
		Settings: account.Settings{Company: "Linden Home", Languages: []string{"bg", "en"}, Language: "bg", Zone: "Europe/Sofia", Brand: "#0A5C72"},
	}
}

func TestSetup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		c := &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		s := newService(t, st, c)
		old, err := s.NewSetupKey(ctx)
		if err != nil || len(old) != 14 {
			t.Fatal(old, err)
		}
		key, err := s.NewSetupKey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"", old, "AAAA-AAAA-AAAA"} {
			if err := s.CheckSetupKey(ctx, wrong, "n"); !errors.Is(err, account.ErrLink) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if err := s.CheckSetupKey(ctx, strings.ToLower(strings.ReplaceAll(key, "-", " ")), "n"); err != nil {
			t.Errorf("the key as people type it: %v", err)
		}
		bad := setupForm()
		bad.Settings.Brand, bad.Password, bad.Email = "#ffee00", "short", "nobody"
		var invalid *account.Invalid
		if _, _, err := s.Setup(ctx, key, bad, offered); !errors.As(err, &invalid) || len(invalid.Problems) != 3 {
			t.Errorf("wrong fields: %v", err)
		}
		id, u, err := s.Setup(ctx, key, setupForm(), offered)
		if err != nil || u.Role != account.Admin || u.Name != "Ann Lee" {
			t.Fatal(u, err)
		}
		if v, err := s.Visitor(ctx, id); err != nil || v == nil {
			t.Error("setting up did not sign in", err)
		}
		want := account.Settings{Company: "Linden Home", Languages: []string{"en", "bg"}, Language: "bg", Zone: "Europe/Sofia", Brand: "#0a5c72"}
		if got, err := s.Settings(ctx); err != nil || !cmp.Equal(want, got) {
			t.Error(cmp.Diff(want, got), err)
		}
		if _, _, err := s.Setup(ctx, key, setupForm(), offered); !errors.Is(err, account.ErrSetUp) {
			t.Errorf("a second time: %v", err)
		}
		if err := s.CheckSetupKey(ctx, key, "n"); !errors.Is(err, account.ErrSetUp) {
			t.Errorf("the key afterwards: %v", err)
		}
		if _, err := s.NewSetupKey(ctx); !errors.Is(err, account.ErrSetUp) {
			t.Errorf("a new key afterwards: %v", err)
		}
	})
}

func TestSetupKeyExpires(t *testing.T) {
	c := &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s := newService(t, storetest.SQLite(t), c)
	key, err := s.NewSetupKey(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c.add(time.Hour)
	if err := s.CheckSetupKey(context.Background(), key, "n"); !errors.Is(err, account.ErrLink) {
		t.Errorf("after an hour: %v", err)
	}
	for range 10 {
		_ = s.CheckSetupKey(context.Background(), "AAAA", "n")
	}
	var w *account.Wait
	if err := s.CheckSetupKey(context.Background(), "AAAA", "n"); !errors.As(err, &w) {
		t.Errorf("guessing the key is not slowed down: %v", err)
	}
}

// rezoner notes the zones that it was asked to count anew.
type rezoner struct {
	zones []string
	err   error
}

func (r *rezoner) Rezone(_ context.Context, zone string) error {
	r.zones = append(r.zones, zone)
	return r.err
}

func TestSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o, ctx := newOffice(t, st), context.Background()
		r := &rezoner{}
		o.Rezoner = r
		v := setupForm().Settings
		save := func() error { return o.SaveSettings(ctx, o.admin, v, offered) }
		if err := save(); err != nil {
			t.Fatal(err)
		}
		v.Company = "Linden"
		if err := save(); err != nil {
			t.Fatal(err)
		}
		r.err = errors.New("no room")
		v.Zone = "Europe/Warsaw"
		if err := save(); !errors.Is(err, r.err) {
			t.Errorf("counting anew failed: %v", err)
		}
		if got, _ := o.Settings(ctx); got.Zone != "Europe/Sofia" || got.Company != "Linden" {
			t.Errorf("a zone whose days could not be counted was kept: %+v", got)
		}
		if !cmp.Equal(r.zones, []string{"Europe/Sofia", "Europe/Warsaw"}) {
			t.Errorf("zones counted anew: %v", r.zones)
		}
		before, _ := st.Revision(ctx)
		if err := o.SaveSettings(ctx, o.admin, setupForm().Settings, offered); err != nil {
			t.Fatal(err)
		}
		if after, _ := st.Revision(ctx); after <= before {
			t.Errorf("a change left the revision at %d, pages made before stay", after)
		}
		if err := o.SaveSettings(ctx, account.User{Role: account.Manager}, v, offered); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("a manager changed the settings: %v", err)
		}
	})
}

func TestContrast(t *testing.T) {
	for colour, want := range map[string]float64{"#000000": 21, "#ffffff": 1, "#767676": 4.54, "#777777": 4.48, "#0a5c72": 7.5} {
		got, ok := account.ContrastWithWhite(colour)
		if !ok || got < want-0.05 || got > want+0.05 {
			t.Errorf("%s: %.2f, want %.2f", colour, got, want)
		}
	}
	for _, bad := range []string{"", "red", "#fff", "#gggggg", "0a5c72", "#0a5c72;", "#-a5c72", "#+a5c72"} {
		if _, ok := account.ContrastWithWhite(bad); ok {
			t.Errorf("%q is a colour", bad)
		}
	}
}

func TestRoles(t *testing.T) {
	all := []account.Permission{account.SeeResults, account.SeeFollowUp, account.EditResponses, account.EditSurveys, account.ImportData, account.EditSettings, account.EditUsers, account.ReadAudit}
	for role, want := range map[account.Role]int{account.Admin: 8, account.Manager: 5, account.Support: 1, "": 0, "owner": 0} {
		n := 0
		for _, p := range all {
			if role.Can(p) {
				n++
			}
		}
		if n != want {
			t.Errorf("%q has %d permissions, want %d", role, n, want)
		}
	}
	if (*account.User)(nil).Can(account.SeeResults) || (&account.User{Role: account.Admin, Disabled: true}).Can(account.SeeResults) {
		t.Error("nobody and disabled users have no permission")
	}
}
