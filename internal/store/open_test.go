package store_test

import (
	"context"
	"errors"
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
