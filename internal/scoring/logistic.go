package scoring

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Logistic is a logistic regression: the probability of an event is 1/(1+exp(-z)), z = Intercept + sum of Weights times features.
type Logistic struct {
	Intercept float64   `json:"intercept"`
	Weights   []float64 `json:"weights"`
}

const (
	newtonSteps     = 50
	newtonTolerance = 1e-10 // of a step, in units of z per feature
	newtonHalvings  = 30
)

// FitLogistic finds the weights that make the events y most likely, given the features x, less ridge/2 times the sum of the squared weights (not of the intercept): Newton's
// method, halving a step that would make things worse. The same data always give the same weights. False when there are no rows, rows differ in length, or no weights are
// best, as when ridge is 0 and a feature tells the events apart without an error.
func FitLogistic(x [][]float64, y []bool, ridge float64) (Logistic, bool) {
	if len(x) == 0 || len(x) != len(y) {
		return Logistic{}, false
	}
	k := len(x[0])
	for _, row := range x {
		if len(row) != k {
			return Logistic{}, false
		}
	}
	w := make([]float64, k+1) // the intercept first
	best := logLikelihood(x, y, w, ridge)
	for range newtonSteps {
		step, ok := newtonStep(x, y, w, ridge)
		if !ok {
			return Logistic{}, false
		}
		next, likely, scale := w, best, 1.0
		for range newtonHalvings {
			next = stepped(w, step, scale)
			if likely = logLikelihood(x, y, next, ridge); likely >= best {
				break
			}
			scale /= 2
		}
		if likely < best { // no step makes it better: this is the top, as far as numbers go
			return Logistic{w[0], w[1:]}, true
		}
		w, best = next, likely
		if largest(step)*scale < newtonTolerance {
			return Logistic{w[0], w[1:]}, true
		}
	}
	return Logistic{}, false
}

// Probability of the event for a row of features, as many as there are weights.
func (l Logistic) Probability(features []float64) float64 {
	z := l.Intercept
	for i, w := range l.Weights {
		z += w * features[i]
	}
	return sigmoid(z)
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// logLikelihood is what FitLogistic makes as large as it can.
func logLikelihood(x [][]float64, y []bool, w []float64, ridge float64) (sum float64) {
	for i, row := range x {
		z := linear(w, row)
		if y[i] {
			z = -z
		}
		sum -= math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) // log(1+exp(z)) without overflow
	}
	for _, v := range w[1:] {
		sum -= ridge / 2 * v * v
	}
	return sum
}

func linear(w, row []float64) float64 {
	z := w[0]
	for j, v := range row {
		z += w[j+1] * v
	}
	return z
}

// newtonStep solves H step = gradient, where -H is the matrix of second derivatives. False when H can't be inverted.
func newtonStep(x [][]float64, y []bool, w []float64, ridge float64) ([]float64, bool) {
	n := len(w)
	gradient, hessian := make([]float64, n), make([]float64, n*n)
	row := make([]float64, n)
	row[0] = 1
	for i, features := range x {
		copy(row[1:], features)
		p := sigmoid(linear(w, features))
		miss, spread := -p, p*(1-p)
		if y[i] {
			miss = 1 - p
		}
		for a, va := range row {
			gradient[a] += miss * va
			for b := a; b < n; b++ {
				hessian[a*n+b] += spread * va * row[b]
			}
		}
	}
	for j := 1; j < n; j++ {
		gradient[j] -= ridge * w[j]
		hessian[j*n+j] += ridge
	}
	var solver mat.Cholesky
	if !solver.Factorize(mat.NewSymDense(n, hessian)) {
		return nil, false
	}
	var step mat.VecDense
	if err := solver.SolveVecTo(&step, mat.NewVecDense(n, gradient)); err != nil {
		return nil, false // nearly singular
	}
	return step.RawVector().Data, true
}

func stepped(w, step []float64, scale float64) []float64 {
	next := make([]float64, len(w))
	for i := range w {
		next[i] = w[i] + scale*step[i]
	}
	return next
}

func largest(step []float64) (most float64) {
	for _, v := range step {
		most = math.Max(most, math.Abs(v))
	}
	return most
}
