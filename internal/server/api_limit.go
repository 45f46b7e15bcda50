package server

import (
	"sync"
	"time"
)

// callsPerMinute is how many calls a key may make in a minute, on each process. A call may carry a thousand things.
const callsPerMinute = 600

// callLimit counts calls by key, for a minute.
type callLimit struct {
	now func() time.Time

	mu     sync.Mutex
	minute int64
	counts map[int64]int
}

func newCallLimit(now func() time.Time) *callLimit {
	return &callLimit{now: now, counts: map[int64]int{}}
}

// count counts one. It returns how long to wait when there were too many, or 0.
func (l *callLimit) count(key int64) time.Duration {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if m := now.Unix() / 60; m != l.minute {
		l.minute = m
		clear(l.counts)
	}
	if l.counts[key]++; l.counts[key] <= callsPerMinute {
		return 0
	}
	return time.Duration(60-now.Unix()%60) * time.Second
}
