package customers_test

import (
	"math/big"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

const euros = "EUR"

// currencies that the orders, and another feed, are in, of whatever status.
func (l *lab) many(feed customers.Feed) bool {
	seen := map[string]bool{}
	for _, o := range l.shop.orders {
		seen[o.Currency] = true
	}
	if feed == customers.Costs {
		for _, c := range l.shop.costs {
			seen[c.Currency] = true
		}
	}
	return len(seen) > 1
}

// since is when a customer was acquired: by the first order or subscription, or before it where the shop says so. Zero: never. Without orders and subscriptions
// the shop's word is all there is.
func (l *lab) since(id survey.ID) (at time.Time) {
	defer func() {
		for _, a := range l.shop.acquired {
			onlyWord := len(l.shop.orders) == 0 && len(l.shop.subscriptions) == 0
			if a.ContactID == id && (onlyWord || !at.IsZero() && a.At.Before(at)) {
				at = a.At
			}
		}
	}()
	if mine := of(l.counted(""), id); len(mine) > 0 {
		at = firstOf(mine).At
	}
	for _, s := range l.shop.subscriptions {
		if s.ContactID == id && !s.Trial && (at.IsZero() || s.Started.Before(at)) {
			at = s.Started
		}
	}
	return at
}

func (l *lab) cac(s span) recount {
	var cost, won, other int64
	groups := []string{"marketing", "sales"}
	if l.settings.CostGroups != nil {
		groups = l.settings.CostGroups
	}
	var found recount
	lag := -int(l.settings.LagDays)
	none := true
	for _, c := range l.shop.costs {
		switch {
		case c.Currency != euros || !in(c.At, s.from.AddDate(0, 0, lag), s.to.AddDate(0, 0, lag)):
		case slices.Contains(groups, c.Category):
			cost, none = cost+c.Amount, false
		default:
			other += c.Amount
		}
	}
	for id := range survey.ID(250) {
		if in(l.since(id), s.from, s.to) {
			won++
		}
	}
	if none {
		found.warnings = append(found.warnings, customers.NoCosts)
	}
	if other > 0 {
		found.warnings = append(found.warnings, customers.CostsLeftOut)
	}
	if l.many(customers.Costs) {
		found.warnings = append(found.warnings, customers.ManyCurrencies)
	}
	if found.n = won; !none { // no record of a cost is no cost of nothing
		found.value = over(cost, won)
	}
	return found
}

// atMargin is the profit of revenue, or a warning.
func (l *lab) atMargin(r recount) recount {
	if l.settings.Margin == nil {
		r.warnings = append(r.warnings, customers.RevenueBased)
	} else if r.value != nil {
		r.value = new(big.Rat).Mul(r.value, l.settings.Margin)
	}
	return r
}

func (l *lab) revenueSoFar(s span) (value *big.Rat, n int64) {
	orders := l.within(l.counted(euros), time.Time{}, s.to)
	n = int64(len(buyersOf(orders)))
	return over(revenue(orders), n), n
}

func (l *lab) historic(s span) recount {
	value, n := l.revenueSoFar(s)
	return l.atMargin(recount{value: value, n: n})
}

// years of the period, as the frequency is brought to one of them.
func (s span) years() *big.Rat {
	if s.months > 0 {
		return big.NewRat(int64(s.months), 12)
	}
	return new(big.Rat).Quo(exact(int64(s.days)), big.NewRat(1461, 4))
}

func (l *lab) lifespan(s span) recount {
	orders := l.within(l.counted(euros), time.Time{}, s.to)
	ids := buyersOf(orders)
	if len(ids) == 0 {
		return recount{}
	}
	sum := new(big.Rat)
	for _, id := range ids {
		mine := of(orders, id)
		var last time.Time
		for _, o := range mine {
			if o.At.After(last) {
				last = o.At
			}
		}
		sum.Add(sum, big.NewRat(last.UnixMilli()-firstOf(mine).At.UnixMilli(), 31_557_600_000))
	}
	return recount{value: sum.Quo(sum, exact(int64(len(ids)))), n: int64(len(ids)), warnings: []customers.Warning{customers.LifespanCensored}}
}

func (l *lab) formula(s span, annualised bool) recount {
	orders := l.within(l.counted(euros), s.from, s.to)
	found := recount{n: int64(len(buyersOf(orders)))}
	span, measured := l.settings.Lifespan, l.settings.Lifespan == nil
	if measured {
		span = l.lifespan(s).value
	}
	if found.n > 0 {
		apv, apf := over(revenue(orders), int64(len(orders))), over(int64(len(orders)), found.n)
		found.value = new(big.Rat).Mul(new(big.Rat).Mul(apv, apf), span)
		if annualised {
			found.value.Quo(found.value, s.years())
		}
		if measured {
			found.warnings = append(found.warnings, customers.LifespanCensored)
		}
		if floor, _ := l.revenueSoFar(s); found.value.Cmp(floor) < 0 {
			found.warnings = append(found.warnings, customers.Implausible)
		}
	}
	if !annualised && s.months != 12 {
		found.warnings = append(found.warnings, customers.OtherLength)
	}
	found = l.atMargin(found)
	if annualised {
		found.shortOf(s)
	}
	return found
}

func (l *lab) purchaseValue(s span) recount {
	orders := l.within(l.counted(euros), s.from, s.to)
	return recount{value: over(revenue(orders), int64(len(orders))), n: int64(len(orders))}
}

func (l *lab) frequency(s span, annualised bool) recount {
	orders := l.within(l.counted(euros), s.from, s.to)
	n := int64(len(buyersOf(orders)))
	found := recount{value: over(int64(len(orders)), n), n: n}
	if annualised && n > 0 {
		found.value.Quo(found.value, s.years())
		found.shortOf(s)
	}
	return found
}

// shortOf warns where a value was brought to a year from less.
func (r *recount) shortOf(s span) {
	if r.value != nil && s.years().Cmp(big.NewRat(1, 1)) < 0 {
		r.warnings = append(r.warnings, customers.ShortPeriod)
	}
}

// paid are the subscriptions of a currency that are no trials.
func (l *lab) paid(currency string) (all []customers.Subscription) {
	for _, s := range l.shop.subscriptions {
		if !s.Trial && (currency == "" || s.Currency == currency) {
			all = append(all, s)
		}
	}
	return all
}

func monthly(s customers.Subscription) *big.Rat {
	month := map[scoring.Span]*big.Rat{
		scoring.Month: big.NewRat(1, 1), scoring.Quarter: big.NewRat(1, 3), scoring.Year: big.NewRat(1, 12), scoring.Week: big.NewRat(52, 12),
	}[s.Span]
	return new(big.Rat).Quo(new(big.Rat).Mul(exact(s.Amount), month), exact(s.Spans))
}

// active are the subscribers just before t, and what they pay a month.
func (l *lab) active(t time.Time) (ids []survey.ID, mrr *big.Rat) {
	mrr = new(big.Rat)
	for _, s := range l.paid(euros) {
		if s.Started.Before(t) && (s.Ended.IsZero() || !s.Ended.Before(t)) {
			mrr.Add(mrr, monthly(s))
			if !slices.Contains(ids, s.ContactID) {
				ids = append(ids, s.ContactID)
			}
		}
	}
	return ids, mrr
}

func (l *lab) predictive(s span) recount {
	ids, mrr := l.active(s.to)
	found := recount{n: int64(len(ids))}
	var base, lost, months int64
	for m := l.later(s.from, 0); m.Before(s.to); m = l.later(m, 1) {
		end := l.later(m, 1)
		if m.Before(s.from) || end.After(s.to) {
			continue
		}
		months++
		before, _ := l.active(m)
		after, _ := l.active(end)
		for _, id := range before {
			base++
			if !slices.Contains(after, id) {
				lost++
			}
		}
	}
	switch {
	case months == 0:
		found.warnings = append(found.warnings, customers.NoWholeMonth)
	case base > 0 && lost == 0:
		found.warnings = append(found.warnings, customers.NoChurn)
	}
	if len(ids) > 0 && lost > 0 {
		found.value = new(big.Rat).Quo(new(big.Rat).Quo(mrr, exact(found.n)), big.NewRat(lost, base))
	}
	return l.atMargin(found)
}

// against compares a CLV with the CAC of the same period.
func (l *lab) against(s span, clv recount, profit bool) recount {
	cac := l.cac(s)
	found := recount{n: clv.n, warnings: slices.Concat(clv.warnings, cac.warnings)}
	if clv.value == nil || cac.value == nil {
		return found
	}
	if profit {
		found.value = new(big.Rat).Sub(clv.value, cac.value)
	} else if cac.value.Sign() != 0 {
		found.value = new(big.Rat).Quo(clv.value, cac.value)
	}
	return found
}

// newRevenue: of customers whose first order in any currency is in the period, that order or all of the period, as far as it is in euros.
func (l *lab) newRevenue(s span, all bool) recount {
	orders := l.counted("")
	var sum int64
	var who []survey.ID
	for _, id := range buyersOf(orders) {
		first := firstOf(of(orders, id))
		if !in(first.At, s.from, s.to) {
			continue
		}
		for _, o := range of(l.within(orders, s.from, s.to), id) {
			if o.Currency == euros && (all || o.ID == first.ID) {
				sum += o.Amount - o.Refunded
				who = append(who, id)
			}
		}
	}
	slices.Sort(who)
	return recount{value: big.NewRat(sum, 1), n: int64(len(slices.Compact(who)))}
}

// newSubscribers: the first months since the first subscription in any currency, each of which is in the period in which it begins.
func (l *lab) newSubscribers(s span) recount {
	sum, who := new(big.Rat), map[survey.ID]bool{}
	for id := range survey.ID(20) {
		var first time.Time
		for _, p := range l.paid("") {
			if p.ContactID == id && (first.IsZero() || p.Started.Before(first)) {
				first = p.Started
			}
		}
		for k := range max(int(l.settings.FirstMonths), 1) {
			at := first.In(l.zone).AddDate(0, k, 0)
			for at.Day() < first.In(l.zone).Day() && at.Day() < 4 { // beyond the end of a shorter month
				at = at.AddDate(0, 0, -1)
			}
			if first.IsZero() || !in(at, s.from, s.to) {
				continue
			}
			for _, p := range l.paid(euros) {
				if p.ContactID == id && !p.Started.After(at) && (p.Ended.IsZero() || p.Ended.After(at)) {
					sum.Add(sum, monthly(p))
					who[id] = true
				}
			}
		}
	}
	return recount{value: sum, n: int64(len(who))}
}
