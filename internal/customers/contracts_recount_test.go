package customers_test

import (
	"math/big"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// retold computes the figures of a shop again, straight from the words of the specification and with no thought for speed. It uses none of the program's arithmetic.
type retold struct {
	shop   contractsShop
	p      scoring.Period
	zone   *time.Location
	asOf   time.Time
	window int // days
	grace  time.Duration
}

// numbers are the inputs of a figure or group by their names.
type numbers map[string]*big.Rat

// counted is what a recount finds of a metric.
type counted struct {
	value  *big.Rat
	inputs numbers
	groups map[string]numbers
}

func integer(n int) *big.Rat { return big.NewRat(int64(n), 1) }

func plus(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }

func less(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

func by(a, b *big.Rat) *big.Rat {
	if a == nil || b == nil || b.Sign() == 0 {
		return nil
	}
	return new(big.Rat).Quo(a, b)
}

func percent(a, b int) *big.Rat { return by(integer(100*a), integer(b)) }

func (c retold) in(t time.Time) bool { return !t.Before(c.p.From) && t.Before(c.p.To) }

// price is what a subscription brings a month (4.7).
func price(s customers.Subscription) *big.Rat {
	months := map[scoring.Span]*big.Rat{scoring.Month: integer(1), scoring.Quarter: integer(3), scoring.Year: integer(12), scoring.Week: big.NewRat(12, 52)}[s.Span]
	return by(by(big.NewRat(s.Amount, 1), months), big.NewRat(s.Spans, 1))
}

// paying is what each customer with a subscription just before t pays a month, of those in a currency or of all.
func (c retold) paying(t time.Time, currency string) map[survey.ID]*big.Rat {
	all := map[survey.ID]*big.Rat{}
	for _, s := range c.shop.subscriptions {
		if s.Trial || currency != "" && s.Currency != currency || !s.Started.Before(t) || !s.Ended.IsZero() && s.Ended.Before(t) {
			continue
		}
		if all[s.ContactID] == nil {
			all[s.ContactID] = integer(0)
		}
		all[s.ContactID] = plus(all[s.ContactID], price(s))
	}
	return all
}

// firstSubscription is when a customer first had one.
func (c retold) firstSubscription(currency string) map[survey.ID]time.Time {
	first := map[survey.ID]time.Time{}
	for _, s := range c.shop.subscriptions {
		if s.Trial || currency != "" && s.Currency != currency {
			continue
		}
		if at, ok := first[s.ContactID]; !ok || s.Started.Before(at) {
			first[s.ContactID] = s.Started
		}
	}
	return first
}

// retention sorts customers by subscriptions (4.2).
func (c retold) retention() map[string]int {
	start, end := c.paying(c.p.From, ""), c.paying(c.p.To, "")
	n := map[string]int{"base": len(start), "active_end": len(end), "retained": 0, "lost": 0, "acquired": 0, "reactivated": 0}
	for id := range start {
		if end[id] != nil {
			n["retained"]++
		} else {
			n["lost"]++
		}
	}
	for id, first := range c.firstSubscription("") {
		if c.in(first) {
			n["acquired"]++
		}
		if start[id] == nil && end[id] != nil && first.Before(c.p.From) {
			n["reactivated"]++
		}
	}
	return n
}

func (c retold) retentionOf(part string) counted {
	n := c.retention()
	days := 0
	for from := c.p.From.In(c.zone); from.Before(c.p.To); from = from.AddDate(0, 0, 1) {
		days++
	}
	inputs := numbers{"period_days": integer(days)}
	for name, count := range n {
		inputs[name] = integer(count)
	}
	return counted{percent(n[part], n["base"]), inputs, nil}
}

// recurring is the movement of revenue in EUR: for each part how much, and of how many customers (4.7).
func (c retold) recurring() map[string]numbers {
	parts := map[string]numbers{}
	for _, name := range []string{"mrr_start", "mrr", "new_mrr", "reactivation_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr"} {
		parts[name] = numbers{"money": integer(0), "customers": integer(0)}
	}
	add := func(name string, money *big.Rat) {
		parts[name] = numbers{"money": plus(parts[name]["money"], money), "customers": plus(parts[name]["customers"], integer(1))}
	}
	start, end, first := c.paying(c.p.From, "EUR"), c.paying(c.p.To, "EUR"), c.firstSubscription("")
	was, is := c.paying(c.p.From, ""), c.paying(c.p.To, "") // customers, whatever they pay in
	for id, money := range start {
		add("mrr_start", money)
		if is[id] == nil {
			add("churned_mrr", money)
		}
	}
	for id, money := range end {
		add("mrr", money)
		if was[id] == nil && c.in(first[id]) {
			add("new_mrr", money)
		} else if was[id] == nil {
			add("reactivation_mrr", money)
		}
	}
	for id := range was {
		if is[id] == nil {
			continue
		}
		change := integer(0)
		if end[id] != nil {
			change = plus(change, end[id])
		}
		if start[id] != nil {
			change = less(change, start[id])
		}
		if change.Sign() > 0 {
			add("expansion_mrr", change)
		} else if change.Sign() < 0 {
			add("contraction_mrr", less(integer(0), change))
		}
	}
	return parts
}

// switched counts customers of both ends who pay in EUR at one of them only.
func (c retold) switched() (n int) {
	start, end := c.paying(c.p.From, "EUR"), c.paying(c.p.To, "EUR")
	is := c.paying(c.p.To, "")
	for id := range c.paying(c.p.From, "") {
		if is[id] != nil && (start[id] == nil) != (end[id] == nil) {
			n++
		}
	}
	return n
}

func (c retold) mrr() counted {
	parts := c.recurring()
	found := counted{value: parts["mrr"]["money"], inputs: numbers{}, groups: parts}
	for name, part := range parts {
		if name != "mrr" {
			found.inputs[name] = part["money"]
		}
	}
	found.alsoIf("currency_switched", c.switched())
	return found
}

func (c retold) movement(name string) counted {
	part := c.recurring()[name]
	found := counted{part["money"], part, nil}
	found.alsoIf("currency_switched", c.switched())
	return found
}

func (c retold) arpc() counted {
	end := c.recurring()["mrr"]
	found := counted{by(end["money"], end["customers"]), numbers{"mrr": end["money"], "active_end": end["customers"]}, nil}
	found.alsoIf("currency_switched", c.switched())
	return found
}

// orders that count (2.5), in a currency or in all.
func (c retold) orders(currency string) (list []customers.Order) {
	for _, o := range c.shop.orders {
		if o.Status == customers.Paid && (o.Amount == 0 || o.Refunded < o.Amount) && (currency == "" || o.Currency == currency) {
			list = append(list, o)
		}
	}
	return list
}

func (c retold) oneOff() counted {
	revenue := integer(0)
	for _, o := range c.orders("EUR") {
		if c.in(o.At) {
			revenue = plus(revenue, big.NewRat(o.Amount-o.Refunded, 1))
		}
	}
	months := 0
	for from := c.p.From.In(c.zone); !from.AddDate(0, months+1, 0).After(c.p.To); { // all periods of the test begin early in a month
		months++
	}
	return counted{by(revenue, integer(months)), numbers{"one_off_revenue": revenue, "months": integer(months)}, nil}
}

func (c retold) plusOneOff() counted {
	found, mrr := c.oneOff(), c.recurring()["mrr"]["money"]
	found.inputs["mrr"], found.inputs["avg_monthly_one_off"] = mrr, found.value
	if found.value != nil {
		found.value = plus(found.value, mrr)
	}
	return found
}

func (c retold) renewal() counted {
	due, renewed, pending := 0, 0, 0
	for _, k := range c.shop.contracts {
		if !c.in(k.TermEnds) {
			continue
		}
		due++
		if !k.Renewed.IsZero() && k.Renewed.Sub(k.TermEnds) <= c.grace {
			renewed++
		} else if c.asOf.Sub(k.TermEnds) <= c.grace {
			pending++
		}
	}
	found := counted{percent(renewed, due), numbers{"renewed": integer(renewed), "due": integer(due), "grace_days": integer(int(c.grace / (24 * time.Hour)))}, nil}
	found.alsoIf("pending", pending)
	return found
}

func (c counted) alsoIf(name string, n int) {
	if n > 0 {
		c.inputs[name] = integer(n)
	}
}

// base is who is asked whether something was sold to them on top (4.8).
func (c retold) base(byOrders, anyTime bool) map[survey.ID]bool {
	base := map[survey.ID]bool{}
	if !byOrders {
		for _, s := range c.shop.subscriptions {
			active := s.Started.Before(c.p.From) && (s.Ended.IsZero() || !s.Ended.Before(c.p.From))
			active = active || anyTime && s.Started.Before(c.p.To) && (s.Ended.IsZero() || !s.Ended.Before(c.p.From))
			if active && !s.Trial {
				base[s.ContactID] = true
			}
		}
		return base
	}
	since := c.p.From.In(c.zone).AddDate(0, 0, -c.window)
	known := map[survey.ID]bool{}
	for _, o := range c.orders("") {
		known[o.ContactID] = known[o.ContactID] || o.At.Before(c.p.From)
	}
	for _, o := range c.orders("") {
		atStart := known[o.ContactID] && !o.At.After(c.p.From)
		if o.At.After(since) && (atStart || anyTime && o.At.Before(c.p.To)) {
			base[o.ContactID] = true
		}
	}
	return base
}

func (c retold) upsell(byOrders, anyTime bool) counted {
	base, upsold := c.base(byOrders, anyTime), map[survey.ID]bool{}
	for _, o := range c.orders("") {
		if o.Kind != "" && c.in(o.At) && base[o.ContactID] {
			upsold[o.ContactID] = true
		}
	}
	found := counted{percent(len(upsold), len(base)), numbers{"upsold": integer(len(upsold)), "customers": integer(len(base))}, nil}
	if byOrders {
		found.inputs["window_days"] = integer(c.window)
	}
	return found
}

// quota is sales by quotas in EUR (4.10).
func (c retold) quota() counted {
	var quotas []customers.Quota
	for _, q := range c.shop.quotas {
		if q.Currency == "EUR" && !q.Period.From.Before(c.p.From) && !q.Period.To.After(c.p.To) {
			quotas = append(quotas, q)
		}
	}
	sums := map[string]*[2]int64{} // actual, quota
	has := map[string]bool{}
	for _, q := range quotas {
		if sums[q.Agent] == nil {
			sums[q.Agent] = &[2]int64{}
		}
		has[q.Agent] = true
		sums[q.Agent][1] += q.Amount
		for _, o := range c.won("EUR") {
			if o.Agent == q.Agent && !o.Closed.Before(q.Period.From) && o.Closed.Before(q.Period.To) {
				sums[q.Agent][0] += o.Amount
			}
		}
	}
	for _, o := range c.won("EUR") {
		someQuota := slices.ContainsFunc(quotas, func(q customers.Quota) bool { return !o.Closed.Before(q.Period.From) && o.Closed.Before(q.Period.To) })
		if !has[o.Agent] && someQuota {
			if sums[o.Agent] == nil {
				sums[o.Agent] = &[2]int64{}
			}
			sums[o.Agent][0] += o.Amount
		}
	}
	found := counted{inputs: numbers{}, groups: map[string]numbers{}}
	actual, target, without := integer(0), integer(0), 0
	for agent, sum := range sums {
		a, q := big.NewRat(sum[0], 1), big.NewRat(sum[1], 1)
		actual, target = plus(actual, a), plus(target, q)
		group := numbers{"actual": a, "quota": q, "rate": by(new(big.Rat).Mul(a, integer(100)), q)}
		if !has[agent] {
			group["quota"] = nil
			without++
		}
		found.groups[agent] = group
	}
	found.value = by(new(big.Rat).Mul(actual, integer(100)), target)
	found.inputs["actual"], found.inputs["quota"] = actual, target
	found.alsoIf("people_without_quota", without)
	return found
}

// won has the opportunities that were won at a known time.
func (c retold) won(currency string) (list []customers.Opportunity) {
	for _, o := range c.shop.opportunities {
		if o.Outcome == scoring.Won && !o.Closed.IsZero() && (currency == "" || o.Currency == currency) {
			list = append(list, o)
		}
	}
	return list
}
