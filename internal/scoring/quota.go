package scoring

import "math/big"

// Attainment is what was sold of what was to be sold, in minor units.
type Attainment struct{ Actual, Quota int64 }

// Percent is not clipped: more may be sold than was to be, and refunds make it negative. Nil without a quota (metrics 4.10).
func (a Attainment) Percent() *big.Rat { return PercentOf(a.Actual, a.Quota) }

// Team adds up what its members sold and were to sell; those without a quota count with what they sold. It is not the mean of their rates.
func Team(members []Attainment) (team Attainment) {
	for _, m := range members {
		team.Actual += m.Actual
		team.Quota += m.Quota
	}
	return team
}
