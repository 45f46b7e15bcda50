package store_test

import (
	"context"
	"testing"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

func TestTheFirstToClaimASettingWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		for _, value := range []string{"first", "second"} {
			if got, err := st.ClaimSetting(ctx, "mark", value); err != nil || got != "first" {
				t.Errorf("ClaimSetting(%s) = %q, %v; want first", value, got, err)
			}
		}
	})
}
