package customers_test

import (
	"math/big"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
)

// told is what a recount of a metric finds.
type recount struct {
	value    *big.Rat
	n        int64
	warnings []customers.Warning
}

func over(num, den int64) *big.Rat {
	if den == 0 {
		return nil
	}
	return big.NewRat(num, den)
}

func exact(n int64) *big.Rat { return big.NewRat(n, 1) }

// counted are the orders that count: paid, and not refunded in full.
func (l *lab) counted(currency string) (all []customers.Order) {
	for _, o := range l.shop.orders {
		var back int64
		for _, r := range l.shop.refunds {
			if r.OrderID == o.ID {
				back += r.Amount
			}
		}
		o.Refunded = max(o.Refunded, back)
		if o.Status == customers.Paid && (o.Amount == 0 || o.Refunded < o.Amount) && (currency == "" || currency == o.Currency) {
			all = append(all, o)
		}
	}
	return all
}

// in tells whether a moment is in [from, to).
func in(at, from, to time.Time) bool { return !at.Before(from) && at.Before(to) }

// buyersOf are the people who have an order among these.
func buyersOf(orders []customers.Order) (ids []survey.ID) {
	for _, o := range orders {
		if !slices.Contains(ids, o.ContactID) {
			ids = append(ids, o.ContactID)
		}
	}
	return ids
}

// only keeps the orders that a condition holds for.
func only(orders []customers.Order, keep func(customers.Order) bool) (kept []customers.Order) {
	for _, o := range orders {
		if keep(o) {
			kept = append(kept, o)
		}
	}
	return kept
}

func (l *lab) within(orders []customers.Order, from, to time.Time) []customers.Order {
	return only(orders, func(o customers.Order) bool { return in(o.At, from, to) })
}

func of(orders []customers.Order, id survey.ID) []customers.Order {
	return only(orders, func(o customers.Order) bool { return o.ContactID == id })
}

// firstOf is the earliest order, by id when there are several.
func firstOf(orders []customers.Order) (first customers.Order) {
	for i, o := range orders {
		if i == 0 || o.At.Before(first.At) || o.At.Equal(first.At) && o.ID < first.ID {
			first = o
		}
	}
	return first
}

func revenue(orders []customers.Order) (sum int64) {
	for _, o := range orders {
		sum += o.Amount - o.Refunded
	}
	return sum
}

// repeats: customers with an order in the period, and those with two (in it, or ever up to its end).
func (l *lab) repeats(s span, lifetime bool) (repeat, all int64) {
	orders := l.counted("")
	for _, id := range buyersOf(l.within(orders, s.from, s.to)) {
		from := s.from
		if lifetime {
			from = time.Time{}
		}
		mine := l.within(of(orders, id), from, s.to)
		purchases := len(mine)
		if l.settings.OncePerDay {
			days := map[string]bool{}
			for _, o := range mine {
				days[o.At.In(l.zone).Format(time.DateOnly)] = true
			}
			purchases = len(days)
		}
		all++
		if purchases >= 2 {
			repeat++
		}
	}
	return repeat, all
}

func (l *lab) rate(s span, lifetime bool) recount {
	repeat, all := l.repeats(s, lifetime)
	return recount{value: over(100*repeat, all), n: all}
}

func (l *lab) odds(s span, lifetime bool) recount {
	repeat, all := l.repeats(s, lifetime)
	return recount{value: over(repeat, all-repeat), n: all}
}

// repurchase: buyers of the period who buy again in the one after it.
func (l *lab) repurchase(s span) recount {
	orders := l.counted("")
	end := s.to.AddDate(0, s.months, s.days)
	buyers := buyersOf(l.within(orders, s.from, s.to))
	var again int64
	for _, id := range buyers {
		if len(l.within(of(orders, id), s.to, end)) > 0 {
			again++
		}
	}
	found := recount{value: over(100*again, int64(len(buyers))), n: int64(len(buyers))}
	if end.After(l.asOf) {
		found.warnings = append(found.warnings, customers.NextPeriodOpen)
	}
	return found
}

