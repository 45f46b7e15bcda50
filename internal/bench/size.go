package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/surveyd/surveyd/internal/store"
)

// sizeAnswers is how many answers the size is measured on: enough that nothing fixed matters.
const sizeAnswers = 200_000

// benchSize measures the bytes of file an answer takes.
func benchSize(ctx context.Context, b *bench) error {
	dir, remove, err := b.scratch()
	if err != nil {
		return err
	}
	defer remove()
	for _, per := range []int{8, 256} {
		perAnswer, err := fileAnswers(ctx, filepath.Join(dir, fmt.Sprintf("size-%d.db", per)), per)
		if err != nil {
			return err
		}
		b.report("file per public answer", perAnswer, "bytes", atMost(85), fmt.Sprintf("%d answers in a transaction", per))
	}
	return nil
}

// fileAnswers is the size of a file per answer; what an empty file takes is not counted.
func fileAnswers(ctx context.Context, path string, per int) (float64, error) {
	s, err := openShop(ctx, path)
	if err != nil {
		return 0, err
	}
	if err := s.st.Close(); err != nil {
		return 0, err
	}
	empty, err := fileSize(path)
	if err != nil {
		return 0, err
	}
	if s, err = openShop(ctx, path); err != nil {
		return 0, err
	}
	w, err := s.st.NewWriter(ctx, func(error) {})
	if err != nil {
		return 0, err
	}
	w.Close()
	if err := errors.Join(fill(ctx, s.st, s.answers(1, s.first, shopDays*24*time.Hour/10_000_000), sizeAnswers, per), s.st.Close()); err != nil {
		return 0, err
	}
	full, err := fileSize(path)
	return float64(full-empty) / sizeAnswers, err
}

// fill stores n answers, some in each transaction.
func fill(ctx context.Context, st *store.Store, c *crowd, n, per int) error {
	for ; n > 0; n -= per {
		refused, err := st.Apply(ctx, c.take(min(per, n)))
		if err = errors.Join(err, errors.Join(refused...)); err != nil {
			return err
		}
	}
	return nil
}
