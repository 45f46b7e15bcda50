package scoring

import "math/big"

// Purchases is what customers bought in a period, and what customer lifetime value is made of (metrics 4.5).
type Purchases struct{ Revenue, Orders, Customers int64 } // Revenue in minor units

// Value of one purchase (APV), in minor units. Undefined without purchases.
func (p Purchases) Value() Ratio { return Ratio{p.Revenue, p.Orders} }

// Frequency of purchases (APF): how many a customer made in the period. Undefined without customers.
func (p Purchases) Frequency() Ratio { return Ratio{p.Orders, p.Customers} }

// PerCustomer is value times frequency, from the integers: what a customer spent in the period, in minor units.
func (p Purchases) PerCustomer() Ratio { return Ratio{p.Revenue, p.Customers} }

// Lifetime is the formula CLV: what a customer spent times the periods that a customer stays, in minor units. Nil without customers or a lifespan.
func (p Purchases) Lifetime(lifespan *big.Rat) *big.Rat {
	value := p.PerCustomer().Rat()
	if value == nil || lifespan == nil {
		return nil
	}
	return value.Mul(value, lifespan)
}

// millisPerYear is a year of 365.25 days.
const millisPerYear = int64(365*24+6) * millisPerHour

// LifetimeTally takes up what customer lifetime value needs. Customers are added one at a time.
type LifetimeTally struct {
	Period Period
	In     Purchases // in the period
	Ever   Purchases // before its end
	lived  int64     // milliseconds between first and last order, over all customers of Ever
}

// Add counts a customer, whose orders are sorted by time.
func (t *LifetimeTally) Add(orders []Order) {
	from, to := within(orders, t.Period)
	if to == 0 {
		return
	}
	t.Ever.add(orders[:to])
	if from < to {
		t.In.add(orders[from:to])
	}
	t.lived += orders[to-1].At.Sub(orders[0].At).Milliseconds()
}

func (p *Purchases) add(orders []Order) {
	p.Customers++
	p.Orders += int64(len(orders))
	for i := range orders {
		p.Revenue += orders[i].Net
	}
}

// Lived is the time between the first and the last order of each customer, together, in years of 365.25 days; who bought once counts as 0.
func (t *LifetimeTally) Lived() *big.Rat { return big.NewRat(t.lived, millisPerYear) }

// Lifespan is the mean of it (ACL). It is too short, since most customers are not at the end of theirs. Nil without customers.
func (t *LifetimeTally) Lifespan() *big.Rat {
	if t.Ever.Customers == 0 {
		return nil
	}
	years := t.Lived()
	return years.Quo(years, new(big.Rat).SetInt64(t.Ever.Customers))
}

// PredictiveCLV is what a customer with contracts is worth: revenue a month, times margin, for as long as the churn lets expect (metrics 4.5).
// Churn is the share lost in a month, 0 to 1. Nil when a part is missing and when nobody is lost, since then nothing can be expected.
func PredictiveCLV(monthly, margin, churn *big.Rat) *big.Rat {
	if monthly == nil || margin == nil || churn == nil || churn.Sign() <= 0 {
		return nil
	}
	value := new(big.Rat).Mul(monthly, margin)
	return value.Quo(value, churn)
}
