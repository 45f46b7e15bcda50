package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestJobsSayWhatRunsAndWhatFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		j := openJobs(t, st)
		runs, release := make(chan bool, 10), make(chan bool)
		broken := true
		j.Handle("mend", func(context.Context, []byte) error {
			defer func() { runs <- true }()
			if broken {
				return errors.New("the disk is full")
			}
			return nil
		})
		j.Handle("slow", func(ctx context.Context, _ []byte) error {
			runs <- true
			select {
			case <-release:
			case <-ctx.Done():
			}
			return nil
		})
		j.Handle("tick", func(context.Context, []byte) error { return nil })
		j.Every("tick", time.Hour)
		if got, err := j.Overview(ctx); err != nil || got.Started || len(got.Kinds) != 1 || got.Kinds[0].Name != "tick" {
			t.Errorf("before the start it is %+v, %v", got, err)
		}
		if err := j.Retry(ctx, 1); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("before the start work is done again: %v", err)
		}
		must(t, st.Enqueue(ctx, "mend", struct{}{}))
		startJobs(t, j)
		await(t, runs, true)
		failed := overview(t, j, func(o reports.Jobs) bool { return len(o.Failed) == 1 }).Failed[0]
		if failed.Kind != "mend" || failed.State != reports.JobFailed || !strings.Contains(failed.Problem, "the disk is full") || failed.Ended.IsZero() {
			t.Errorf("failed is %+v", failed)
		}
		broken = false
		must(t, j.Retry(ctx, failed.ID))
		await(t, runs, true)
		overview(t, j, func(o reports.Jobs) bool { return len(o.Failed) == 0 })
		must(t, st.Enqueue(ctx, "slow", struct{}{}))
		await(t, runs, true)
		got := overview(t, j, func(o reports.Jobs) bool { return len(o.Running) == 1 && o.Kinds[0].Last.State == reports.JobDone })
		if got.Running[0].Kind != "slow" || got.Running[0].Began.IsZero() || !got.Kinds[0].Next.After(got.Kinds[0].Last.Began) {
			t.Errorf("running is %+v, of %+v", got.Running, got.Kinds)
		}
		close(release)
		if err := j.Retry(ctx, 999999); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("unknown work is done again: %v", err)
		}
	})
}

// overview waits until it is as it should be: the queue notes the end of work a little later.
func overview(t *testing.T, j *store.Jobs, fits func(reports.Jobs) bool) reports.Jobs {
	t.Helper()
	end := time.After(30 * time.Second)
	for {
		got, err := j.Overview(context.Background())
		must(t, err)
		if fits(got) {
			return got
		}
		select {
		case <-end:
			t.Fatalf("it stays %+v", got)
		default:
		}
	}
}
