package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

func TestOpenMigratesAndANestedTransactionJoins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		if err := st.Ping(ctx); err != nil {
			t.Fatal(err)
		}
		undo := errors.New("undo")
		err := st.InTx(ctx, func(ctx context.Context) error {
			if err := st.SetSetting(ctx, "company", "Linden Home"); err != nil {
				return err
			}
			if err := st.InTx(ctx, func(ctx context.Context) error { return st.SetSetting(ctx, "zone", "Europe/Sofia") }); err != nil {
				return err
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatalf("err = %v, want %v", err, undo)
		}
		all, err := st.Settings(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 0 {
			t.Errorf("settings %v survived a rollback", all)
		}
	})
}

// TestOnlyOpenMakesADatabase: a command that looks at a database must not make one where there is none, and nobody may write to another program's.
func TestOnlyOpenMakesADatabase(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	missing, empty, foreign := filepath.Join(folder, "missing.db"), filepath.Join(folder, "empty.db"), filepath.Join(folder, "foreign.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	makeForeign(t, foreign)
	before, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{missing, empty, storetest.PostgresDSN(t)} {
		if st, err := store.OpenExisting(ctx, path); !errors.Is(err, store.ErrNoDatabase) {
			t.Errorf("OpenExisting(%s) = %v, %v; want ErrNoDatabase", path, st, err)
		}
	}
	if _, err := os.Stat(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the missing file was made: %v", err)
	}
	if info, err := os.Stat(empty); err != nil || info.Size() != 0 {
		t.Errorf("the empty file was written to: %v, %v", info, err)
	}
	for name, open := range map[string]func(context.Context, string) (*store.Store, error){"Open": store.Open, "OpenExisting": store.OpenExisting} {
		if st, err := open(ctx, foreign); !errors.Is(err, store.ErrForeign) {
			t.Errorf("%s of another program's database = %v, %v; want ErrForeign", name, st, err)
		}
	}
	if after, err := os.ReadFile(foreign); err != nil || !bytes.Equal(before, after) {
		t.Errorf("another program's database was changed (%v)", err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("files are left beside them: %v, %v", entries, err)
	}
}

// makeForeign makes an SQLite file with a table that is not ours.
func makeForeign(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`CREATE TABLE bookmark (id INTEGER PRIMARY KEY)`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
