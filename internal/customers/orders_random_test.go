package customers_test

import (
	"math/big"
	"math/rand/v2"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// span is a period by its dates, with how long it is: so many months, or else days.
type span struct {
	from, to     time.Time // midnights of the zone
	months, days int
}

// lab is a random shop, what is asked of it, and the words of the specification to recount it by.
type lab struct {
	*rand.Rand
	zone     *time.Location
	spans    []span
	asOf     time.Time
	settings customers.Settings
	shop     ordersShop
}

func newLab(seed uint64) *lab {
	l := &lab{Rand: rand.New(rand.NewPCG(seed, 5))}
	zones := []string{"UTC", "Europe/Warsaw", "America/New_York", "Asia/Kolkata", "Australia/Sydney"}
	l.zone, _ = time.LoadLocation(zones[l.IntN(len(zones))])
	for range 3 {
		l.spans = append(l.spans, l.span())
	}
	l.asOf = l.spans[0].to.AddDate(0, l.IntN(6)-1, l.IntN(3)*7)
	l.settings = customers.Settings{WindowDays: []int64{0, 30, 90}[l.IntN(3)], LagDays: int64(l.IntN(3) * 10), OncePerDay: l.IntN(2) == 0, FirstMonths: int64(l.IntN(4))}
	if l.IntN(2) == 0 {
		l.settings.Margin = big.NewRat(int64(l.IntN(101)), 100)
	}
	if l.IntN(2) == 0 {
		l.settings.Lifespan = big.NewRat(int64(1+l.IntN(20)), 4)
	}
	if l.IntN(3) == 0 {
		l.settings.CostGroups = []string{"sales", "fairs"}
	}
	if l.IntN(4) == 0 {
		l.settings.DataStartsAt = l.moment().UnixMilli()
	}
	l.fill()
	return l
}

func (l *lab) span() span {
	from := time.Date(2024, time.Month(6+l.IntN(24)), 1, 0, 0, 0, 0, l.zone)
	switch l.IntN(5) {
	case 0:
		from = from.AddDate(0, 0, l.IntN(28))
		days := 1 + l.IntN(27)
		return span{from: from, to: from.AddDate(0, 0, days), days: days}
	case 1:
		return span{from: from, to: from.AddDate(1, 0, 0), months: 12}
	case 2:
		return span{from: from, to: from.AddDate(0, 3, 0), months: 3}
	case 3:
		from = from.AddDate(0, 0, l.IntN(28))
		return span{from: from, to: from.AddDate(0, 2, 0), months: 2}
	}
	return span{from: from, to: from.AddDate(0, 1, 0), months: 1}
}

// moment is often on the edge of a period, or a window before one.
func (l *lab) moment() time.Time {
	s := l.spans[l.IntN(len(l.spans))]
	edge := []time.Time{s.from, s.to}[l.IntN(2)]
	slip := time.Duration(l.IntN(3)-1) * time.Millisecond
	switch l.IntN(6) {
	case 0:
		return edge.Add(slip)
	case 1:
		return edge.AddDate(0, 0, -l.window()).Add(slip)
	case 2, 3:
		return s.from.Add(time.Duration(l.Int64N(int64(s.to.Sub(s.from)))))
	}
	return time.Date(2023, 6, 1, 0, 0, l.IntN(4*365*86400), 0, l.zone)
}

func (l *lab) window() int {
	if l.settings.WindowDays == 0 {
		return 365
	}
	return int(l.settings.WindowDays)
}

func (l *lab) currency() string { return []string{"EUR", "EUR", "EUR", "PLN"}[l.IntN(4)] }

func (l *lab) fill() {
	people := 1 + l.IntN(10)
	who := func() survey.ID { return survey.ID(1 + l.IntN(people)) }
	one := l.IntN(2) == 0 // shops of one currency take another way
	currency := func() string {
		if one {
			return "EUR"
		}
		return l.currency()
	}
	var at time.Time
	for i := range l.IntN(40) {
		if i == 0 || l.IntN(6) > 0 { // or again at the same moment
			at = l.moment().Truncate(time.Millisecond)
		}
		o := customers.Order{
			ID: survey.ID(1000 - i), ContactID: who(), At: at, Currency: currency(), Amount: int64(l.IntN(5000)),
			Status: []customers.OrderStatus{customers.Paid, customers.Paid, customers.Paid, customers.Paid, customers.Cancelled, customers.Test}[l.IntN(6)],
		}
		if l.IntN(5) == 0 {
			o.Refunded = int64(l.IntN(int(o.Amount) + 1))
		}
		l.shop.orders = append(l.shop.orders, o)
		if l.IntN(8) == 0 && o.Amount > 0 {
			l.shop.refunds = append(l.shop.refunds, customers.Refund{OrderID: o.ID, At: at, Amount: 1 + int64(l.IntN(int(o.Amount)))})
		}
	}
	for id := range people {
		if l.IntN(3) == 0 {
			l.shop.acquired = append(l.shop.acquired, customers.Acquired{ContactID: survey.ID(id + 1 + l.IntN(2)*100), At: l.moment().Truncate(time.Millisecond)})
		}
	}
	for i := range l.IntN(12) {
		s := customers.Subscription{
			ID: survey.ID(500 - i), ContactID: who(), Started: l.moment().Truncate(time.Millisecond), Currency: currency(), Amount: int64(l.IntN(20000)),
			Span: []scoring.Span{scoring.Week, scoring.Month, scoring.Quarter, scoring.Year}[l.IntN(4)], Spans: int64(1 + l.IntN(3)), Trial: l.IntN(8) == 0,
		}
		if end := l.moment().Truncate(time.Millisecond); l.IntN(2) == 0 && end.After(s.Started) {
			s.Ended = end
		}
		l.shop.subscriptions = append(l.shop.subscriptions, s)
	}
	for range l.IntN(10) {
		at := l.moment().AddDate(0, 0, -int(l.settings.LagDays)*l.IntN(2)).Truncate(time.Millisecond)
		l.shop.costs = append(l.shop.costs, customers.Cost{
			At: at, Category: []string{"marketing", "sales", "fairs", "rent"}[l.IntN(4)], Currency: currency(), Amount: int64(l.IntN(100000)),
		})
	}
}
