package scoring

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
)

// Draws is how often a bootstrap draws (metrics 5.3).
const Draws = 2000

// Seed makes the start of a bootstrap out of what it is about (account, metric, period), so that a reload shows the same numbers.
func Seed(about ...string) uint64 {
	h := fnv.New64a()
	for _, part := range about {
		_, _ = h.Write([]byte(part))
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

// Bootstrap has drawn customers again and again, as many each time as there are, any of them any number of times, and has added up what they brought.
type Bootstrap struct {
	customers int
	sums      [][]int64 // by column, one for each draw
}

// NewBootstrap draws Draws times from the customers. Each column has one number for each customer; the columns are drawn together. Sums must fit in 64 bits.
func NewBootstrap(seed uint64, columns ...[]int64) Bootstrap {
	b := Bootstrap{sums: make([][]int64, len(columns))}
	for i := range columns {
		b.sums[i] = make([]int64, Draws)
		b.customers = len(columns[i])
	}
	if b.customers == 0 {
		return b
	}
	random := rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))
	width := len(columns)
	rows := make([]int64, b.customers*width) // a customer's numbers stand together: one look into memory for each draw
	for c, column := range columns {
		for i, v := range column {
			rows[i*width+c] = v
		}
	}
	n := uint64(b.customers)
	for d := range Draws {
		for range b.customers {
			at := int(random.Uint64N(n)) * width
			for c := range width {
				b.sums[c][d] += rows[at+c]
			}
		}
	}
	return b
}

// Sum is the 95 % percentile interval of a column's sum. False below two customers: one says nothing about others.
func (b Bootstrap) Sum(column int) (Interval, bool) {
	if b.customers < 2 {
		return Interval{}, false
	}
	values := make([]float64, Draws)
	for d, v := range b.sums[column] {
		values[d] = float64(v)
	}
	return percentile(values), true
}

// Mean is the 95 % percentile interval of a column's mean by customer. False below two customers.
func (b Bootstrap) Mean(column int) (Interval, bool) {
	iv, ok := b.Sum(column)
	if !ok {
		return iv, false
	}
	n := float64(b.customers)
	return Interval{iv.Lo / n, iv.Hi / n}, true
}

// percentile takes the 2.5th and the 97.5th percentile by nearest rank. It sorts values.
func percentile(values []float64) Interval {
	slices.Sort(values)
	n := len(values)
	rank := func(perMille int) float64 { return values[(n*perMille+999)/1000-1] }
	return Interval{rank(25), rank(975)}
}
