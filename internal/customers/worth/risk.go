package worth

import (
	"math"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// Refusal says why no risk is computed.
type Refusal string

// Refusals.
const (
	Computed     Refusal = ""
	FewCustomers Refusal = "few_customers" // fewer than FewestCustomers were active when the model was to be trained or checked
	OneSided     Refusal = "one_sided"     // of them, fewer than FewestEvents stayed away, or fewer bought again
	NoBetter     Refusal = "no_better"     // on the later half it was hardly better than a coin
	Drifted      Refusal = "drifted"       // on the later half, more than twice or less than half as many stayed away as expected
)

// What a model needs, in training and again in the check. Ten events for each of seven features would be the usual rule of thumb; the ridge lets us do with less.
const (
	FewestCustomers = 200
	FewestEvents    = 20
	// LeastAUC is what the model must reach on data it has not seen.
	LeastAUC = 0.55
	// ridge keeps weights small where there is little to learn them from. Features are in standard deviations.
	ridge = 1
	// calibrationGroups are compared on the page.
	calibrationGroups = 10
)

// Feature is something that the model looks at.
type Feature string

// Features, in the order of the weights. Those that are counts are logarithms to base 2: a weight is about twice as much of it.
const (
	Recency    Feature = "recency"   // days since the last order, +1
	Frequency  Feature = "frequency" // orders
	Spent      Feature = "money"     // net revenue in minor units, +1
	SaidWorst  Feature = "worst"     // the newest rating's class, against customers who gave none
	SaidMiddle Feature = "middle"
	SaidBest   Feature = "best"
	OpenCase   Feature = "open_case"
)

// Features lists the features in the order of a row.
func Features() []Feature {
	return []Feature{Recency, Frequency, Spent, SaidWorst, SaidMiddle, SaidBest, OpenCase}
}

// Split is the customers active at a time, and what became of them in the RiskDays after it.
type Split struct {
	At     time.Time `json:"at"`
	N      int64     `json:"n"`
	Stayed int64     `json:"stayed_away"` // of them, those without an order
}

// Term is what one feature does to the odds of staying away.
type Term struct {
	Feature Feature `json:"feature"`
	Odds    float64 `json:"odds"` // times as high with the feature, or with twice as much of it
}

// Risk is the model of who will stay away: how it was made, and how good it was on customers' later behaviour.
type Risk struct {
	Refused     Refusal               `json:"refused,omitempty"`
	Train       Split                 `json:"train"`
	Check       Split                 `json:"check"`
	Expected    float64               `json:"expected,omitempty"` // of the check, the customers that the model expected to stay away
	Terms       []Term                `json:"terms,omitempty"`
	AUC         float64               `json:"auc,omitempty"`
	AUCInterval scoring.Interval      `json:"auc_interval"`
	Calibration []scoring.Calibration `json:"calibration,omitempty"`
	Bands       []BandSize            `json:"bands,omitempty"`
}

// BandSize is one band in figures.
type BandSize struct {
	Band      Band  `json:"band"`
	Customers int64 `json:"customers"`
	Revenue   int64 `json:"revenue"` // of the last twelve months, minor units
}

// features describes a customer as they stood at the time; false when they were not active then. orders are by time.
func features(orders []scoring.Order, about About, at time.Time) ([]float64, bool) {
	var count, net int64
	var last time.Time
	for _, o := range orders {
		if o.At.After(at) {
			break
		}
		count, net, last = count+1, net+o.Net, o.At
	}
	if count == 0 || !last.After(at.Add(-ActiveDays*day)) {
		return nil, false
	}
	row := []float64{math.Log2(1 + at.Sub(last).Hours()/24), math.Log2(float64(count)), math.Log2(1 + float64(max(net, 0))), 0, 0, 0, 0}
	if class := newest(about.Answers, at, func(Answer) bool { return true }); class != scoring.ClassNone {
		row[2+int(class)] = 1
	}
	for _, r := range about.Rounds {
		if r.openAt(at) {
			row[6] = 1
		}
	}
	return row, true
}

// newest is the class of the newest rating given by the time, of those that fit.
func newest(answers []Answer, at time.Time, fits func(Answer) bool) scoring.Class {
	for i := len(answers) - 1; i >= 0; i-- {
		if a := answers[i]; !a.At.After(at) && a.Class != scoring.ClassNone && fits(a) {
			return a.Class
		}
	}
	return scoring.ClassNone
}

// stayedAway tells whether there is no order in the RiskDays after the time.
func stayedAway(orders []scoring.Order, at time.Time) bool {
	for _, o := range orders {
		if o.At.After(at) && !o.At.After(at.Add(RiskDays*day)) {
			return false
		}
	}
	return true
}

// learner gathers what a model is made from.
type learner struct {
	train, check sample
}

// sample is a split with its rows.
type sample struct {
	Split
	rows [][]float64
	away []bool
}

func newLearner(asOf time.Time) *learner {
	return &learner{train: sample{Split: Split{At: asOf.Add(-2 * RiskDays * day)}}, check: sample{Split: Split{At: asOf.Add(-RiskDays * day)}}}
}

func (l *learner) add(orders []scoring.Order, about About) {
	for _, s := range []*sample{&l.train, &l.check} {
		if row, ok := features(orders, about, s.At); ok {
			away := stayedAway(orders, s.At)
			s.rows, s.away = append(s.rows, row), append(s.away, away)
			if s.N++; away {
				s.Stayed++
			}
		}
	}
}

// model predicts from rows of features.
type model struct {
	mean, spread []float64
	logistic     scoring.Logistic
}

func (m model) predict(row []float64) float64 { return m.logistic.Probability(m.scaled(row)) }

// scaled gives each feature in standard deviations from its mean; one that never differed says nothing.
func (m model) scaled(row []float64) []float64 {
	out := make([]float64, len(row))
	for j, v := range row {
		if m.spread[j] > 0 {
			out[j] = (v - m.mean[j]) / m.spread[j]
		}
	}
	return out
}

// learn trains on the earlier split and checks on the later one. The model that was checked is the one that is used: its figures are about itself.
func (l *learner) learn() (model, Risk) {
	r := Risk{Train: l.train.Split, Check: l.check.Split}
	for _, s := range []Split{r.Train, r.Check} {
		switch {
		case s.N < FewestCustomers:
			r.Refused = FewCustomers
		case r.Refused == Computed && min(s.Stayed, s.N-s.Stayed) < FewestEvents:
			r.Refused = OneSided
		}
	}
	if r.Refused != Computed {
		return model{}, r
	}
	m := measure(l.train.rows)
	scaled := make([][]float64, len(l.train.rows))
	for i, row := range l.train.rows {
		scaled[i] = m.scaled(row)
	}
	var ok bool
	if m.logistic, ok = scoring.FitLogistic(scaled, l.train.away, ridge); !ok {
		r.Refused = NoBetter
		return model{}, r
	}
	predicted := make([]float64, len(l.check.rows))
	for i, row := range l.check.rows {
		predicted[i] = m.predict(row)
	}
	r.AUC, r.AUCInterval, _ = scoring.AUC(predicted, l.check.away)
	r.Calibration = scoring.Calibrate(predicted, l.check.away, calibrationGroups)
	var chance float64 // the variance of how many stay away, if the model is right
	for _, p := range predicted {
		r.Expected, chance = r.Expected+p, chance+p*(1-p)
	}
	away := float64(r.Check.Stayed)
	switch {
	case r.AUC < LeastAUC:
		r.Refused = NoBetter
	case (away > 2*r.Expected || 2*away < r.Expected) && math.Abs(away-r.Expected) > 3*math.Sqrt(chance):
		r.Refused = Drifted
	}
	if r.Refused != Computed {
		return model{}, r
	}
	for j, f := range Features() {
		if m.spread[j] > 0 {
			r.Terms = append(r.Terms, Term{f, math.Exp(m.logistic.Weights[j] / m.spread[j])})
		}
	}
	return m, r
}

// measure finds mean and standard deviation of each feature.
func measure(rows [][]float64) model {
	k, n := len(rows[0]), float64(len(rows))
	m := model{mean: make([]float64, k), spread: make([]float64, k)}
	for _, row := range rows {
		for j, v := range row {
			m.mean[j] += v / n
		}
	}
	for _, row := range rows {
		for j, v := range row {
			m.spread[j] += (v - m.mean[j]) * (v - m.mean[j]) / n
		}
	}
	for j, v := range m.spread {
		m.spread[j] = math.Sqrt(v)
	}
	return m
}
