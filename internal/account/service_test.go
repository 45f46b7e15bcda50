package account_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

const password = "correct horse"

// cheap hashes fast; the algorithm is the same.
func cheap() *account.Hasher {
	return account.NewHasher(account.Cost{Memory: 64, Passes: 1})
}

// office is a service with one administrator.
type office struct {
	*account.Service
	t     *testing.T
	clock *clock
	admin account.User
}

func newService(t *testing.T, st *store.Store, c *clock) *account.Service {
	t.Helper()
	var mu sync.Mutex
	var last int64
	s, err := account.New(account.Config{
		Store: st, Now: c.now, Rand: rand.Reader, Hasher: cheap(), Key: []byte(strings.Repeat("k", 32)),
		NewID: func() int64 { mu.Lock(); defer mu.Unlock(); last++; return last },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newOffice(t *testing.T, st *store.Store) *office {
	t.Helper()
	c := &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	o := &office{Service: newService(t, st, c), t: t, clock: c}
	o.admin = o.add("Ann@Shop.example", account.Admin)
	return o
}

func (o *office) add(email string, role account.Role) account.User {
	o.t.Helper()
	u, err := o.AddUser(context.Background(), account.NewUser{Email: email, Name: "Somebody", Role: role}, password)
	if err != nil {
		o.t.Fatal(err)
	}
	return u
}

// signedIn tells whether a session counts.
func (o *office) signedIn(id string) bool {
	o.t.Helper()
	u, err := o.Visitor(context.Background(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return u != nil
}

func (o *office) signIn(email string) string {
	o.t.Helper()
	id, _, err := o.SignIn(context.Background(), email, password, "192.0.2.0/24")
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

func TestSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o, ctx := newOffice(t, st), context.Background()
		a, b := o.signIn("ann@shop.example"), o.signIn(" ANN@SHOP.EXAMPLE ")
		if a == b || !o.signedIn(a) || !o.signedIn(b) {
			t.Fatal("two sign-ins must give two sessions")
		}
		for _, c := range [][2]string{{"ann@shop.example", "wrong password"}, {"nobody@shop.example", password}, {"ann@shop.example", ""}, {"", ""}} {
			if _, _, err := o.SignIn(ctx, c[0], c[1], "198.51.100.0/24"); !errors.Is(err, account.ErrWrongPassword) {
				t.Errorf("%v: %v", c, err)
			}
		}
		if err := o.SignOut(ctx, a); err != nil {
			t.Fatal(err)
		}
		if o.signedIn(a) || !o.signedIn(b) || o.signedIn("") || o.signedIn(strings.Repeat("a", 26)) {
			t.Error("signing out ends that session and no other")
		}
		if err := o.SignOutEverywhere(ctx, o.admin); err != nil || o.signedIn(b) {
			t.Errorf("a session outlived signing out everywhere: %v", err)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	idle := o.signIn("ann@shop.example")
	o.clock.add(12*time.Hour + time.Second)
	if o.signedIn(idle) {
		t.Error("a session lasts over 12 idle hours")
	}
	busy := o.signIn("ann@shop.example")
	for range 59 {
		o.clock.add(12 * time.Hour)
		if !o.signedIn(busy) {
			t.Fatal("a session in use ended within 30 days")
		}
	}
	o.clock.add(12*time.Hour + time.Second)
	if o.signedIn(busy) {
		t.Error("a session lasts over 30 days")
	}
	if err := o.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestBackOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o, ctx := newOffice(t, st), context.Background()
		try := func(email, pw, network string) error {
			_, _, err := o.SignIn(ctx, email, pw, network)
			return err
		}
		for _, email := range []string{"ann@shop.example", "nobody@shop.example"} {
			var waits []time.Duration
			for range 14 {
				err := try(email, "wrong password", "net "+email)
				var w *account.Wait
				if errors.As(err, &w) {
					waits = append(waits, w.For)
					o.clock.add(w.For)
					err = try(email, "wrong password", "net "+email)
				}
				if !errors.Is(err, account.ErrWrongPassword) {
					t.Fatal(err)
				}
			}
			if len(waits) != 9 || waits[0] != 2*time.Second || waits[1] != 4*time.Second || waits[8] != 512*time.Second {
				t.Errorf("%s waited %v", email, waits)
			}
			// The right password does not help while waiting, and another network does not either.
			var w *account.Wait
			if err := try(email, password, "elsewhere"); !errors.As(err, &w) || w.For > 15*time.Minute {
				t.Errorf("%s: %v", email, err)
			}
			// Neither does a restart.
			if _, _, err := newService(t, st, o.clock).SignIn(ctx, email, password, "elsewhere"); !errors.As(err, &w) {
				t.Errorf("after a restart %s: %v", email, err)
			}
		}
		o.clock.add(15 * time.Minute)
		o.signIn("ann@shop.example")
		if err := try("ann@shop.example", "wrong password", "net"); !errors.Is(err, account.ErrWrongPassword) {
			t.Errorf("success did not reset the count: %v", err)
		}
	})
}

func TestBackOffByNetwork(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	ctx := context.Background()
	var w *account.Wait
	for i := range 30 {
		_, _, err := o.SignIn(ctx, "user"+strings.Repeat("x", i)+"@shop.example", "wrong password", "203.0.113.0/24")
		if errors.As(err, &w) != (i >= 20) {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
	}
	if _, _, err := o.SignIn(ctx, "ann@shop.example", password, "198.51.100.0/24"); err != nil {
		t.Errorf("another network: %v", err)
	}
}

// TestParallelGuesses sends many guesses at once: no more may be checked than one after the other.
func TestParallelGuesses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o := newOffice(t, st)
		var mu sync.Mutex
		checked := 0
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				_, _, err := o.SignIn(context.Background(), "ann@shop.example", "wrong password", "net")
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, account.ErrWrongPassword) {
					checked++
				}
			})
		}
		wg.Wait()
		if checked != 5 {
			t.Errorf("%d guesses were checked, want 5", checked)
		}
	})
}

func TestLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o, ctx := newOffice(t, st), context.Background()
		u, token, err := o.Invite(ctx, o.admin, account.NewUser{Email: "max@shop.example", Name: "Max", Role: account.Support})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := o.SignIn(ctx, "max@shop.example", "", "n"); !errors.Is(err, account.ErrWrongPassword) {
			t.Errorf("somebody invited signed in without a password: %v", err)
		}
		if _, _, err := o.UseLink(ctx, account.Reset, token, "", password); !errors.Is(err, account.ErrLink) {
			t.Errorf("a link to join resets: %v", err)
		}
		var invalid *account.Invalid
		if _, _, err := o.UseLink(ctx, account.Join, token, "", "short"); !errors.As(err, &invalid) {
			t.Errorf("a short password: %v", err)
		}
		id, got, err := o.UseLink(ctx, account.Join, token, "Maxim", password)
		if err != nil || got.ID != u.ID || got.Name != "Maxim" || !o.signedIn(id) {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, _, err := o.UseLink(ctx, account.Join, token, "", password); !errors.Is(err, account.ErrLink) {
			t.Errorf("a link works twice: %v", err)
		}
		reset, kind, err := o.NewLink(ctx, o.admin, u.ID)
		if err != nil || kind != account.Reset {
			t.Fatal(kind, err)
		}
		newer, _, err := o.NewLink(ctx, o.admin, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.LinkUser(ctx, account.Reset, reset); !errors.Is(err, account.ErrLink) {
			t.Errorf("a replaced link works: %v", err)
		}
		o.clock.add(time.Hour)
		if _, err := o.LinkUser(ctx, account.Reset, newer); !errors.Is(err, account.ErrLink) {
			t.Errorf("an expired link works: %v", err)
		}
		bound, _, _ := o.NewLink(ctx, o.admin, u.ID)
		id = o.signIn("max@shop.example")
		fresh, err := o.ChangePassword(ctx, got, password, "another password", "n")
		if err != nil || o.signedIn(id) || !o.signedIn(fresh) {
			t.Fatalf("changing the password must end other sessions and open one: %v", err)
		}
		if _, err := o.LinkUser(ctx, account.Reset, bound); !errors.Is(err, account.ErrLink) {
			t.Errorf("a link made before the password changed works: %v", err)
		}
	})
}

