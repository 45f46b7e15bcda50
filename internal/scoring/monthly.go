package scoring

import (
	"math/big"
	"math/bits"
)

// monthlyUnits is how many units of a monthly sum make one minor unit: 12 months, and 27720 is divisible by 1 to 12 and more numbers of spans.
const (
	spansUnits   = 27720
	monthlyUnits = 12 * spansUnits
)

// fitsUnits is the largest amount whose weekly price fits 64 bits in units: 52 * 27720 * 1e12.
const fitsUnits = 1_000_000_000_000

// monthlySum is an exact amount of money per month. Sums of hundreds of thousands of subscriptions over many periods are what a request is made of, so
// nearly all of it is 128 bits of units; only what these cannot hold is a big rational.
type monthlySum struct {
	hi   int64
	lo   uint64
	rest *big.Rat // nil: 0
}

// perYear is how many spans a year has: a month has a twelfth of them (metrics 4.7: week x 52/12). 0 for an unknown span.
func (s Span) perYear() int64 {
	switch s {
	case Week:
		return 52
	case Month:
		return 12
	case Quarter:
		return 4
	case Year:
		return 1
	}
	return 0
}

// Monthly is what the subscription brings a month, in minor units. 0 for an unknown span or a count of spans below 1.
func (s Subscription) Monthly() *big.Rat {
	var sum monthlySum
	sum.addPrice(s)
	return sum.rat()
}

// addPrice adds what the subscription brings a month.
func (m *monthlySum) addPrice(s Subscription) {
	times := s.Span.perYear()
	switch {
	case times == 0 || s.Spans < 1:
	case spansUnits%s.Spans == 0 && s.Amount <= fitsUnits && s.Amount >= -fitsUnits:
		m.addUnits(s.Amount * times * (spansUnits / s.Spans))
	default:
		price := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(s.Amount), big.NewInt(times)), new(big.Int).Mul(big.NewInt(12), big.NewInt(s.Spans)))
		m.addRest(price)
	}
}

func (m *monthlySum) addUnits(units int64) {
	lo, carry := bits.Add64(m.lo, uint64(units), 0)
	m.hi, m.lo = m.hi+units>>63+int64(carry), lo
}

func (m *monthlySum) addRest(r *big.Rat) {
	if m.rest == nil {
		m.rest = new(big.Rat)
	} else {
		m.rest = new(big.Rat).Set(m.rest) // a copy of this sum may have it too
	}
	m.rest.Add(m.rest, r)
}

func (m *monthlySum) add(o monthlySum) {
	lo, carry := bits.Add64(m.lo, o.lo, 0)
	m.hi, m.lo = m.hi+o.hi+int64(carry), lo
	if o.rest != nil {
		m.addRest(o.rest)
	}
}

// minus is m less o.
func (m monthlySum) minus(o monthlySum) monthlySum {
	lo, borrow := bits.Sub64(m.lo, o.lo, 0)
	d := monthlySum{hi: m.hi - o.hi - int64(borrow), lo: lo, rest: m.rest}
	if o.rest != nil {
		d.addRest(new(big.Rat).Neg(o.rest))
	}
	return d
}

// sign is -1, 0 or 1.
func (m monthlySum) sign() int {
	switch {
	case m.rest != nil:
		return m.rat().Sign()
	case m.hi < 0:
		return -1
	case m.hi > 0 || m.lo > 0:
		return 1
	}
	return 0
}

// rat is the sum in minor units a month.
func (m monthlySum) rat() *big.Rat {
	units := new(big.Int).Lsh(big.NewInt(m.hi), 64)
	units.Add(units, new(big.Int).SetUint64(m.lo))
	sum := new(big.Rat).SetFrac(units, big.NewInt(monthlyUnits))
	if m.rest != nil {
		sum.Add(sum, m.rest)
	}
	return sum
}
