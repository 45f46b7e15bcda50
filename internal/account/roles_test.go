package account_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

// TestNobodyRises lets people of every role try any changes in any order: who is no administrator changes no user but themselves, and an
// administrator who can sign in is always left.
func TestNobodyRises(t *testing.T) {
	st := storetest.SQLite(t)
	c := &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s := newService(t, st, c)
	o := &office{Service: s, t: t, clock: c}
	start := []account.User{o.add("a@shop.example", account.Admin), o.add("b@shop.example", account.Admin), o.add("m@shop.example", account.Manager), o.add("s@shop.example", account.Support)}
	ctx := context.Background()
	undo := errors.New("undo")
	rapid.Check(t, func(rt *rapid.T) {
		// Each history runs in a transaction that is undone, so that all begin alike.
		err := st.InTx(ctx, func(ctx context.Context) error {
			for range rapid.IntRange(1, 6).Draw(rt, "calls") {
				if !tryChange(ctx, rt, s, start) {
					return undo // the failed change is part of the transaction by now
				}
			}
			return undo
		})
		if !errors.Is(err, undo) {
			rt.Fatal(err)
		}
	})
}

// tryChange lets one person try one change. It is false after a refusal in the middle of the work.
func tryChange(ctx context.Context, rt *rapid.T, s *account.Service, people []account.User) bool {
	who := rapid.SampledFrom(people).Draw(rt, "who")
	actor, err := s.User(ctx, who.ID) // as it is now: a request reads its user anew
	if err != nil {
		return true
	}
	before, _ := s.List(ctx)
	target := rapid.SampledFrom(people).Draw(rt, "whom")
	role := rapid.SampledFrom(append(account.Roles(), "owner", "")).Draw(rt, "role")
	switch rapid.IntRange(0, 3).Draw(rt, "what") {
	case 0:
		err = s.EditUser(ctx, actor, target.ID, account.Edit{Name: "X", Role: role, Disabled: rapid.Bool().Draw(rt, "disabled")})
	case 1:
		err = s.RemoveUser(ctx, actor, target.ID)
	case 2:
		_, _, err = s.NewLink(ctx, actor, target.ID)
	case 3:
		_, _, err = s.Invite(ctx, actor, account.NewUser{Email: "new@shop.example", Name: "N", Role: role})
	}
	after, _ := s.List(ctx)
	if !actor.Can(account.EditUsers) {
		if !errors.Is(err, account.ErrForbidden) || len(after) != len(before) {
			rt.Fatalf("%s changed the users: %v", actor.Role, err)
		}
		return true
	}
	if err != nil {
		return errors.Is(err, account.ErrForbidden)
	}
	for _, u := range after {
		joined, _ := s.Joined(ctx, u.ID)
		if u.Role == account.Admin && !u.Disabled && joined {
			return true
		}
	}
	rt.Fatal("no administrator is left")
	return false
}
