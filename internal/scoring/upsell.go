package scoring

import "time"

// OnTop tells whether the order is more than a plain sale: an upgrade, an add-on or something of another kind to what the customer has.
func (o Order) OnTop() bool {
	return o.Kind == "upgrade" || o.Kind == "addon" || o.Kind == "cross_sell"
}

// SoldOnTop tells whether one of the sorted orders of a customer is such a one, made in the period.
func SoldOnTop(orders []Order, p Period) bool {
	from, to := within(orders, p)
	for _, o := range orders[from:to] {
		if o.OnTop() {
			return true
		}
	}
	return false
}

// Upsells counts the customers of a base, and those of them to whom something was sold on top in the period (metrics 4.8). Customers come one at a time.
type Upsells struct {
	Period       Period
	Any          bool      // the base is who was active at any time of the period, not just when it began
	Since        time.Time // when the window begins in which an order makes a customer active at the period's start
	Base, Upsold int64
}

// AddSubscriber counts a customer by subscriptions.
func (u *Upsells) AddSubscriber(subscriptions []Subscription, upsold bool) {
	for _, s := range subscriptions {
		if s.ActiveAt(u.Period.From) || u.Any && s.Started.Before(u.Period.To) && (s.Ended.IsZero() || !s.Ended.Before(u.Period.From)) {
			u.count(upsold)
			return
		}
	}
}

// AddBuyer counts a customer by sorted orders: active for as long after each as the window is (metrics 4.2).
func (u *Upsells) AddBuyer(orders []Order) {
	if len(orders) == 0 {
		return
	}
	isIn := active(orders, u.Since, u.Period.From)
	if u.Any && !isIn {
		n := before(orders, u.Period.To)
		isIn = n > 0 && orders[n-1].At.After(u.Since)
	}
	if isIn {
		u.count(SoldOnTop(orders, u.Period))
	}
}

func (u *Upsells) count(upsold bool) {
	u.Base++
	if upsold {
		u.Upsold++
	}
}
