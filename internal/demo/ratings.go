package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/surveyd/surveyd/internal/survey"
)

// seed of everything that looks like chance. Each part of the story draws from a stream of its own, so that a change of one leaves the others alone.
const seed = 20261005

// Streams of chance.
const (
	ofPurchase = iota + 1
	ofDelivery
	ofSupport
	ofLoyalty
	ofCustomers
	ofComments
	ofMarks
	ofInvitations
	ofMoney
)

func chance(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// quota gives n numbers, 0 upwards, each as often as its weight says, in order. The rounding goes to those that lose most by it.
func quota(n int, weights []float64) []int {
	all := 0.0
	for _, w := range weights {
		all += w
	}
	counts, left := make([]int, len(weights)), n
	rest := make([]int, len(weights))
	loss := make([]float64, len(weights))
	for i, w := range weights {
		exact := float64(n) * w / all
		counts[i] = int(exact)
		left -= counts[i]
		rest[i], loss[i] = i, exact-float64(counts[i])
	}
	slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(loss[b], loss[a]) })
	for _, i := range rest[:left] {
		counts[i]++
	}
	numbers := make([]int, 0, n)
	for i, c := range counts {
		numbers = append(numbers, slices.Repeat([]int{i}, c)...)
	}
	return numbers
}

// alike gives the numbers of a quota to people, so that those who are happier tend to give the higher ones. noise is how far a person's happiness goes
// astray, in its own units.
func alike(rng *rand.Rand, happiness []float64, noise float64, weights []float64) []int {
	felt := make([]float64, len(happiness))
	order := make([]int, len(happiness))
	for i, h := range happiness {
		felt[i], order[i] = h+noise*rng.NormFloat64(), i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(felt[a], felt[b]), cmp.Compare(a, b)) })
	numbers := quota(len(happiness), weights)
	out := make([]int, len(happiness))
	for k, i := range order {
		out[i] = numbers[k]
	}
	return out
}

// npsWeights are the weights of 0..10 where a share of the answers is in the best class and a share in the worst one.
func npsWeights(best, worst float64) []float64 {
	within := []float64{21, 13, 18, 24, 26, 49, 80, 131, 203, 307, 491}
	weights := make([]float64, len(within))
	spread := func(from, to int, share float64) {
		all := 0.0
		for _, w := range within[from : to+1] {
			all += w
		}
		for i := from; i <= to; i++ {
			weights[i] = share * within[i] / all
		}
	}
	spread(0, 6, worst)
	spread(7, 8, 1-best-worst)
	spread(9, 10, best)
	return weights
}

// question makes the part of a response that answers a question on a scale.
func question(no, rating int) survey.Answer { return survey.Answer{Question: no, Rating: rating} }