// retention: who of those active at the start is active at the end; active is an order in (t-W, t], and not new at t.
func (l *lab) retention(s span, lost bool) recount {
	orders := l.counted("")
	active := func(id survey.ID, t time.Time) bool {
		since := t.In(l.zone).AddDate(0, 0, -l.window())
		mine := of(orders, id)
		return firstOf(mine).At.Before(t) && len(only(mine, func(o customers.Order) bool { return o.At.After(since) && !o.At.After(t) })) > 0
	}
	var base, kept int64
	for _, id := range buyersOf(orders) {
		if active(id, s.from) {
			base++
			if active(id, s.to) {
				kept++
			}
		}
	}
	found := recount{value: over(100*kept, base), n: base}
	if lost {
		found.value = over(100*(base-kept), base)
	}
	begin := time.UnixMilli(l.settings.DataStartsAt)
	if l.settings.DataStartsAt == 0 {
		until := time.Time{}
		for _, s := range l.spans {
			if s.to.After(until) {
				until = s.to
			}
		}
		seen := only(orders, func(o customers.Order) bool { return !o.At.After(until) })
		if len(seen) == 0 {
			return found
		}
		begin = firstOf(seen).At
	}
	date := func(t time.Time) time.Time {
		y, m, d := t.In(l.zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	broken := false
	for _, o := range orders { // the first order after a time longer than the window in which nobody ordered
		before := only(orders, func(b customers.Order) bool { return date(b.At).Before(date(o.At)) })
		near := only(before, func(b customers.Order) bool { return !date(b.At).AddDate(0, 0, l.window()).Before(date(o.At)) })
		if date(o.At).Before(date(s.to)) && len(before) > 0 && len(near) == 0 {
			broken = true
			if date(o.At).After(date(begin)) {
				begin = o.At
			}
		}
	}
	if broken {
		found.warnings = append(found.warnings, customers.RecordsBroken)
	}
	year, month, day := begin.In(l.zone).Date()
	if s.from.AddDate(0, 0, -l.window()).Before(time.Date(year, month, day, 0, 0, 0, 0, l.zone)) {
		found.value, found.warnings = nil, append(found.warnings, customers.WindowBiased)
	}
	return found
}

// monthName is the month of the zone.
func (l *lab) monthName(at time.Time) string { return at.In(l.zone).Format("2006-01") }

// later is the first of the month so many after that of at.
func (l *lab) later(at time.Time, months int) time.Time {
	year, month, _ := at.In(l.zone).Date()
	return time.Date(year, month+time.Month(months), 1, 0, 0, 0, 0, l.zone)
}

// cohort is the share of those who first ordered in a month of the period that ordered so many months later, of what was known.
func (l *lab) cohort(s span, month time.Time, later int) (size, active int64) {
	orders := only(l.counted(""), func(o customers.Order) bool { return o.At.Before(l.asOf) })
	for _, id := range buyersOf(orders) {
		mine := of(orders, id)
		first := firstOf(mine).At
		if !in(first, s.from, s.to) || l.monthName(first) != l.monthName(month) {
			continue
		}
		size++
		if len(only(mine, func(o customers.Order) bool { return l.monthName(o.At) == l.monthName(l.later(first, later)) })) > 0 {
			active++
		}
	}
	return size, active
}

func (l *lab) cohorts(s span) recount {
	var all, size, again int64
	for m := l.later(s.from, 0); m.Before(s.to); m = l.later(m, 1) {
		n, _ := l.cohort(s, m, 0)
		all += n
		if !l.later(m, 2).After(l.asOf) {
			n, active := l.cohort(s, m, 1)
			size, again = size+n, again+active
		}
	}
	found := recount{value: over(100*again, size), n: size}
	if size == 0 && all > 0 {
		found.warnings = append(found.warnings, customers.NextMonthOpen)
	}
	return found
}
