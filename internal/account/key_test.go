package account_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

func TestKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o := newOffice(t, st)
		ctx := t.Context()
		k, word, err := o.MakeKey(ctx, o.admin, account.NewKey{Name: " The  shop ", Scopes: []account.Scope{account.WriteContacts, account.ReadContacts}, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		got, err := o.KeyFor(ctx, word)
		if err != nil || got.Name != "The shop" || !got.Has(account.ReadContacts) || got.Has(account.EraseContacts) || !strings.HasPrefix(word, got.Prefix) || len(got.Prefix) > 8 {
			t.Errorf("%+v, %v", got, err)
		}
		all, err := o.Keys(ctx)
		if err != nil || len(all) != 1 || all[0].LastUsedAt.IsZero() || strings.Contains(string(all[0].Hash), word) {
			t.Errorf("%+v, %v", all, err)
		}
		for _, other := range []string{"", "svd_", word[:len(word)-1], strings.ToUpper(word), word + "0", all[0].Prefix, "svd_" + strings.Repeat("0", 32)} {
			if _, err := o.KeyFor(ctx, other); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("%q: %v", other, err)
			}
		}
		o.clock.add(30 * 24 * time.Hour)
		if _, err := o.KeyFor(ctx, word); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("expired: %v", err)
		}
		forever, word, err := o.MakeKey(ctx, o.admin, account.NewKey{Name: "x", Scopes: []account.Scope{account.WritePurchases}})
		if err != nil {
			t.Fatal(err)
		}
		o.clock.add(10 * 365 * 24 * time.Hour)
		if _, err := o.KeyFor(ctx, word); err != nil {
			t.Errorf("without an end: %v", err)
		}
		for range 2 {
			if err := o.RevokeKey(ctx, o.admin, forever.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := o.KeyFor(ctx, word); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("revoked: %v", err)
			}
		}
		if err := o.RevokeKey(ctx, o.admin, 99999); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("no such key: %v", err)
		}
		manager := o.add("m@shop.example", account.Manager)
		if _, _, err := o.MakeKey(ctx, manager, account.NewKey{Name: "x", Scopes: account.Scopes()}); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("a manager: %v", err)
		}
		if err := o.RevokeKey(ctx, manager, k.ID); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("a manager: %v", err)
		}
		var invalid *account.Invalid
		if _, _, err := o.MakeKey(ctx, o.admin, account.NewKey{Scopes: []account.Scope{"everything"}, Days: 7}); !errors.As(err, &invalid) || len(invalid.Problems) != 3 {
			t.Errorf("three mistakes: %v", err)
		}
	})
}

// TestOnce sends the same call a hundred times at once: it is carried out once, and everybody gets its reply or is told to wait.
func TestOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		o := newOffice(t, st)
		ctx, k := t.Context(), account.Key{ID: 1}
		want := account.Reply{Status: 201, Body: `{"id":"1"}`}
		var done atomic.Int64
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				got, _, err := o.Once(ctx, k, "word", []byte("call"), func(ctx context.Context) (account.Reply, error) {
					done.Add(1)
					return want, nil
				})
				if !errors.Is(err, account.ErrInFlight) && (err != nil || got != want) {
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("done %d times", done.Load())
		}
		again := func(k account.Key, word, call string) (r account.Reply, replayed bool, err error) {
			return o.Once(ctx, k, word, []byte(call), func(context.Context) (account.Reply, error) { return account.Reply{Status: 200}, nil })
		}
		if got, replayed, err := again(k, "word", "call"); err != nil || !replayed || got != want {
			t.Errorf("later: %+v, %v, %v", got, replayed, err)
		}
		if _, _, err := again(k, "word", "other"); !errors.Is(err, account.ErrOtherCall) {
			t.Errorf("another call: %v", err)
		}
		if got, replayed, err := again(account.Key{ID: 2}, "word", "other"); err != nil || replayed || got.Status != 200 {
			t.Errorf("another key: %+v, %v, %v", got, replayed, err)
		}
		o.clock.add(24 * time.Hour)
		if got, replayed, err := again(k, "word", "other"); err != nil || replayed || got.Status != 200 {
			t.Errorf("a day later: %+v, %v, %v", got, replayed, err)
		}
		o.clock.add(25 * time.Hour)
		if err := o.Tidy(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := st.Reply(ctx, k.ID, "word"); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("after two days it is kept: %v", err)
		}
	})
}

// TestOnceFails sees that nothing is kept of a call that failed, and that one whose process is gone can be sent again.
func TestOnceFails(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	ctx, k, broken := t.Context(), account.Key{ID: 1}, errors.New("broken")
	_, _, err := o.Once(ctx, k, "word", nil, func(ctx context.Context) (account.Reply, error) {
		return account.Reply{}, errors.Join(broken, o.Store.SetSetting(ctx, "company", "half"))
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if m, _ := o.Store.Settings(ctx); m["company"] == "half" {
		t.Error("what a failed call wrote is there")
	}
	ok := func(context.Context) (account.Reply, error) { return account.Reply{Status: 200}, nil }
	if got, again, err := o.Once(ctx, k, "word", nil, ok); err != nil || again || got.Status != 200 {
		t.Errorf("after a failure: %+v, %v, %v", got, again, err)
	}
	if _, err := o.Store.ClaimReply(ctx, k.ID, "cut", keySum("call"), o.clock.now()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Once(ctx, k, "cut", []byte("call"), ok); !errors.Is(err, account.ErrInFlight) {
		t.Errorf("while it runs: %v", err)
	}
	o.clock.add(2 * time.Minute)
	if got, again, err := o.Once(ctx, k, "cut", []byte("call"), ok); err != nil || again || got.Status != 200 {
		t.Errorf("after its process is gone: %+v, %v, %v", got, again, err)
	}
	if diff := cmp.Diff([]account.Scope{"a", "b"}, account.SplitScopes("a,b")); diff != "" {
		t.Error(diff)
	}
}

func keySum(call string) []byte {
	sum := sha256.Sum256([]byte(call))
	return sum[:]
}
