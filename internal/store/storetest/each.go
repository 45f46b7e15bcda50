// Package storetest gives tests a real, migrated database of each engine.
package storetest

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/surveyd/surveyd/internal/store"
)

// Each runs test on SQLite and on PostgreSQL, each time with a fresh database.
func Each(t *testing.T, test func(t *testing.T, st *store.Store)) {
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t, filepath.Join(t.TempDir(), "surveyd.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, Open(t, PostgresDSN(t))) })
}

// SQLite opens a fresh SQLite database, for tests of what stands above the store.
func SQLite(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, filepath.Join(t.TempDir(), "surveyd.db"))
}

// Open opens the database and closes it when the test ends.
func Open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	st, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}
