package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/surveyd/surveyd/internal/store"
)

// leaseWriter takes a writer's number and keeps it until ctx ends. lost is called when somebody else has it by then: ids made after that could meet.
func leaseWriter(ctx context.Context, st *store.Store, log *slog.Logger, lost func(error)) (int64, func(), error) {
	host, _ := os.Hostname()
	holder := fmt.Sprintf("%s/%d/%d", host, os.Getpid(), time.Now().UnixNano())
	bucket, err := st.LeaseBucket(ctx, holder, time.Now())
	if err != nil {
		return 0, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		renewed := time.Now()
		tick := time.NewTicker(store.LeaseTime / 6)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := st.RenewBucket(ctx, bucket, holder, time.Now())
			if err == nil {
				renewed = time.Now()
				continue
			}
			log.Warn("the writer's number could not be renewed", "error", err)
			if time.Since(renewed) > store.LeaseTime/2 {
				lost(fmt.Errorf("the writer's number %d is lost: %w", bucket, err))
				return
			}
		}
	}()
	return bucket, func() {
		cancel()
		<-done
		if err := st.ReleaseBucket(context.WithoutCancel(ctx), bucket, holder); err != nil {
			log.Warn("the writer's number stays taken until it expires", "error", err)
		}
	}, nil
}
