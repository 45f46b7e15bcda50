package server

import (
	"net/netip"
	"sync"
	"time"
)

// A network may open this many addresses that lead nowhere in a minute. Nobody guesses a link of 130 bits; this only keeps the attempts cheap.
const (
	missesPerMinute = 30
	missNetworks    = 10_000 // counted at once; beyond that nobody new is counted
)

// missLimit counts misses by network, for a minute, in memory: no address is kept.
type missLimit struct {
	now func() time.Time

	mu     sync.Mutex
	minute int64
	counts map[netip.Prefix]int
}

func newMissLimit(now func() time.Time) *missLimit {
	return &missLimit{now: now, counts: map[netip.Prefix]int{}}
}

// miss counts one. It returns how long to wait when there were too many, or 0.
func (l *missLimit) miss(ip string) time.Duration {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return 0
	}
	addr = addr.Unmap()
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	network, err := addr.Prefix(bits)
	if err != nil {
		return 0
	}
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if m := now.Unix() / 60; m != l.minute {
		l.minute = m
		clear(l.counts)
	}
	if _, ok := l.counts[network]; !ok && len(l.counts) >= missNetworks {
		return 0
	}
	if l.counts[network]++; l.counts[network] <= missesPerMinute {
		return 0
	}
	return time.Duration(60-now.Unix()%60) * time.Second
}
