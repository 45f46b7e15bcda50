package scoring

import (
	"cmp"
	"slices"
)

// Buying is what a customer bought up to a time, in one currency.
type Buying struct {
	Last   int64 // unix ms of the newest order that counts
	Orders int64 // that count, at least 1
	Net    int64 // what they brought, minor units
}

// RFM sorts a customer among the others of a shop by recency, frequency and money: 1 to 5 each, 5 is best.
type RFM struct{ R, F, M int }

// quintiles is how many scores there are.
const quintiles = 5

// QuintileScores gives each value its fifth among all of them: 1 for the least ones to 5 for the greatest ones. Values that are equal share a score, that of the middle
// of their ranks, so the order of the customers never matters: score = 1 + floor(5 * (below + (equal-1)/2) / n), where below is how many values are less and equal how many
// are the same, itself included. So where most customers bought once, they are all in one fifth, and a fifth may be empty.
func QuintileScores(values []int64) []int {
	n := len(values)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	scores := make([]int, n)
	for first := 0; first < n; {
		end := first + 1
		for end < n && values[order[end]] == values[order[first]] {
			end++
		}
		equal := end - first
		score := 1 + quintiles*(2*first+equal-1)/(2*n)
		for _, i := range order[first:end] {
			scores[i] = score
		}
		first = end
	}
	return scores
}

// RFMOf scores all customers of one currency against each other (A. Hughes, Strategic Database Marketing, 1994): the time of the newest order, the number of orders and the money
// they brought, each by QuintileScores.
func RFMOf(customers []Buying) []RFM {
	column := func(of func(Buying) int64) []int {
		values := make([]int64, len(customers))
		for i, c := range customers {
			values[i] = of(c)
		}
		return QuintileScores(values)
	}
	r, f, m := column(func(b Buying) int64 { return b.Last }), column(func(b Buying) int64 { return b.Orders }), column(func(b Buying) int64 { return b.Net })
	scores := make([]RFM, len(customers))
	for i := range scores {
		scores[i] = RFM{r[i], f[i], m[i]}
	}
	return scores
}

// Segment is a group of customers who are alike by recency, frequency and money.
type Segment string

// Segments, the best customers first.
const (
	Champions      Segment = "champions"       // bought lately, and much
	Loyal          Segment = "loyal"           // buy much, and not long ago
	NewCustomers   Segment = "new"             // one order, lately
	Promising      Segment = "promising"       // bought lately, not much yet
	NeedsAttention Segment = "needs_attention" // neither lately nor long ago, and not much
	AtRisk         Segment = "at_risk"         // bought much, and not for long
	Hibernating    Segment = "hibernating"     // not for long, and not much
	LostCustomers  Segment = "lost"            // longest ago, and not much
)

// Segments lists all segments in the order in which pages show them.
func Segments() []Segment {
	return []Segment{Champions, Loyal, NewCustomers, Promising, NeedsAttention, AtRisk, Hibernating, LostCustomers}
}

// Segment names the group of a customer with these scores and so many orders. The first rule that fits decides, so every customer is in one segment and no other:
//
//	champions        R 4-5 and F+M 8-10
//	new              R 4-5 and a single order
//	loyal            R 3-5 and F+M 7-10
//	promising        R 4-5
//	needs attention  R 3
//	at risk          R 1-2 and F+M 6-10
//	hibernating      R 2
//	lost             R 1
//
// The names are those in common use; where the lines between them run is ours.
func (s RFM) Segment(orders int64) Segment {
	worth := s.F + s.M
	switch {
	case s.R >= 4 && worth >= 8:
		return Champions
	case s.R >= 4 && orders == 1:
		return NewCustomers
	case s.R >= 3 && worth >= 7:
		return Loyal
	case s.R >= 4:
		return Promising
	case s.R == 3:
		return NeedsAttention
	case worth >= 6:
		return AtRisk
	case s.R == 2:
		return Hibernating
	}
	return LostCustomers
}
