package scoring

import "math/big"

// Ratio is an exact value: the integers it came from. A Den of 0 means that there is no
// value (no data), which is not the same as the value 0.
type Ratio struct{ Num, Den int64 }

// Defined reports whether there is a value.
func (r Ratio) Defined() bool { return r.Den != 0 }

// Float returns the value, 0 when undefined.
func (r Ratio) Float() float64 {
	if r.Den == 0 {
		return 0
	}
	return float64(r.Num) / float64(r.Den)
}

// Text rounds half away from zero to the given decimals; "" when undefined.
func (r Ratio) Text(decimals int) string { return RoundHalfAway(r.Num, r.Den, decimals) }

// Rat returns the value as a big rational, nil when undefined.
func (r Ratio) Rat() *big.Rat {
	if r.Den == 0 {
		return nil
	}
	return big.NewRat(r.Num, r.Den)
}

// AtLeast decides a threshold on the exact value: 69.999 is not at least 70, whatever is
// shown. False when undefined.
func (r Ratio) AtLeast(limit int64) bool {
	v := r.Rat()
	return v != nil && v.Cmp(new(big.Rat).SetInt64(limit)) >= 0
}
