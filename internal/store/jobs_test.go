package store_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
)

func openJobs(t *testing.T, st *store.Store) *store.Jobs {
	t.Helper()
	j := st.NewJobs(slog.New(slog.DiscardHandler))
	if err := j.Prepare(context.Background()); err != nil {
		t.Fatal(err)
	}
	return j
}

// startJobs runs the queue until the test ends.
func startJobs(t *testing.T, j *store.Jobs) {
	t.Helper()
	if err := j.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := j.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
}

func await[T comparable](t *testing.T, c <-chan T, want T) {
	t.Helper()
	select {
	case got := <-c:
		if got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("%v did not come", want)
	}
}

func TestAJobIsDoneOnceItsTransactionIsCommitted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		done := make(chan string, 10)
		j := openJobs(t, st)
		j.Handle("greet", func(_ context.Context, args []byte) error {
			done <- string(args)
			return nil
		})
		j.Every("tick", time.Hour)
		ticks := make(chan string, 10)
		j.Handle("tick", func(context.Context, []byte) error {
			ticks <- "tick"
			return nil
		})
		failed := errors.New("no")
		if err := st.InTx(ctx, func(ctx context.Context) error {
			if err := st.Enqueue(ctx, "greet", map[string]int{"n": 1}); err != nil {
				t.Error(err)
			}
			return failed
		}); !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if err := st.InTx(ctx, func(ctx context.Context) error { return st.Enqueue(ctx, "greet", map[string]int{"n": 2}) }); err != nil {
			t.Fatal(err)
		}
		startJobs(t, j)
		select {
		case got := <-done:
			if got != `{"n":2}` && got != `{"n": 2}` {
				t.Errorf("the job got %s", got)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the job was not done")
		}
		await(t, ticks, "tick")
	})
}

func TestTheQueuesTablesAreMadeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		errs := make(chan error, 3)
		prepare := func() { errs <- st.NewJobs(slog.New(slog.DiscardHandler)).Prepare(context.Background()) }
		for range cap(errs) {
			if st.Engine() == store.SQLite {
				prepare() // one process serves a file
			} else {
				go prepare()
			}
		}
		for range cap(errs) {
			await(t, errs, nil)
		}
	})
}

func TestAJobIsToldWhenTheProcessStops(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		begun, ended := make(chan bool, 1), make(chan bool, 1)
		j := openJobs(t, st)
		j.Handle("long", func(ctx context.Context, _ []byte) error {
			begun <- true
			<-ctx.Done()
			ended <- true
			return ctx.Err()
		})
		if err := st.Enqueue(context.Background(), "long", nil); err != nil {
			t.Fatal(err)
		}
		if err := j.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		await(t, begun, true)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := j.Stop(ctx); err != nil {
			t.Error(err)
		}
		await(t, ended, true)
	})
}
