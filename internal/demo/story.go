package demo

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Keys of the touchpoints.
const (
	checkout = "checkout"
	product  = "product"
	delivery = "delivery"
	support  = "support"
)

// The weeks in which something happens.
const (
	halfway     = weeks / 2
	releaseWeek = weeks - 7 // the new checkout
	troubleWeek = weeks - 2 // deliveries come late and wet
)

// act is a stretch of weeks in which people answer alike.
type act struct {
	touchpoint string
	from, to   int // weeks; to is not included
	n          int // answers
	weights    []float64
}

// visit is one response before it has a time, an id and a customer.
type visit struct {
	r         survey.Response
	asked     time.Time // when the id was made: with the invitation, or else with the answer
	def       *survey.Definition
	act       *act
	week      int
	day, hour float64       // how far into the week and the day, 0..1
	ago       time.Duration // before now, where the story wants it; 0: week, day and hour decide
	comments  bool
	known     bool          // by a customer we know
	who       string        // the customer's name, where the story wants it so
	order     string        // likewise
	mark      survey.Status // what the staff made of it
	silent    bool          // there is an invitation, but no answer
	opened    bool          // though the page was opened
	was       *int          // the rating that was given first, where it was changed
}

// visits lets n people come in the weeks of an act. Each rating is spread over them about evenly, so that weeks differ as weeks do and no more.
func (a *act) visits(rng *rand.Rand, v *survey.Version) []*visit {
	ratings := quota(a.n, a.weights)
	total, nth := map[int]int{}, map[int]int{}
	for _, rating := range ratings {
		total[rating]++
	}
	out, turn := make([]*visit, a.n), rng.Float64()
	for i, rating := range ratings {
		part := (float64(nth[rating])+rng.Float64())/float64(total[rating]) + 0.05*rng.NormFloat64()
		nth[rating]++
		part -= math.Floor(part) // what falls off one end comes in at the other
		layout := survey.LayoutRow
		if rng.Float64() < 0.62 {
			layout = survey.LayoutSplit
		}
		out[i] = &visit{
			r:   survey.Response{SurveyID: v.SurveyID, VersionID: v.ID, Rating: rating, Language: speak(math.Mod(turn+float64(i)*goldenRatio, 1)), Layout: layout},
			def: &v.Definition, act: a, week: a.from + int(part*float64(a.to-a.from)), day: rng.Float64(), hour: rng.Float64(),
		}
	}
	return out
}

// goldenRatio steps through 0..1 so that any number of steps in a row is spread evenly: each rating is given in all languages alike, and no language seems
// happier by chance.
const goldenRatio = 0.6180339887498949

// speak gives the language of a part (0..1) of the customers.
func speak(part float64) string {
	i, _ := locate([]float64{34, 28, 14, 24}, part)
	return languages()[i]
}

// talkative draws whether somebody of a class writes a comment: the unhappy do it most.
func talkative(rng *rand.Rand, class scoring.Class, rate float64) bool {
	switch class {
	case scoring.ClassWorst:
		rate *= 1.5
	case scoring.ClassMiddle:
		rate *= 0.75
	case scoring.ClassBest, scoring.ClassNone:
	}
	return rng.Float64() < rate
}

// purchases are the answers to "Post-purchase".
func purchases(v *survey.Version) []*visit {
	acts := []*act{
		{checkout, 0, 10, 432, npsWeights(0.505, 0.245)},
		{checkout, 10, halfway, 86, npsWeights(0.508, 0.242)}, // so that the seven weeks before the release are as they should be
		{checkout, halfway, releaseWeek, 219, npsWeights(0.502, 0.242)},
		{checkout, releaseWeek, weeks, 307, npsWeights(0.610, 0.160)},
		{product, 0, halfway, 462, npsWeights(0.605, 0.155)},
		{product, halfway, weeks, 466, npsWeights(0.617, 0.153)},
		{delivery, 0, halfway, 345, npsWeights(0.560, 0.200)},
		{delivery, halfway, troubleWeek, 286, npsWeights(0.630, 0.150)},
		{delivery, troubleWeek, weeks, 57, npsWeights(0.421, 0.263)},
		{support, 0, halfway, 24, npsWeights(0.792, 0.083)},
		{support, halfway, weeks, 28, npsWeights(0.500, 0.179)},
	}
	rng := chance(ofPurchase)
	var all []*visit
	for _, a := range acts {
		for _, p := range a.visits(rng, v) {
			p.r.Classify(v.Definition)
			rate := 0.3
			if a.touchpoint == delivery && p.week >= troubleWeek {
				rate = 0.45
			}
			p.comments, p.known = talkative(rng, p.r.Class, rate), rng.Float64() < 0.45
			all = append(all, p)
		}
	}
	return all
}
