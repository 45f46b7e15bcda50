package store_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

func auditService(t *testing.T, st *store.Store) *account.Service {
	t.Helper()
	s, err := account.New(account.Config{
		Store: st, Rand: rand.Reader, NewID: func() int64 { return 7 }, Key: []byte(strings.Repeat("k", 32)),
		Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAuditLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s, ctx := auditService(t, st), context.Background()
		for i, action := range []string{"user.invite", "settings.edit", "user.edit", "survey.publish"} {
			if err := s.Record(ctx, account.Entry{ActorID: int64(i % 2), Actor: "ann@shop.example", Action: action, Object: "x", Detail: map[string]string{"b": "2", "a": "<1>"}}); err != nil {
				t.Fatal(err)
			}
		}
		undo := errors.New("undo")
		if err := st.InTx(ctx, func(ctx context.Context) error {
			return errors.Join(s.Record(ctx, account.Entry{Action: "user.remove"}), undo)
		}); !errors.Is(err, undo) {
			t.Fatal(err)
		}
		if n, err := account.VerifyAudit(ctx, st); n != 4 || err != nil {
			t.Errorf("%d entries, %v", n, err)
		}
		for _, c := range []struct {
			filter account.AuditFilter
			want   []int64
		}{
			{account.AuditFilter{}, []int64{4, 3, 2, 1}},
			{account.AuditFilter{Area: "user"}, []int64{3, 1}},
			{account.AuditFilter{ActorID: 1}, []int64{4, 2}},
			{account.AuditFilter{Before: 3}, []int64{2, 1}},
			{account.AuditFilter{After: 2, Oldest: true}, []int64{3, 4}},
			{account.AuditFilter{Area: "use"}, nil},
		} {
			entries, err := s.AuditLog(ctx, c.filter, 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, e := range entries {
				got = append(got, e.Seq)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%+v: %s", c.filter, diff)
			}
		}
	})
}

// TestAuditLogTellsOfTampering changes the log behind the program's back: each change is found.
func TestAuditLogTellsOfTampering(t *testing.T) {
	for _, change := range []string{
		`UPDATE audit SET actor = 'mallory' WHERE seq = 2`,
		`UPDATE audit SET detail = '{}' WHERE seq = 2`,
		`UPDATE audit SET detail = 'x' WHERE seq = 2`,
		`UPDATE audit SET at = at + 1 WHERE seq = 1`,
		`UPDATE audit SET action = 'user.edit', object = 'nothing' WHERE seq = 3`,
		`DELETE FROM audit WHERE seq = 2`,
		`DELETE FROM audit WHERE seq = 3`,
		`DELETE FROM audit`,
		`UPDATE audit SET seq = CASE seq WHEN 2 THEN -2 ELSE seq END; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = -2`,
		`DELETE FROM audit WHERE seq = 3; UPDATE audit_head SET seq = 2`,
	} {
		t.Run(change, func(t *testing.T) {
			st := storetest.SQLite(t)
			s, ctx := auditService(t, st), context.Background()
			for range 3 {
				if err := s.Record(ctx, account.Entry{Actor: "ann@shop.example", Action: "user.invite", Detail: map[string]string{"a": "b"}}); err != nil {
					t.Fatal(err)
				}
			}
			db, err := sql.Open("sqlite", st.Path())
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.ExecContext(ctx, change); err != nil {
				t.Fatal(err)
			}
			if n, err := account.VerifyAudit(ctx, st); err == nil {
				t.Errorf("nothing was noticed in %d entries", n)
			}
		})
	}
}

func TestUsersOfTheStore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		at := time.UnixMilli(1_700_000_000_123).UTC()
		u := account.User{ID: 7, Email: "Ann@shop.example", Name: "Ann", Role: account.Admin, Language: "bg", CreatedAt: at}
		if err := st.InsertUser(ctx, u, "ann@shop.example"); err != nil {
			t.Fatal(err)
		}
		if err := st.InsertUser(ctx, account.User{ID: 8, Role: account.Support, CreatedAt: at}, "ann@shop.example"); !errors.Is(err, account.ErrEmailTaken) {
			t.Errorf("a second user with the address: %v", err)
		}
		u.Name, u.Role, u.Language, u.Disabled, u.LastSeenAt = "Anna", account.Support, "", true, at
		if err := errors.Join(st.UpdateUser(ctx, u), st.UserSeen(ctx, 7, at), st.SetCredential(ctx, 7, account.Credential{Hash: "h", Number: 3})); err != nil {
			t.Fatal(err)
		}
		got, err := st.UserByEmail(ctx, "ann@shop.example")
		if diff := cmp.Diff(u, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if c, err := st.Credential(ctx, 7); c != (account.Credential{Hash: "h", Number: 3}) || err != nil {
			t.Error(c, err)
		}
		for name, err := range map[string]error{
			"update": st.UpdateUser(ctx, account.User{ID: 9, Role: account.Admin}), "delete": st.DeleteUser(ctx, 9), "seen": st.UserSeen(ctx, 9, at),
		} {
			if !errors.Is(err, account.ErrNotFound) {
				t.Errorf("%s nobody: %v", name, err)
			}
		}
	})
}
