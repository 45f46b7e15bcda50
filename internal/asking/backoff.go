package asking

import (
	"math/rand/v2"
	"sync"
	"time"
)

// maxAttempts at most are made with a mail that the mail server does not take yet: with their waits, three days.
const maxAttempts = 20

// backoff is how long to wait after an attempt, counted from 1: a minute, then twice as long each time, at most six hours; and by chance up to a quarter more or less,
// so that what was refused together is not tried together.
func backoff(attempt int64) time.Duration {
	wait := 6 * time.Hour
	if attempt < 10 {
		wait = min(wait, time.Minute<<max(attempt-1, 0))
	}
	return wait*3/4 + rand.N(wait/2)
}

// breaker stops trying for a while when nothing can be delivered to anybody.
type breaker struct {
	mu     sync.Mutex
	failed int           // deliveries in a row without a word from the mail server
	until  time.Duration // by the even clock
}

const maxRest = 5 * time.Minute

// note looks at an outcome. As many failures in a row as there are workers begin a rest, which doubles with each one more.
func (b *breaker) note(o Outcome, workers int, now time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	away := o.Delivery == NotYet && (o.Code == 0 || o.Code == 421) || o.Delivery == DeliveryLost
	if !away {
		b.failed = 0
		return
	}
	b.failed++
	if over := b.failed - workers; over >= 0 {
		b.until = now + min(maxRest, time.Second<<min(over, 16))
	}
}

// rest is how long nothing is tried; 0 or less: it is.
func (d *Dispatcher) rest() time.Duration {
	d.breaker.mu.Lock()
	defer d.breaker.mu.Unlock()
	return d.breaker.until - d.Elapsed()
}
