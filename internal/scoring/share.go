package scoring

import "math/big"

// PercentOf is 100*part/whole, exact and not clipped: a quota may be passed, and more rewards redeemed than were issued. Nil when whole is 0.
func PercentOf(part, whole int64) *big.Rat {
	if whole == 0 {
		return nil
	}
	share := big.NewRat(part, whole)
	return share.Mul(share, big.NewRat(100, 1))
}

// RateChange is how a rate in percent changed from a to b: in points, and relative to a in percent. Relative is nil when a is 0 (metrics 4.3).
func RateChange(a, b *big.Rat) (points, relative *big.Rat) {
	if a == nil || b == nil {
		return nil, nil
	}
	points = new(big.Rat).Sub(b, a)
	if a.Sign() == 0 {
		return points, nil
	}
	relative = new(big.Rat).Quo(points, a)
	return points, relative.Mul(relative, big.NewRat(100, 1))
}

// LeadsNeeded is how many leads it takes to win the target at a close rate in percent: the next whole number (metrics 4.11). False when the rate is
// nil or not more than 0.
func LeadsNeeded(target int64, rate *big.Rat) (int64, bool) {
	if rate == nil || rate.Sign() <= 0 {
		return 0, false
	}
	leads := new(big.Rat).Quo(big.NewRat(target, 1), rate)
	leads.Mul(leads, big.NewRat(100, 1))
	up := new(big.Int).Add(leads.Num(), leads.Denom())
	up.Sub(up, big.NewInt(1)).Div(up, leads.Denom())
	return up.Int64(), up.IsInt64()
}

// Engagement is how many members of a loyalty programme did something, in percent of the members, and as a ratio to all other customers (metrics 4.14).
func Engagement(active, members, customers int64) (rate, versusOthers *big.Rat) {
	if others := customers - active; others != 0 {
		versusOthers = big.NewRat(active, others)
	}
	return PercentOf(active, members), versusOthers
}
