package main

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

func newAccounts(st *store.Store, ids *survey.IDs, s secrets, now func() time.Time) (*account.Service, error) {
	seal, err := s.derived("seal")
	if err != nil {
		return nil, err
	}
	cases := followup.NewService(st, followup.NewOpener(st, ids, now), ids, now)
	return account.New(account.Config{
		Store: st, Now: now, Rand: rand.Reader, NewID: func() int64 { return int64(ids.Next()) }, Key: s.AccountKey, SealKey: seal, Rezoner: rezoner{st}, Leaving: cases,
	})
}

// rezoner counts all days anew when the account's zone changes.
type rezoner struct{ st *store.Store }

// Rezone implements account.Rezoner.
func (r rezoner) Rezone(ctx context.Context, name string) error {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return err
	}
	return r.st.RebuildRollups(ctx, zone)
}