// TestOneLinkManyBrowsers uses a link from many places at once: one comes through.
func TestOneLinkManyBrowsers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o, ctx := newOffice(t, st), context.Background()
		_, token, err := o.Invite(ctx, o.admin, account.NewUser{Email: "max@shop.example", Name: "Max", Role: account.Support})
		if err != nil {
			t.Fatal(err)
		}
		results := make(chan error, 8)
		for range cap(results) {
			go func() {
				_, _, err := o.UseLink(ctx, account.Join, token, "", password)
				results <- err
			}()
		}
		through := 0
		for range cap(results) {
			err := <-results
			if err == nil {
				through++
			} else if !errors.Is(err, account.ErrLink) {
				t.Error(err)
			}
		}
		if through != 1 {
			t.Errorf("%d came through", through)
		}
	})
}

func TestRolesAndLastAdmin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o, ctx := newOffice(t, st), context.Background()
		m := o.add("mia@shop.example", account.Manager)
		// An administrator who is only invited is none to rely on.
		if _, _, err := o.Invite(ctx, o.admin, account.NewUser{Email: "later@shop.example", Name: "Later", Role: account.Admin}); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"demote":  o.EditUser(ctx, o.admin, o.admin.ID, account.Edit{Name: "Ann", Role: account.Manager}),
			"disable": o.EditUser(ctx, o.admin, o.admin.ID, account.Edit{Name: "Ann", Role: account.Admin, Disabled: true}),
			"remove":  o.RemoveUser(ctx, o.admin, o.admin.ID),
		} {
			if !errors.Is(err, account.ErrLastAdmin) {
				t.Errorf("%s the last admin: %v", name, err)
			}
		}
		id := o.signIn("mia@shop.example")
		if err := o.EditUser(ctx, m, m.ID, account.Edit{Name: "Mia", Role: account.Admin}); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("a manager made an admin of herself: %v", err)
		}
		if err := o.EditUser(ctx, o.admin, m.ID, account.Edit{Name: "Mia", Role: account.Admin}); err != nil || o.signedIn(id) {
			t.Errorf("a new role must end the sessions: %v", err)
		}
		if err := o.EditUser(ctx, o.admin, o.admin.ID, account.Edit{Name: "Ann", Role: account.Support}); err != nil {
			t.Errorf("with two admins one may go: %v", err)
		}
		id = o.signIn("mia@shop.example")
		m.Role = account.Admin
		if err := o.RemoveUser(ctx, m, o.admin.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := o.User(ctx, o.admin.ID); !errors.Is(err, account.ErrNotFound) || !o.signedIn(id) {
			t.Errorf("the removed user is there: %v", err)
		}
	})
}

// TestAdminsRemoveEachOther lets two administrators remove each other at once, many times: one must always be left.
func TestAdminsRemoveEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o, ctx := newOffice(t, st), context.Background()
		a, b := o.admin, o.add("bea@shop.example", account.Admin)
		for range 5 {
			errs := make(chan error, 2)
			go func() { errs <- o.EditUser(ctx, a, b.ID, account.Edit{Name: "B", Role: account.Support}) }()
			go func() { errs <- o.EditUser(ctx, b, a.ID, account.Edit{Name: "A", Role: account.Support}) }()
			e1, e2 := <-errs, <-errs
			if (e1 == nil) == (e2 == nil) {
				t.Fatalf("one change must win: %v, %v", e1, e2)
			}
			for _, u := range []account.User{a, b} {
				if err := o.EditUser(ctx, a, u.ID, account.Edit{Name: "X", Role: account.Admin}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestInviteRefuses(t *testing.T) {
	o, ctx := newOffice(t, storetest.SQLite(t)), context.Background()
	if _, _, err := o.Invite(ctx, o.admin, account.NewUser{Email: "ANN@shop.example", Name: "Ann", Role: account.Support}); !errors.Is(err, account.ErrEmailTaken) {
		t.Errorf("the same address in other letters: %v", err)
	}
	for _, email := range []string{"", "a", "a@b", "a@b@c.example", "a b@c.example", "x <a@b.example>", "a@b..example", ".a@b.example", "a@-b.example", "\u202ea@b.example", strings.Repeat("a", 65) + "@b.example", `"a"@b.example`} {
		var invalid *account.Invalid
		if _, _, err := o.Invite(ctx, o.admin, account.NewUser{Email: email, Name: "A", Role: account.Support}); !errors.As(err, &invalid) {
			t.Errorf("%q was taken: %v", email, err)
		}
	}
}
