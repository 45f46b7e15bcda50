package mail

import (
	"strings"
	"sync"
	"time"

	"github.com/surveyd/surveyd/internal/account"
)

const (
	warmUpStart = 20 // mails an hour on the first day of a warm-up; each day twice as many
	warmUpDays  = 14 // after which it is over
	manyDomains = 10_000
)

// rates spaces mails out evenly. It counts what this process sends: of several, each has its own.
type rates struct {
	mu      sync.Mutex
	all     time.Time            // when the next mail may leave
	warming time.Time            // the same while warming up
	domains map[string]time.Time // the same by domain
}

func newRates() *rates { return &rates{domains: map[string]time.Time{}} }

// admit takes a place for a mail, or says how long to wait before asking again.
func (r *rates) admit(m account.MailServer, to string, now time.Time) time.Duration {
	domain := strings.ToLower(to[strings.LastIndexByte(to, '@')+1:])
	r.mu.Lock()
	defer r.mu.Unlock()
	gaps := [...]struct {
		gap  time.Duration
		next time.Time
	}{
		{perMinute(m.PerMinute), r.all},
		{warmUpGap(m.WarmUp, now), r.warming},
		{perMinute(m.PerDomain), r.domains[domain]},
	}
	var wait time.Duration
	for _, g := range gaps {
		if g.gap > 0 {
			wait = max(wait, min(g.next.Sub(now), g.gap)) // a clock that was set back makes nobody wait for long
		}
	}
	if wait > 0 {
		return wait
	}
	r.all, r.warming = now.Add(gaps[0].gap), now.Add(gaps[1].gap)
	if gaps[2].gap > 0 {
		r.forgetDomains(now)
		r.domains[domain] = now.Add(gaps[2].gap)
	}
	return 0
}

// forgetDomains keeps the map small: those whose turn has come need no entry.
func (r *rates) forgetDomains(now time.Time) {
	if len(r.domains) < manyDomains {
		return
	}
	for d, next := range r.domains {
		if !next.After(now) {
			delete(r.domains, d)
		}
	}
}

// perMinute is the gap between two mails; 0: none is kept.
func perMinute(n int) time.Duration {
	if n <= 0 {
		return 0
	}
	return time.Minute / time.Duration(n)
}

// warmUpGap is the gap between two mails while the server and the receivers get used to us.
func warmUpGap(since, now time.Time) time.Duration {
	if since.IsZero() || now.Before(since) {
		return 0
	}
	day := int(now.Sub(since) / (24 * time.Hour))
	if day >= warmUpDays {
		return 0
	}
	return time.Hour / time.Duration(warmUpStart<<day)
}
