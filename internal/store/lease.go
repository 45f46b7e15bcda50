package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// LeaseTime is how long a writer's number stays taken after its last renewal.
const LeaseTime = 2 * time.Minute

// ErrNoBucket is returned when every writer's number is taken.
var ErrNoBucket = errors.New("too many processes write to this database")

// LeaseBucket takes the lowest free writer's number from 1 on, for LeaseTime from now.
func (s *Store) LeaseBucket(ctx context.Context, holder string, now time.Time) (int64, error) {
	for bucket := int64(1); bucket <= survey.MaxBucket; bucket++ {
		ok, err := s.lease(ctx, bucket, holder, now)
		if err != nil {
			return 0, err
		}
		if ok {
			return bucket, nil
		}
	}
	return 0, ErrNoBucket
}

// RenewBucket prolongs a lease. It returns survey.ErrStale when somebody else has the number by now: then no more ids may be made with it.
func (s *Store) RenewBucket(ctx context.Context, bucket int64, holder string, now time.Time) error {
	ok, err := s.lease(ctx, bucket, holder, now)
	if err == nil && !ok {
		return survey.ErrStale
	}
	return err
}

// ReleaseBucket gives a number back.
func (s *Store) ReleaseBucket(ctx context.Context, bucket int64, holder string) error {
	_, err := s.x(ctx).ExecContext(ctx, `DELETE FROM writer_lease WHERE bucket = $1 AND holder = $2`, bucket, holder)
	return err
}

func (s *Store) lease(ctx context.Context, bucket int64, holder string, now time.Time) (bool, error) {
	res, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO writer_lease (bucket, holder, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (bucket) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
		WHERE writer_lease.holder = excluded.holder OR writer_lease.expires_at < $4`,
		bucket, holder, now.Add(LeaseTime).UnixMilli(), now.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("lease a writer's number: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
