package scoring

import "math"

// Clustered gathers the answers of customers whose answers can be told to be theirs, so that the spread of a score can be counted by customer (metrics 5.1): ten
// answers of one customer tell less than one answer of each of ten.
type Clustered struct {
	def    Def
	groups int64
	n      int64 // answers
	sum    int64 // of their values
	sumsq  int64
	// Sums over customers of: a customer's sum squared, that sum times the number of answers, that number squared.
	squares, cross, sizes int64
}

// NewClustered gathers answers on a scheme. Those of a loyalty index, whose score is of three questions, and of an unknown scheme have no spread here.
func NewClustered(s Scheme) *Clustered {
	def, _ := s.Def()
	return &Clustered{def: def}
}

// Add takes all answers of one customer. Ratings out of the scale are left out.
func (c *Clustered) Add(ratings ...int) {
	var n, sum int64
	for _, r := range ratings {
		v, ok := c.value(r)
		if !ok {
			continue
		}
		n, sum, c.sumsq = n+1, sum+v, c.sumsq+v*v
	}
	if n == 0 {
		return
	}
	c.groups, c.n, c.sum = c.groups+1, c.n+n, c.sum+sum
	c.squares, c.cross, c.sizes = c.squares+sum*sum, c.cross+sum*n, c.sizes+n*n
}

// value is what the score is the mean of.
func (c *Clustered) value(rating int) (int64, bool) {
	class := c.def.Class(rating)
	switch {
	case class == ClassNone:
		return 0, false
	case c.def.Kind == KindNPS:
		return int64(class) - int64(ClassMiddle), true
	case c.def.Kind == KindCSAT || c.def.Kind == KindShare:
		if class == ClassBest {
			return 1, true
		}
		return 0, true
	case c.def.Kind == KindCES || c.def.Kind == KindMean:
		return int64(c.def.Value(rating)), true
	}
	return 0, false
}

// Widening is how many times larger the standard error by customer is than the one that takes every answer for a customer. all counts every answer of the score;
// those that were not added are of one customer each. It is at least 1: answers that cancel each other out within customers are no reason to claim more
// than the answers say. False when the answers do not differ, or there is no spread for the scheme.
func (c *Clustered) Widening(all Counts) (float64, bool) {
	var n, sum, sumsq int64
	for rating, k := range all {
		if v, ok := c.value(rating); ok {
			n, sum, sumsq = n+k, sum+k*v, sumsq+k*v*v
		}
	}
	single := max(n-c.n, 0)
	groups := float64(c.groups + single)
	if n < 2 || groups < 2 {
		return 0, false
	}
	mean := float64(sum) / float64(n)
	spread := float64(sumsq) - mean*float64(sum)
	if spread <= 0 {
		return 0, false
	}
	clustered := float64(c.squares) - 2*mean*float64(c.cross) + mean*mean*float64(c.sizes) +
		float64(sumsq-c.sumsq) - 2*mean*float64(sum-c.sum) + mean*mean*float64(single)
	return max(1, math.Sqrt(groups/(groups-1)*max(0, clustered)/spread)), true
}

// Widen is the score with an interval that many times as wide to both sides of its value, within the range of the measure.
func (s Score) Widen(times float64) Score {
	if !s.HasInterval || times <= 1 {
		return s
	}
	def, _ := s.Scheme.Def()
	iv := Interval{s.Value - times*(s.Value-s.Lo), s.Value + times*(s.Hi-s.Value)}
	switch def.Unit {
	case UnitPoints:
		iv = iv.clip(-100, 100)
	case UnitPercent:
		iv = iv.clip(0, 100)
	case UnitScore:
		lo, hi := def.ValueRange()
		iv = iv.clip(float64(lo), float64(hi))
	}
	s.Lo, s.Hi = iv.Lo, iv.Hi
	return s
}
