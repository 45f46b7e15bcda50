package customers_test

import (
	"math/big"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// closeRate is a close rate of a mode (4.11).
func (c retold) closeRate(mode string) counted {
	won, leads, undated := 0, 0, 0
	agents := map[string]*[2]int{}
	for _, o := range c.shop.opportunities {
		if o.Outcome != scoring.Open && o.Closed.IsZero() || o.Created.IsZero() && mode != "closed" {
			undated++
			continue
		}
		closedIn := !o.Closed.IsZero() && c.in(o.Closed)
		var isLead, isWon bool
		switch mode {
		case "funnel":
			isLead = o.Created.Before(c.p.To) && (o.Closed.IsZero() || !o.Closed.Before(c.p.From))
			isWon = closedIn && o.Outcome == scoring.Won
		case "closed":
			isLead = closedIn && o.Outcome != scoring.Open
			isWon = closedIn && o.Outcome == scoring.Won
		case "cohort":
			isLead = c.in(o.Created)
			isWon = isLead && o.Outcome == scoring.Won && o.Closed.Before(c.asOf)
		}
		if !isLead {
			continue
		}
		leads++
		if agents[o.Agent] == nil {
			agents[o.Agent] = &[2]int{}
		}
		agents[o.Agent][1]++
		if isWon {
			won++
			agents[o.Agent][0]++
		}
	}
	found := counted{percent(won, leads), numbers{"won": integer(won), "leads": integer(leads)}, map[string]numbers{}}
	for agent, n := range agents {
		found.groups[agent] = numbers{"won": integer(n[0]), "leads": integer(n[1]), "rate": percent(n[0], n[1])}
	}
	found.alsoIf("undated", undated)
	return found
}

// waits are summed up in hours, or other units of so many milliseconds: mean and quantiles of type 7.
func waits(list []time.Duration, unit int64) (mean, median, p90 *big.Rat) {
	if len(list) == 0 {
		return nil, nil, nil
	}
	ms := make([]*big.Rat, len(list))
	sum := integer(0)
	for i, w := range list {
		ms[i] = big.NewRat(w.Milliseconds(), unit)
		sum = plus(sum, ms[i])
	}
	slices.SortFunc(ms, (*big.Rat).Cmp)
	quantile := func(q *big.Rat) *big.Rat { // x[h] + (h - floor h)(x[h+1] - x[h]), h = (n-1) q
		h := new(big.Rat).Mul(integer(len(ms)-1), q)
		floor := int(new(big.Int).Quo(h.Num(), h.Denom()).Int64())
		next := min(floor+1, len(ms)-1)
		return plus(ms[floor], new(big.Rat).Mul(less(h, integer(floor)), less(ms[next], ms[floor])))
	}
	return by(sum, integer(len(ms))), quantile(big.NewRat(1, 2)), quantile(big.NewRat(9, 10))
}

const millisOfHour = 3600 * 1000

// stays fills in ends that the feed left out: where the next stay begins, or when the opportunity was closed.
func (c retold) stays() map[survey.ID][]customers.Stay {
	paths := map[survey.ID][]customers.Stay{}
	for _, s := range c.shop.stays {
		paths[s.OpportunityID] = append(paths[s.OpportunityID], s)
	}
	for id, path := range paths {
		slices.SortFunc(path, func(a, b customers.Stay) int { return a.Entered.Compare(b.Entered) })
		closed := c.shop.opportunities[id-1].Closed
		for i := range path {
			switch {
			case !path[i].Left.IsZero():
			case i+1 < len(path):
				path[i].Left = path[i+1].Entered
			case !closed.IsZero() && !closed.Before(path[i].Entered):
				path[i].Left = closed
			}
		}
	}
	return paths
}

// stageLength is of stays that ended in the period (4.12).
func (c retold) stageLength(variant string) counted {
	type stage struct {
		waits                   []time.Duration
		open, entered, advanced int
	}
	stages := map[string]*stage{}
	for id, path := range c.stays() {
		for i, s := range path {
			if stages[s.Stage] == nil {
				stages[s.Stage] = &stage{}
			}
			st := stages[s.Stage]
			if c.in(s.Entered) {
				st.entered++
			}
			if s.Entered.Before(c.p.To) && (s.Left.IsZero() || !s.Left.Before(c.p.To)) {
				st.open++
			}
			if s.Left.IsZero() || !c.in(s.Left) {
				continue
			}
			st.waits = append(st.waits, s.Left.Sub(s.Entered))
			if i+1 < len(path) && path[i+1].Position > s.Position || i+1 == len(path) && c.shop.opportunities[id-1].Outcome == scoring.Won {
				st.advanced++
			}
		}
	}
	found := counted{groups: map[string]numbers{}}
	var all []time.Duration
	open := 0
	for name, st := range stages {
		all, open = append(all, st.waits...), open+st.open
		mean, median, _ := waits(st.waits, millisOfHour)
		found.groups[name] = numbers{
			"n": integer(len(st.waits)), "mean": mean, "median": median, "open": integer(st.open), "entered": integer(st.entered), "advanced": integer(st.advanced),
			"conversion": percent(st.advanced, st.entered),
		}
	}
	mean, median, _ := waits(all, millisOfHour)
	found.inputs = numbers{"n": integer(len(all)), "mean": mean, "median": median, "open": integer(open)}
	found.value = found.inputs[variant]
	return found
}

// salesCycle is from creation to winning, in days.
func (c retold) salesCycle(variant string) counted {
	var all []time.Duration
	undated := 0
	for _, o := range c.won("") {
		switch {
		case !c.in(o.Closed):
		case o.Created.IsZero():
			undated++
		default:
			all = append(all, o.Closed.Sub(o.Created))
		}
	}
	mean, median, _ := waits(all, 24*millisOfHour)
	found := counted{inputs: numbers{"n": integer(len(all)), "mean": mean, "median": median}}
	found.value = found.inputs[variant]
	found.alsoIf("undated", undated)
	return found
}

// resolution is of tickets resolved in the period (4.13), overdue ones as of its end.
func (c retold) resolution(variant string) counted {
	at := c.p.To
	if c.asOf.Before(at) {
		at = c.asOf
	}
	agents, overdue := map[string][]time.Duration{}, map[string]int{}
	var all []time.Duration
	late := 0
	for _, k := range c.shop.tickets {
		if k.Excluded {
			continue
		}
		if !k.Resolved.IsZero() && c.in(k.Resolved) && !k.Untimed {
			all = append(all, k.Resolved.Sub(k.Created))
			agents[k.Agent] = append(agents[k.Agent], k.Resolved.Sub(k.Created))
		}
		if (k.Resolved.IsZero() || k.Resolved.After(at)) && k.Created.Before(at.Add(-48*time.Hour)) {
			late++
			overdue[k.Agent]++
			agents[k.Agent] = append(agents[k.Agent], nil...)
		}
	}
	summary := func(list []time.Duration, late int) numbers {
		mean, median, p90 := waits(list, millisOfHour)
		return numbers{"n": integer(len(list)), "mean": mean, "median": median, "p90": p90, "overdue": integer(late)}
	}
	found := counted{inputs: summary(all, late), groups: map[string]numbers{}}
	for agent, list := range agents {
		found.groups[agent] = summary(list, overdue[agent])
	}
	found.value = found.inputs[variant]
	return found
}

// customers are those acquired before the period's end (2.6).
func (c retold) customers() map[survey.ID]bool {
	first := map[survey.ID]time.Time{}
	earliest := func(id survey.ID, at time.Time) {
		if known, ok := first[id]; !ok || at.Before(known) {
			first[id] = at
		}
	}
	for _, o := range c.orders("") {
		earliest(o.ContactID, o.At)
	}
	for id, at := range c.firstSubscription("") {
		earliest(id, at)
	}
	for _, a := range c.shop.acquired { // the shop's word moves a customer's beginning back, and makes nobody one but in a shop that has nothing else
		_, bought := first[a.ContactID]
		if bought || len(c.shop.orders) == 0 && len(c.shop.subscriptions) == 0 {
			earliest(a.ContactID, a.At)
		}
	}
	all := map[survey.ID]bool{}
	for id, at := range first {
		if at.Before(c.p.To) {
			all[id] = true
		}
	}
	return all
}

// members are those of the period's end, and whether they did something in it (4.14).
func (c retold) members() (active map[survey.ID]bool) {
	active = map[survey.ID]bool{}
	for _, m := range c.shop.memberships {
		if m.Joined.Before(c.p.To) && (m.Left.IsZero() || !m.Left.Before(c.p.To)) {
			active[m.ContactID] = slices.ContainsFunc(c.shop.rewards, func(r customers.Reward) bool {
				return r.ContactID == m.ContactID && c.in(r.At) && r.Kind != customers.Issued
			})
		}
	}
	return active
}

func (c retold) loyalty(metric string) counted {
	buying := c.customers()
	members, active, buyingMembers, buyingActive := 0, 0, 0, 0
	for id, isActive := range c.members() {
		members++
		if isActive {
			active++
		}
		if buying[id] {
			buyingMembers++
		}
		if buying[id] && isActive {
			buyingActive++
		}
	}
	switch metric {
	case "loyalty_participation":
		found := counted{value: percent(buyingMembers, len(buying)), inputs: numbers{"members": integer(buyingMembers), "customers": integer(len(buying))}}
		found.alsoIf("not_customers", members-buyingMembers)
		return found
	case "loyalty_engagement":
		return counted{value: percent(active, members), inputs: numbers{"active_members": integer(active), "members": integer(members)}}
	}
	others := len(buying) - buyingActive
	found := counted{
		value:  by(integer(buyingActive), integer(others)),
		inputs: numbers{"active_members": integer(buyingActive), "other_customers": integer(others), "customers": integer(len(buying))},
	}
	found.alsoIf("not_customers", active-buyingActive)
	return found
}

func (c retold) redemption() counted {
	redeemed, issued := 0, 0
	for _, r := range c.shop.rewards {
		if c.in(r.At) && r.Kind == customers.Redeemed {
			redeemed += int(r.Count)
		}
		if c.in(r.At) && r.Kind == customers.Issued {
			issued += int(r.Count)
		}
	}
	return counted{value: percent(redeemed, issued), inputs: numbers{"redeemed": integer(redeemed), "issued": integer(issued)}}
}
