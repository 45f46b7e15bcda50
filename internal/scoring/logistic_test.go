package scoring_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TestFitLogisticOnPublishedData uses the example of Wikipedia's article on logistic regression: twenty students, hours of study, passed or not. It prints -4.0777 and
// 1.5046, and a probability of 0.26 after two hours.
func TestFitLogisticOnPublishedData(t *testing.T) {
	hours := []float64{0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5}
	passed := []int{0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1}
	var x [][]float64
	var y []bool
	for i, h := range hours {
		x, y = append(x, []float64{h}), append(y, passed[i] == 1)
	}
	l, ok := scoring.FitLogistic(x, y, 0)
	if !ok || math.Abs(l.Intercept+4.0777) > 5e-5 || math.Abs(l.Weights[0]-1.5046) > 5e-5 {
		t.Errorf("%+v, %v", l, ok)
	}
	if p := l.Probability([]float64{2}); math.Abs(p-0.2557) > 5e-5 {
		t.Errorf("after two hours %v", p)
	}
}

// climbed finds the same weights the slow way: uphill along the gradient, by steps that are always short enough.
func climbed(x [][]float64, y []bool, ridge float64) []float64 {
	k := len(x[0])
	w := make([]float64, k+1)
	bound := ridge
	for _, row := range x {
		length := 1.0
		for _, v := range row {
			length += v * v
		}
		bound += length / 4 // no second derivative is larger
	}
	for range 20000 {
		gradient := make([]float64, k+1)
		for i, row := range x {
			z := w[0]
			for j, v := range row {
				z += w[j+1] * v
			}
			miss := -1 / (1 + math.Exp(-z))
			if y[i] {
				miss++
			}
			gradient[0] += miss
			for j, v := range row {
				gradient[j+1] += miss * v
			}
		}
		for j := 1; j <= k; j++ {
			gradient[j] -= ridge * w[j]
		}
		for j := range w {
			w[j] += gradient[j] / bound
		}
	}
	return w
}

func TestFitLogisticAgainstClimbing(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 2026))
	for range 5 {
		var x [][]float64
		var y []bool
		for range 80 {
			row := []float64{random.NormFloat64(), random.NormFloat64(), float64(random.IntN(2))}
			x, y = append(x, row), append(y, random.Float64() < 1/(1+math.Exp(0.5-1.2*row[0]+0.4*row[1]-row[2])))
		}
		l, ok := scoring.FitLogistic(x, y, 1)
		if !ok {
			t.Fatal("no weights")
		}
		want := climbed(x, y, 1)
		for j, w := range append([]float64{l.Intercept}, l.Weights...) {
			if math.Abs(w-want[j]) > 1e-6 {
				t.Errorf("weight %d is %v, climbing gives %v", j, w, want[j])
			}
		}
	}
}

func TestFitLogisticAtItsEdges(t *testing.T) {
	apart := [][]float64{{1}, {2}, {3}, {4}}
	labels := []bool{false, false, true, true}
	if _, ok := scoring.FitLogistic(apart, labels, 0); ok {
		t.Error("no weights are best where a feature tells all apart")
	}
	l, ok := scoring.FitLogistic(apart, labels, 1)
	if !ok || l.Weights[0] <= 0 {
		t.Errorf("with a ridge: %+v, %v", l, ok)
	}
	l, ok = scoring.FitLogistic([][]float64{{0}, {0}, {0}, {0}}, []bool{true, false, false, false}, 1)
	if !ok || l.Weights[0] != 0 || math.Abs(l.Probability([]float64{0})-0.25) > 1e-9 {
		t.Errorf("without a feature that says anything: %+v, %v", l, ok)
	}
	if _, ok := scoring.FitLogistic(nil, nil, 1); ok {
		t.Error("of nothing")
	}
	if _, ok := scoring.FitLogistic([][]float64{{1}, {1, 2}}, []bool{true, false}, 1); ok {
		t.Error("of rows that differ")
	}
}

func TestAUCAgainstCountingPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		predicted, happened := make([]float64, n), make([]bool, n)
		for i := range n {
			predicted[i] = float64(rapid.IntRange(0, 10).Draw(t, "p")) / 10
			happened[i] = rapid.Bool().Draw(t, "y")
		}
		var wins, pairs float64
		for i := range n {
			for j := range n {
				if happened[i] && !happened[j] {
					pairs++
					switch {
					case predicted[i] > predicted[j]:
						wins++
					case predicted[i] == predicted[j]:
						wins += 0.5
					}
				}
			}
		}
		area, iv, ok := scoring.AUC(predicted, happened)
		if ok != (pairs > 0) || ok && math.Abs(area-wins/pairs) > 1e-12 || ok && (iv.Lo > area || iv.Hi < area) {
			t.Fatalf("%v in %v, %v; %v of %v pairs", area, iv, ok, wins, pairs)
		}
		total, events := int64(0), int64(0)
		before := math.Inf(-1)
		for _, c := range scoring.Calibrate(predicted, happened, 10) {
			if c.Predicted <= before || c.N == 0 || c.Happened > c.N {
				t.Fatalf("group %+v after %v", c, before)
			}
			before = c.Predicted
			total, events = total+c.N, events+c.Happened
		}
		want := int64(0)
		for _, h := range happened {
			if h {
				want++
			}
		}
		if total != int64(n) || events != want {
			t.Fatalf("%d of %d in groups, %d of %d events", total, n, events, want)
		}
	})
}

// TestAUCInterval compares with the published standard error: Hanley and McNeil's example has an area of 0.893 from 51 events and 58 others, SE 0.032.
func TestAUCInterval(t *testing.T) {
	var predicted []float64
	var happened []bool
	for rating, n := range [][2]int{{33, 3}, {6, 2}, {6, 2}, {11, 11}, {2, 33}} {
		for range n[0] {
			predicted, happened = append(predicted, float64(rating)), append(happened, false)
		}
		for range n[1] {
			predicted, happened = append(predicted, float64(rating)), append(happened, true)
		}
	}
	area, iv, ok := scoring.AUC(predicted, happened)
	if se := (iv.Hi - iv.Lo) / 2 / 1.959963984540054; !ok || math.Abs(area-0.893) > 5e-4 || math.Abs(se-0.032) > 1e-3 {
		t.Errorf("%v in %v, SE %v", area, iv, se)
	}
}
