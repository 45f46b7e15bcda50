package scoring

import "slices"

// Holm adjusts p-values of a few planned tests of one view (Holm 1979), in the order given.
func Holm(p []float64) []float64 {
	order := ascending(p)
	adjusted := make([]float64, len(p))
	least := 0.0
	for rank, i := range order {
		least = max(least, min(float64(len(p)-rank)*p[i], 1))
		adjusted[i] = least
	}
	return adjusted
}

// BenjaminiHochberg adjusts the p-values of a grid or a "what changed" list to false
// discovery rates (Benjamini and Hochberg 1995), in the order given.
func BenjaminiHochberg(p []float64) []float64 {
	order := ascending(p)
	adjusted := make([]float64, len(p))
	most := 1.0
	for rank := len(order) - 1; rank >= 0; rank-- {
		i := order[rank]
		most = min(most, p[i]*(float64(len(p))/float64(rank+1)))
		adjusted[i] = most
	}
	return adjusted
}

// ascending returns the indexes of p by rising value.
func ascending(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		default:
			return 0
		}
	})
	return order
}
