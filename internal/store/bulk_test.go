package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

func TestMuchComingInTakesMemoryOnlyMeanwhile(t *testing.T) {
	st := storetest.SQLite(t)
	cache, log, err := st.WriterMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	broke := errors.New("broke off")
	err = st.InBulk(ctx, func() error {
		if more, longer, err := st.WriterMemory(ctx); err != nil || more >= cache || longer <= log { // in KiB it is below zero
			t.Errorf("meanwhile %d and %d, %v; before %d and %d", more, longer, err, cache, log)
		}
		stop() // whoever asked for it is gone
		return broke
	})
	if !errors.Is(err, broke) {
		t.Errorf("ended with %v", err)
	}
	if after, length, err := st.WriterMemory(t.Context()); err != nil || after != cache || length != log {
		t.Errorf("afterwards %d and %d, %v; before %d and %d", after, length, err, cache, log)
	}
}

func TestMuchMayComeInOnBothEngines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		called := false
		if err := st.InBulk(t.Context(), func() error { called = true; return nil }); err != nil || !called {
			t.Errorf("called %v, %v", called, err)
		}
	})
}
