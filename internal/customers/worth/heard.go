package worth

import "time"

// Voice is whether a customer was asked and answered.
type Voice string

// Voices. Every customer has one.
const (
	Answered   Voice = "answered" // ever, to anything
	Silent     Voice = "silent"   // was asked more than WaitDays ago, and has never answered
	Waiting    Voice = "waiting"  // was asked lately for the first time
	NeverAsked Voice = "never_asked"
)

// Voices lists the voices in the order of pages.
func Voices() []Voice { return []Voice{Answered, Silent, Waiting, NeverAsked} }

// Heard is what the customers with one voice bought.
type Heard struct {
	Voice Voice `json:"voice"`
	Buyers
}

func voiceOf(about About, asOf time.Time) Voice {
	for _, a := range about.Answers {
		if !a.At.After(asOf) {
			return Answered
		}
	}
	voice := NeverAsked
	for _, at := range about.Asked {
		if at.After(asOf) {
			continue
		}
		if !at.After(asOf.Add(-WaitDays * day)) {
			return Silent
		}
		voice = Waiting
	}
	return voice
}

// heardSums gathers what customers bought by their voice.
type heardSums map[Voice]*struct {
	Buyers
	year, lifetime []int64
}

func newHeardSums() heardSums {
	s := heardSums{}
	for _, v := range Voices() {
		s[v] = &struct {
			Buyers
			year, lifetime []int64
		}{}
	}
	return s
}

func (s heardSums) add(c customer, asOf time.Time) {
	sum := s[voiceOf(c.About, asOf)]
	sum.Buyers.add(c)
	sum.year, sum.lifetime = append(sum.year, c.year), append(sum.lifetime, c.Net)
}

func (s heardSums) done(seed func(about ...string) uint64) (all []Heard) {
	for _, v := range Voices() {
		sum := s[v]
		sum.draw(seed("heard", string(v)), sum.year, sum.lifetime)
		all = append(all, Heard{v, sum.Buyers})
	}
	return all
}
