package demo

import (
	"math/rand/v2"

	"github.com/surveyd/surveyd/internal/survey"
)

// aspects of "After delivery": by question, the weights of the ratings 1..5 and the share of people who can't say.
type aspect struct {
	no      int
	weights []float64
	cantSay float64
}

// deliveries are the answers to "After delivery": the purchase, then four aspects of it on a second page that a few people leave out.
func deliveries(v *survey.Version) []*visit {
	quality := aspect{2, []float64{2, 3, 4, 36, 55}, 0.01}
	service := aspect{3, []float64{3, 4, 7, 38, 48}, 0.29}
	price := aspect{5, []float64{4, 6, 9, 45, 36}, 0.03}
	dry, wet := aspect{4, []float64{6, 8, 9, 36, 41}, 0.01}, aspect{4, []float64{19, 17, 14, 29, 21}, 0.01}
	rng := chance(ofDelivery)
	var all []*visit
	for _, part := range []struct {
		act      act
		delivery aspect
	}{
		{act{delivery, 0, halfway, 661, []float64{0, 4, 5, 6, 37, 48}}, dry},
		{act{delivery, halfway, troubleWeek, 570, []float64{0, 3, 4, 5, 37, 51}}, dry},
		{act{delivery, troubleWeek, weeks, 114, []float64{0, 9, 9, 8, 38, 36}}, wet},
	} {
		visits := part.act.visits(rng, v)
		for _, p := range visits {
			p.r.Classify(v.Definition)
			p.comments, p.known = talkative(rng, p.r.Class, 0.17), rng.Float64() < 0.7
		}
		for _, a := range []aspect{quality, service, part.delivery, price} {
			a.ask(rng, visits)
		}
		for _, p := range visits {
			if rng.Float64() < 0.02 {
				p.r.Unfinished, p.r.Answers = true, nil
			}
		}
		all = append(all, visits...)
	}
	return all
}

// ask lets everybody answer the aspect in tune with what they think of the whole.
func (a aspect) ask(rng *rand.Rand, visits []*visit) {
	var judges []*visit
	var happiness []float64
	for _, p := range visits {
		if rng.Float64() < a.cantSay {
			p.r.Put(survey.Answer{Question: a.no, Rating: survey.NoRating, CantSay: true})
			continue
		}
		judges, happiness = append(judges, p), append(happiness, float64(p.r.Rating))
	}
	for i, k := range alike(rng, happiness, 0.8, a.weights) {
		judges[i].r.Put(question(a.no, k+1))
	}
}

// contacts with the service are the answers to "After support", which got easier to reach.
func supported(v *survey.Version) []*visit {
	rng := chance(ofSupport)
	var all []*visit
	for _, a := range []*act{
		{support, 0, halfway, 498, []float64{0, 2, 4, 7, 12, 24, 27, 24}},
		{support, halfway, weeks, 512, []float64{0, 1, 2, 5, 9, 20, 28, 35}},
	} {
		for _, p := range a.visits(rng, v) {
			p.r.Classify(v.Definition)
			p.comments, p.known = talkative(rng, p.r.Class, 0.16), rng.Float64() < 0.6
			all = append(all, p)
		}
	}
	return all
}

// loyal are the answers to "Loyalty", asked of few. 1 is definitely yes on its scale.
func loyal(v *survey.Version) []*visit {
	rng := chance(ofLoyalty)
	var all []*visit
	for _, part := range []struct {
		act     act
		answers []float64 // of 1..6
	}{
		{act{"", 0, halfway, 41, []float64{1}}, []float64{34, 37, 16, 8, 4, 1}},
		{act{"", halfway, weeks, 38, []float64{1}}, []float64{30, 36, 18, 9, 5, 2}},
	} {
		visits := part.act.visits(rng, v)
		mood := make([]float64, len(visits))
		for i := range mood {
			mood[i] = rng.NormFloat64()
		}
		for _, q := range v.Definition.CLI() {
			for i, k := range alike(rng, mood, 0.5, part.answers) {
				visits[i].r.Put(question(q.No, k+1))
			}
		}
		for _, p := range visits {
			p.r.Rating = survey.NoRating
			p.r.Classify(v.Definition)
			p.comments, p.known = talkative(rng, p.r.Class, 0.3), true
		}
		all = append(all, visits...)
	}
	return all
}
