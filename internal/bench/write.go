package main

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// benchWrite compares answers that many people give at once, grouped, with a transaction for each.
func benchWrite(ctx context.Context, b *bench) error {
	dir, remove, err := b.scratch()
	if err != nil {
		return err
	}
	defer remove()
	grouped, err := openShop(ctx, filepath.Join(dir, "grouped.db"))
	if err != nil {
		return err
	}
	defer grouped.close()
	single, err := openShop(ctx, filepath.Join(dir, "single.db"))
	if err != nil {
		return err
	}
	defer single.close()
	ag, as := grouped.answers(1, grouped.first, time.Second), single.answers(1, single.first, time.Second)
	return b.compare(ctx, "answers grouped / one transaction each, in process", atLeast(8), "answers/s",
		func(ctx context.Context) (float64, error) { return writeGrouped(ctx, grouped.st, ag.take(40_000), 256) },
		func(ctx context.Context) (float64, error) { return writeSingle(ctx, single.st, as.take(1_000)) })
}

// writeGrouped gives the answers to one writer from several sides at once.
func writeGrouped(ctx context.Context, st *store.Store, recs []survey.Record, sides int) (float64, error) {
	w, err := st.NewWriter(ctx, func(error) {})
	if err != nil {
		return 0, err
	}
	defer w.Close()
	var next atomic.Int64
	errs := make([]error, sides)
	start := time.Now()
	var wg sync.WaitGroup
	for side := range sides {
		wg.Go(func() {
			for errs[side] == nil {
				i := next.Add(1) - 1
				if i >= int64(len(recs)) {
					return
				}
				errs[side] = w.Record(ctx, recs[i])
			}
		})
	}
	wg.Wait()
	return rate(len(recs), start), errors.Join(errs...)
}

// writeSingle stores one answer after the other, as programs do that do not group: the statements are prepared and the settings the same.
func writeSingle(ctx context.Context, st *store.Store, recs []survey.Record) (float64, error) {
	w, err := st.NewWriter(ctx, func(error) {})
	if err != nil {
		return 0, err
	}
	w.Close() // it has prepared what follows
	start := time.Now()
	for i := range recs {
		refused, err := st.Apply(ctx, recs[i:i+1])
		if err = errors.Join(err, errors.Join(refused...)); err != nil {
			return 0, err
		}
	}
	return rate(len(recs), start), nil
}
