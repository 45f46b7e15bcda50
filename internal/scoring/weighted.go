package scoring

import "math"

// WeightedAnswer is an answer's class with its survey weight (> 0).
type WeightedAnswer struct {
	Class  Class
	Weight float64
}

// WeightedNPS is a post-stratified NPS.
type WeightedNPS struct {
	Value float64 // points
	SE    float64 // points, linearised
	NEff  float64 // Kish's effective number of answers
}

// Weight computes N = sum wx/sum w, SE = sqrt(sum w^2 (x-N)^2)/sum w and n_eff =
// (sum w)^2/sum w^2 (Kish 1965, metrics 5.8). False without answers, with an unclassified
// one, or with a weight that is not positive and finite.
func Weight(answers []WeightedAnswer) (WeightedNPS, bool) {
	scale := 0.0
	for _, a := range answers {
		if a.Class == ClassNone || !(a.Weight > 0) || math.IsInf(a.Weight, 0) {
			return WeightedNPS{}, false
		}
		scale = max(scale, a.Weight)
	}
	if scale == 0 {
		return WeightedNPS{}, false
	}
	// Weights have no unit; relative to the largest they can be squared safely.
	var w, wx, w2 float64
	for _, a := range answers {
		u := a.Weight / scale
		w, wx, w2 = w+u, wx+u*code(a.Class), w2+u*u
	}
	n := wx / w
	spread := 0.0
	for _, a := range answers {
		e := a.Weight / scale * (code(a.Class) - n)
		spread += e * e
	}
	return WeightedNPS{Value: 100 * n, SE: 100 * math.Sqrt(spread) / w, NEff: w * w / w2}, true
}

// code is +1, 0 or -1.
func code(c Class) float64 { return float64(c) - float64(ClassMiddle) }

// ClusterSE is the standard error of the NPS in points when customers answered more than
// once: one Classes per customer (metrics 5.1). Use it when more than 5 % of the answers
// come from repeat respondents. False below two customers with answers.
func ClusterSE(customers []Classes) (float64, bool) {
	var all Classes
	groups := 0.0
	for _, c := range customers {
		if c.N() > 0 {
			groups++
		}
		all.Best, all.Middle, all.Worst = all.Best+c.Best, all.Middle+c.Middle, all.Worst+c.Worst
	}
	if groups < 2 {
		return 0, false
	}
	n := float64(all.N())
	mean := all.NPS().Float() / 100
	spread := 0.0
	for _, c := range customers {
		e := float64(c.Best-c.Worst) - mean*float64(c.N())
		spread += e * e
	}
	return 100 * math.Sqrt(groups/(groups-1)*spread) / n, true
}
