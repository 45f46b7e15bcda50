package demo

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// tale is everybody who came, in the order of time.
type tale struct {
	crowd
	visits []*visit
	silent []*visit // who were asked and did not answer
}

// tell makes up the answers of half a year.
func tell(s Setup, shop Shop) (*tale, error) {
	bought := purchases(&shop.Purchase)
	place(bought)
	t := &tale{visits: slices.Concat(bought, deliveries(&shop.Delivery), supported(&shop.Support), loyal(&shop.Loyalty))}
	rethink(t.visits)
	freshen(t.visits)
	t.visits = append(t.visits, noise(&shop.Purchase)...)

	days := newCalendar(s)
	for _, p := range t.visits {
		p.r.Touchpoint = shop.Touchpoints[p.act.touchpoint]
		p.r.AnsweredAt = days.at(p.week, p.day, p.hour)
		if p.ago > 0 {
			p.r.AnsweredAt = s.Now.Add(-p.ago).Truncate(time.Second)
		}
		p.r.AnsweredAt = p.r.AnsweredAt.UTC()
	}
	t.silent = invite(chance(ofInvitations+100), t.visits, days)
	everybody := slices.Concat(t.visits, t.silent)
	byAsking(t.visits)
	byAsking(everybody)

	clock := time.Time{}
	ids, err := survey.NewIDs(0, func() time.Time { return clock })
	if err != nil {
		return nil, err
	}
	t.crowd = crowd{rng: chance(ofCustomers), ids: ids, byName: map[string]int{}, byLang: map[string][]int{}}
	talk, err := newTalk()
	if err != nil {
		return nil, err
	}
	book := newOrders(s.Now, t.rng)
	for _, p := range everybody {
		clock = p.asked
		p.r.ID = ids.Next()
		if p.known {
			t.welcome(p)
		}
		p.r.OrderRef = book.order(p)
		if p.comments {
			p.r.Comment = talk.say(p)
		}
	}
	return t, nil
}

// records are the answers as they were given, then what was changed of them.
func (t *tale) records(s Setup, shop Shop) (given, changed []survey.Record, err error) {
	m := marker{now: s.Now, zone: s.Zone, staff: shop.Users}
	for _, p := range t.visits {
		before, rec, ok, err := m.change(p)
		if err != nil {
			return nil, nil, err
		}
		given = append(given, survey.NewRecord(before, *p.def, s.Zone))
		if ok {
			changed = append(changed, rec)
		}
	}
	return given, changed, nil
}

// orders numbers the orders, about one an hour.
type orders struct {
	rng    *rand.Rand
	fixed  time.Time // when order number was answered for
	number int
	last   int
}

func newOrders(now time.Time, rng *rand.Rand) *orders {
	o := &orders{rng: rng, fixed: now}
	for _, q := range quotes() {
		if q.order != "" {
			o.number, _ = strconv.Atoi(q.order)
			o.fixed = now.Add(-time.Duration(q.hours * float64(time.Hour)))
		}
	}
	return o
}

// order is the order that a visit is about; most of them say which.
func (o *orders) order(p *visit) string {
	n := o.number + int(p.asked.Sub(o.fixed).Hours())
	switch {
	case p.order != "":
		return p.order
	case p.act.touchpoint == "" || p.mark != survey.Counted || n <= o.last || n == o.number || o.rng.Float64() < 0.3:
		return ""
	}
	o.last = n
	return strconv.Itoa(n)
}
