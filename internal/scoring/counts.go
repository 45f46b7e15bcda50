package scoring

// Counts holds the number of answers per rating 0..10. Entries are never negative; a
// negative one (a damaged rollup) counts as 0.
type Counts [11]int64

// Add adds the other counts.
func (c *Counts) Add(other Counts) {
	for i, n := range other {
		c[i] += n
	}
}

// Sub takes the other counts away.
func (c *Counts) Sub(other Counts) {
	for i, n := range other {
		c[i] -= n
	}
}

// Classes holds the number of answers per class. For NPS: promoters, passives, detractors.
type Classes struct{ Best, Middle, Worst int64 }

// N is the number of answers.
func (c Classes) N() int64 { return c.Best + c.Middle + c.Worst }

func (c *Classes) add(class Class, n int64) {
	switch class {
	case ClassBest:
		c.Best += n
	case ClassMiddle:
		c.Middle += n
	case ClassWorst:
		c.Worst += n
	case ClassNone:
	}
}

// Of returns the count of one class, 0 for ClassNone.
func (c Classes) Of(class Class) int64 {
	switch class {
	case ClassBest:
		return c.Best
	case ClassMiddle:
		return c.Middle
	case ClassWorst:
		return c.Worst
	case ClassNone:
	}
	return 0
}

// tally is what the counts of one scheme come to.
type tally struct {
	classes       Classes
	n, invalid    int64
	ratings       int64 // sum of ratings
	values, valsq int64 // sum and sum of squares of the ratings' values
}

func (d Def) tally(counts Counts) tally {
	var t tally
	for rating, n := range counts {
		n = max(n, 0)
		class := d.Class(rating)
		if class == ClassNone {
			t.invalid += n
			continue
		}
		v := int64(d.Value(rating))
		t.classes.add(class, n)
		t.n += n
		t.ratings += n * int64(rating)
		t.values += n * v
		t.valsq += n * v * v
	}
	return t
}
