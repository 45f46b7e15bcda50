package scoring

import (
	"math"
	"math/big"
)

// Part is one touchpoint (channel, segment) in two periods, a score in each. A part without
// answers in a period has an undefined score there.
type Part struct{ A, B Score }

// Mix explains the change of a pooled score between two periods (Kitagawa 1955, metrics
// 5.7). Within + Mix = Change exactly. All values are in the unit of the score.
type Mix struct {
	Defined          bool // false when a period has no answers or schemes differ
	PooledA, PooledB *big.Rat
	Change           *big.Rat
	Within           *big.Rat // what changed inside the parts
	Mix              *big.Rat // what changed because the parts' shares of answers did
	// Standardised is period b weighted with the shares of period a, and SE its standard
	// error; nil and 0 when a part of period a has no answers in period b.
	Standardised *big.Rat
	SE           float64
	// Reversal: every part moved against the total (Simpson).
	Reversal bool
}

// Shifted is the warning mix_shift: the change says more about who answered than about how.
func (m Mix) Shifted() bool {
	if !m.Defined {
		return false
	}
	return m.Reversal || new(big.Rat).Abs(m.Mix).Cmp(new(big.Rat).Abs(m.Within)) > 0
}

// Decompose splits the change of the pooled score. A part that has answers in one period
// only counts as mix.
func Decompose(parts []Part) Mix {
	nA, nB, ok := partTotals(parts)
	if !ok {
		return Mix{}
	}
	m := Mix{
		Defined: true,
		PooledA: new(big.Rat), PooledB: new(big.Rat),
		Within: new(big.Rat), Mix: new(big.Rat),
	}
	half := big.NewRat(1, 2)
	for _, p := range parts {
		if !p.A.Defined && !p.B.Defined {
			continue
		}
		a, b := partScores(p)
		wa, wb := big.NewRat(p.A.N, nA), big.NewRat(p.B.N, nB)
		m.PooledA.Add(m.PooledA, product(wa, a))
		m.PooledB.Add(m.PooledB, product(wb, b))
		m.Within.Add(m.Within, product(half, sum(wa, wb), difference(b, a)))
		m.Mix.Add(m.Mix, product(half, sum(a, b), difference(wb, wa)))
	}
	m.Change = difference(m.PooledB, m.PooledA)
	m.standardise(parts, nA)
	m.Reversal = reversed(parts, m.Change.Sign())
	return m
}

// partTotals counts the answers of both periods; false when there is nothing to compare.
func partTotals(parts []Part) (nA, nB int64, ok bool) {
	for _, p := range parts {
		if p.A.Scheme != parts[0].A.Scheme || p.B.Scheme != parts[0].A.Scheme {
			return 0, 0, false
		}
		nA += p.A.N
		nB += p.B.N
	}
	return nA, nB, nA > 0 && nB > 0
}

// partScores are the part's scores; a missing one takes the value of the other, so that all
// of the part's effect is one of mix.
func partScores(p Part) (a, b *big.Rat) {
	a, b = p.A.Exact.Rat(), p.B.Exact.Rat()
	if a == nil {
		a = b
	}
	if b == nil {
		b = a
	}
	return a, b
}

func (m *Mix) standardise(parts []Part, nA int64) {
	value, variance := new(big.Rat), 0.0
	for _, p := range parts {
		if p.A.N == 0 {
			continue
		}
		if !p.B.Defined {
			return
		}
		value.Add(value, product(big.NewRat(p.A.N, nA), p.B.Exact.Rat()))
		w := float64(p.A.N) / float64(nA)
		variance += w * w * p.B.variance() / float64(p.B.N)
	}
	m.Standardised, m.SE = value, math.Sqrt(variance)
}

// variance is that of one answer, in the squared unit of the score.
func (s Score) variance() float64 {
	switch def, _ := s.Scheme.Def(); def.Kind {
	case KindNPS:
		return 100 * 100 * s.Classes().Variance()
	case KindCSAT, KindShare:
		return s.Value * (100 - s.Value)
	case KindCES, KindMean, KindCLI:
		return s.SD * s.SD
	}
	return 0
}

// reversed reports whether every part with answers in both periods moved against the total.
func reversed(parts []Part, total int) bool {
	both := 0
	for _, p := range parts {
		if !p.A.Defined || !p.B.Defined {
			continue
		}
		both++
		if p.B.Exact.Rat().Cmp(p.A.Exact.Rat())*total >= 0 {
			return false
		}
	}
	return both > 0
}

func product(factors ...*big.Rat) *big.Rat {
	r := big.NewRat(1, 1)
	for _, f := range factors {
		r.Mul(r, f)
	}
	return r
}

func sum(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }

func difference(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
