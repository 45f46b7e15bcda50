package account

import (
	"context"
	"time"
)

// Failures that cost nothing yet, and how long the wait can become. The account's own are few; a network may have many people behind it.
const (
	freeForAccount = 5
	freeForNetwork = 20
	longestWait    = 15 * time.Minute
	forgetFailures = 24 * time.Hour
)

// waitAfter is how long nobody may try again after n failures of which some are free: 2 s, 4 s, 8 s ... 15 minutes.
func waitAfter(n, free int64) time.Duration {
	if n < free {
		return 0
	}
	if n-free >= 9 {
		return longestWait
	}
	return min(longestWait, 2*time.Second<<(n-free))
}

// counted is one thing whose failures are counted.
type counted struct {
	key  []byte
	free int64
}

// counters are the two counts that an attempt falls under; always in this order, so that two attempts can't wait for each other.
func (s *Service) counters(emailKey, network string) []counted {
	return []counted{
		{s.attemptKey("account", emailKey), freeForAccount},
		{s.attemptKey("network", network), freeForNetwork},
	}
}

// admit counts an attempt as failed before it is made, so that many at once can't slip through. It is a *Wait when one of the counts says so.
func (s *Service) admit(ctx context.Context, counts []counted) error {
	now := s.Now()
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		for _, c := range counts {
			before, err := s.Store.CountAttempt(ctx, c.key, now)
			if err != nil {
				return err
			}
			if before.BlockedUntil.After(now) {
				return &Wait{For: before.BlockedUntil.Sub(now)}
			}
			failures := before.Failures
			if now.Sub(before.LastAt) > forgetFailures {
				failures = 0
			}
			failures++
			a := Attempt{Failures: failures, LastAt: now, BlockedUntil: now.Add(waitAfter(failures, c.free))}
			if err := s.Store.SaveAttempt(ctx, c.key, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// absolve takes an attempt back that did not fail: the account starts anew, the network has one failure less.
func (s *Service) absolve(ctx context.Context, counts []counted) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.DeleteAttempt(ctx, counts[0].key); err != nil {
			return err
		}
		before, err := s.Store.CountAttempt(ctx, counts[1].key, s.Now())
		if err != nil {
			return err
		}
		failures := max(0, before.Failures-1)
		a := Attempt{Failures: failures, LastAt: before.LastAt, BlockedUntil: before.LastAt.Add(waitAfter(failures, counts[1].free))}
		return s.Store.SaveAttempt(ctx, counts[1].key, a)
	})
}
