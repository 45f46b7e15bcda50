package survey_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

const (
	person  = 1
	scanner = 2
)

// did is one thing done, so many seconds after the mail was delivered.
func did(second float64, kind survey.ClickKind, rating int, visitor int64, signs survey.Sign) survey.Click {
	return survey.Click{At: noon.Add(time.Duration(second * float64(time.Second))), Kind: kind, Rating: rating, Visitor: visitor, Signs: signs}
}

const byHand = survey.SignScript | survey.SignHand

func TestJudge(t *testing.T) {
	const none = survey.NoRating
	open := func(second float64, rating int) survey.Click {
		return did(second, survey.ClickOpen, rating, scanner, 0)
	}
	touch := func(second float64, rating int) survey.Click {
		return did(second, survey.ClickGesture, rating, scanner, byHand)
	}
	send := func(second float64, rating int, signs survey.Sign) survey.Click {
		return did(second, survey.ClickSend, rating, scanner, signs)
	}
	for name, c := range map[string]struct {
		clicks []survey.Click
		want   survey.Verdict
	}{
		"nothing":                        {nil, survey.Verdict{}},
		"a link is opened":               {[]survey.Click{open(100, 9)}, survey.Verdict{}},
		"a person taps and leaves":       {[]survey.Click{open(100, 9), touch(102, 9)}, survey.Verdict{Human: true}},
		"a person sends":                 {[]survey.Click{open(100, 9), touch(102, 9), send(130, 9, byHand)}, survey.Verdict{Human: true}},
		"a person without scripts sends": {[]survey.Click{open(100, 9), send(130, 9, 0)}, survey.Verdict{Human: true}},
		"a person opens two numbers":     {[]survey.Click{open(100, 9), open(110, 8), touch(112, 8)}, survey.Verdict{Human: true}},
		"three numbers within a minute": {
			[]survey.Click{open(100, 9), open(110, 8), open(160, 7)},
			survey.Verdict{Reasons: survey.ManyScores, Hints: survey.ManyScores},
		},
		"three numbers in more than a minute": {[]survey.Click{open(100, 9), open(110, 8), open(160.1, 7), touch(162, 7)}, survey.Verdict{Human: true}},
		"one number three times":              {[]survey.Click{open(100, 9), open(110, 9), open(120, 9), touch(122, 9)}, survey.Verdict{Human: true}},
		"three numbers, touched": {
			[]survey.Click{open(100, 9), touch(101, 9), open(110, 8), open(120, 7)},
			survey.Verdict{Reasons: survey.ManyScores, Hints: survey.ManyScores},
		},
		"touched on three numbers from three places": {
			[]survey.Click{
				did(100, survey.ClickGesture, 1, 5, byHand), did(110, survey.ClickGesture, 2, 6, byHand), did(120, survey.ClickGesture, 3, 7, byHand),
			},
			survey.Verdict{Reasons: survey.ManyScores, Hints: survey.ManyScores},
		},
		"the trap": {
			[]survey.Click{open(100, 9), did(101, survey.ClickTrap, none, scanner, 0), touch(102, 9)},
			survey.Verdict{Reasons: survey.TrapHit, Hints: survey.TrapHit},
		},
		"headers first": {
			[]survey.Click{did(100, survey.ClickHead, 9, scanner, 0), open(101, 9), touch(102, 9)},
			survey.Verdict{Reasons: survey.HeadFirst, Hints: survey.HeadFirst},
		},
		"headers for somebody else": {
			[]survey.Click{did(100, survey.ClickHead, 9, 7, 0), open(101, 9), touch(102, 9)},
			survey.Verdict{Human: true, Hints: survey.HeadFirst},
		},
		"at once":          {[]survey.Click{open(4.9, 9), touch(6, 9)}, survey.Verdict{Reasons: survey.TooSoon, Hints: survey.TooSoon}},
		"after 5 seconds":  {[]survey.Click{open(5, 9), touch(6, 9)}, survey.Verdict{Human: true}},
		"sent by a script": {[]survey.Click{open(100, 9), send(101, 9, survey.SignScript)}, survey.Verdict{Reasons: survey.ByScript, Hints: survey.ByScript}},
		"a scanner's name alone": {
			[]survey.Click{did(100, survey.ClickOpen, 9, scanner, survey.SignAgent), touch(102, 9)},
			survey.Verdict{Human: true, Hints: survey.KnownScanner},
		},
		"a scanner's name, only opened": {[]survey.Click{did(100, survey.ClickOpen, 9, scanner, survey.SignAgent)}, survey.Verdict{Hints: survey.KnownScanner}},
		"a scanner, then staff": {
			[]survey.Click{open(100, 9), open(101, 8), open(102, 7), did(900, survey.ClickRestore, none, 0, 0)},
			survey.Verdict{Human: true, Hints: survey.ManyScores},
		},
		"the same visitor, later": {
			[]survey.Click{open(100, 9), open(101, 8), open(102, 7), open(170, 9), touch(171, 9)},
			survey.Verdict{Human: true, Hints: survey.ManyScores},
		},
	} {
		if got := survey.Judge(c.clicks, noon); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// scan makes up what one of the known kinds of scanner does, from the second begin on.
func scan(rng *rand.Rand, begin float64) (all []survey.Click) {
	kind, at := rng.IntN(5), begin
	for rating := range 11 {
		switch kind {
		case 0: // a fetcher of all links
			all = append(all, did(at, survey.ClickHead, rating, scanner, survey.SignAgent), did(at+0.1, survey.ClickOpen, rating, scanner, survey.SignAgent))
		case 1: // runs scripts, and waits
			all = append(all, did(at, survey.ClickOpen, rating, scanner, 0))
		case 2: // sends the forms by a script
			all = append(all, did(at, survey.ClickOpen, rating, scanner, 0), did(at+0.5, survey.ClickSend, rating, scanner, survey.SignScript))
		case 3: // touches every page as a person would
			all = append(all, did(at, survey.ClickOpen, rating, scanner, 0), did(at+0.5, survey.ClickGesture, rating, scanner, byHand))
		case 4: // touches and sends
			all = append(all, did(at, survey.ClickOpen, rating, scanner, 0), did(at+0.5, survey.ClickGesture, rating, scanner, byHand),
				did(at+0.8, survey.ClickSend, rating, scanner, byHand))
		}
		at += rng.Float64() * 6
	}
	return all
}

// TestPeopleCountAmongScanners mixes every kind of scanner with a person in any order of time: the person counts, and a scanner alone never does.
func TestPeopleCountAmongScanners(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 2))
	for i := range 3000 {
		var clicks []survey.Click
		for range rng.IntN(4) {
			clicks = append(clicks, scan(rng, rng.Float64()*600)...)
		}
		shuffled := func(all []survey.Click) []survey.Click {
			rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			return all
		}
		if v := survey.Judge(shuffled(clicks), noon); v.Human || len(clicks) > 0 && v.Reasons == 0 {
			t.Fatalf("round %d: scanners alone are %+v:\n%v", i, v, clicks)
		}
		at, rating := 5+rng.Float64()*600, rng.IntN(11)
		own := []survey.Click{did(at, survey.ClickOpen, rating, person, 0)}
		last := did(at+2+rng.Float64()*100, survey.ClickGesture, rating, person, byHand)
		switch rng.IntN(3) {
		case 0:
			last.Kind = survey.ClickSend
		case 1:
			last.Kind, last.Signs = survey.ClickSend, 0 // without scripts
		}
		all := shuffled(append(append(clicks, own...), last))
		if v := survey.Judge(all, noon); !v.Human || v.Reasons != 0 {
			t.Fatalf("round %d: with a person it is %+v:\n%v", i, v, all)
		}
	}
}

// TestMoreSignsOfAProgramMakeNoPerson adds what only programs do to any story: it never makes something count that did not.
func TestMoreSignsOfAProgramMakeNoPerson(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3))
	for range 2000 {
		clicks := scan(rng, 10)
		for range rng.IntN(5) {
			clicks = append(clicks, did(rng.Float64()*100, survey.ClickOpen, rng.IntN(11), int64(rng.IntN(3)), 0))
		}
		before := survey.Judge(clicks, noon)
		kind := []survey.ClickKind{survey.ClickOpen, survey.ClickHead, survey.ClickTrap}[rng.IntN(3)]
		after := survey.Judge(append(clicks, did(rng.Float64()*100, kind, rng.IntN(11), scanner, 0)), noon)
		if after.Human && !before.Human || after.Hints&before.Hints != before.Hints {
			t.Fatalf("%+v became %+v", before, after)
		}
	}
}
