package scoring

import "math/big"

// CAC is what it cost to win a customer, in minor units (metrics 4.4). Undefined when none was won, never infinite.
func CAC(cost, acquired int64) Ratio { return Ratio{cost, acquired} }

// ValueClass tells what a ratio of CLV to CAC means (metrics 4.6).
type ValueClass string

// Classes of CLV to CAC.
const (
	Losing      ValueClass = "losing"       // below 1
	BreakEven   ValueClass = "break_even"   // 1
	Marginal    ValueClass = "marginal"     // up to 2
	BelowTarget ValueClass = "below_target" // below 3
	Healthy     ValueClass = "healthy"      // 3 to 5
	AboveBand   ValueClass = "above_band"   // above 5: perhaps too little is spent
)

// ClassOfValue finds the class of the exact ratio; "" for nil.
func ClassOfValue(ratio *big.Rat) ValueClass {
	if ratio == nil {
		return ""
	}
	at := func(n int64) int { return ratio.Cmp(new(big.Rat).SetInt64(n)) }
	switch {
	case at(1) < 0:
		return Losing
	case at(1) == 0:
		return BreakEven
	case at(2) <= 0:
		return Marginal
	case at(3) < 0:
		return BelowTarget
	case at(5) <= 0:
		return Healthy
	}
	return AboveBand
}

// ValueToCost is CLV / CAC. Nil when one is missing, and when customers cost nothing.
func ValueToCost(clv, cac *big.Rat) *big.Rat {
	if clv == nil || cac == nil || cac.Sign() == 0 {
		return nil
	}
	return new(big.Rat).Quo(clv, cac)
}

// ProfitPerCustomer is CLV - CAC in minor units: the quotient that an article prints under this name is the ratio again (metrics 4.6). Nil when one is missing.
func ProfitPerCustomer(clv, cac *big.Rat) *big.Rat {
	if clv == nil || cac == nil {
		return nil
	}
	return new(big.Rat).Sub(clv, cac)
}
