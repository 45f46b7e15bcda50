package scoring

import (
	"slices"
	"time"
)

// OpenLimit is how long a ticket may stay open before somebody is reminded (metrics 4.13).
const OpenLimit = 48 * time.Hour

// Ticket is something that a customer waits for.
type Ticket struct {
	Created  time.Time
	Resolved time.Time // the last time; zero: never
	Excluded bool      // spam, a test, or merged into another one
	Untimed  bool      // of its times only days are known, so nobody knows how long it took
}

// ResolvedIn tells whether the ticket counts among those resolved in the period.
func (t Ticket) ResolvedIn(p Period) bool {
	return !t.Excluded && !t.Resolved.IsZero() && p.Contains(t.Resolved)
}

// OpenTooLong tells whether the ticket was open at the time, and had been for more than OpenLimit.
func (t Ticket) OpenTooLong(at time.Time) bool {
	open := t.Resolved.IsZero() || t.Resolved.After(at)
	return !t.Excluded && open && at.Sub(t.Created) > OpenLimit
}

// Waits sums up how long customers waited, in hours of the clock. The median says most: the mean is driven by the few who waited longest.
type Waits struct {
	N                 int64
	Mean, Median, P90 Ratio // hours; undefined when N is 0
}

// millisPerHour is the denominator of all figures in hours: instants are kept in milliseconds.
const millisPerHour = int64(time.Hour / time.Millisecond)

// WaitsOf sums waits up. It sorts them, and takes them as whole milliseconds.
func WaitsOf(waits []time.Duration) Waits {
	n := int64(len(waits))
	if n == 0 {
		return Waits{}
	}
	slices.Sort(waits)
	var sum int64
	for _, w := range waits {
		sum += w.Milliseconds()
	}
	return Waits{N: n, Mean: Ratio{sum, n * millisPerHour}, Median: quantile(waits, 5), P90: quantile(waits, 9)}
}

// quantile is the one at so many tenths of sorted waits, by linear interpolation between the two neighbours (type 7).
func quantile(sorted []time.Duration, tenths int64) Ratio {
	at := tenths * int64(len(sorted)-1)
	i, part := at/10, at%10
	ms := 10 * sorted[i].Milliseconds()
	if part > 0 {
		ms += part * (sorted[i+1] - sorted[i]).Milliseconds()
	}
	return Ratio{ms, 10 * millisPerHour}
}
