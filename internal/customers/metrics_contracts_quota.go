package customers

import (
	"cmp"
	"context"
	"maps"
	"math/big"
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
)

// quotaTally is a period's sales against its quotas. A sale counts for each quota of the person in whose time the opportunity closed; the sales of
// people without any count in the time for which somebody has one.
type quotaTally struct {
	quotas  map[string][]Quota // by person
	sold    map[string]int64
	periods []scoring.Period // that any quota is for, once
	byHand  int64            // quotas that were typed in
	N       int64            // sales
}

func newQuotaTally(quotas []Quota) *quotaTally {
	t := &quotaTally{quotas: map[string][]Quota{}, sold: map[string]int64{}}
	for _, q := range quotas {
		t.quotas[q.Agent] = append(t.quotas[q.Agent], q)
		t.sold[q.Agent] += 0
		if q.ByHand {
			t.byHand++
		}
		if !slices.Contains(t.periods, q.Period) {
			t.periods = append(t.periods, q.Period)
		}
	}
	return t
}

func (t *quotaTally) add(o scoring.Opportunity) {
	times := int64(0)
	if own := t.quotas[o.Agent]; len(own) > 0 {
		for _, q := range own {
			if q.Period.Contains(o.Closed) {
				times++
			}
		}
	} else if slices.ContainsFunc(t.periods, func(p scoring.Period) bool { return p.Contains(o.Closed) }) {
		times = 1
	}
	if times > 0 {
		t.sold[o.Agent] += times * o.Amount
		t.N++
	}
}

// overlap tells whether a person has two quotas for one time.
func (t *quotaTally) overlap() bool {
	for _, own := range t.quotas {
		own = slices.SortedFunc(slices.Values(own), func(a, b Quota) int { return a.Period.From.Compare(b.Period.From) })
		for i := 1; i < len(own); i++ {
			if own[i].Period.From.Before(own[i-1].Period.To) {
				return true
			}
		}
	}
	return false
}

// figure is the team's, with everybody's own as groups.
func (t *quotaTally) figure() (f Figure) {
	var members []scoring.Attainment
	without := int64(0)
	for _, agent := range slices.SortedFunc(maps.Keys(t.sold), cmp.Compare[string]) {
		a := scoring.Attainment{Actual: t.sold[agent]}
		target := Input{"quota", nil, Money}
		if own := t.quotas[agent]; len(own) > 0 {
			for _, q := range own {
				a.Quota += q.Amount
			}
			target.Value = big.NewRat(a.Quota, 1)
		} else {
			without++
		}
		members = append(members, a)
		f.Groups = append(f.Groups, Group{agent, []Input{money("actual", a.Actual), target, {"rate", a.Percent(), Percent}}})
	}
	team := scoring.Team(members)
	f.Num, f.Den, f.N, f.Value = team.Actual, team.Quota, t.N, team.Percent()
	f.Inputs = []Input{money("actual", team.Actual), money("quota", team.Quota)}
	if t.overlap() {
		f.warn(QuotasOverlap)
	}
	f.warnOf(QuotasByHand, "quotas_by_hand", t.byHand)
	f.warnOf(UnassignedSales, "people_without_quota", without)
	return f
}

// quota is what was sold of what was to be sold (metrics 4.10): the amounts of opportunities won in a quota's time. Orders name nobody who sold them.
func quota(ctx context.Context, src Source, r Request) ([]Figure, error) {
	all := make([]*quotaTally, len(r.Periods))
	for i, p := range r.Periods {
		quotas, err := src.QuotasIn(ctx, r.Currency, p)
		if err != nil {
			return nil, err
		}
		all[i] = newQuotaTally(quotas)
	}
	err := src.EachOpportunity(ctx, r.Currency, func(o scoring.Opportunity) error {
		if o.Outcome == scoring.Won && !o.Closed.IsZero() {
			for _, t := range all {
				t.add(o)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return figuresOf(all), nil
}
