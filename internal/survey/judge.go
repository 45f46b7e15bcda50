package survey

import (
	"slices"
	"time"
)

// Spans of the rules that tell people from programs.
const (
	scanSpan     = time.Minute     // what a visitor does so near to a sign of a program is the program's
	deliverySpan = 5 * time.Second // nobody reads a mail so soon after it was delivered
	manyScores   = 3               // links with so many different ratings, opened within scanSpan, were not opened by a reader
)

// Verdict is what the clicks of an invitation say about who made them.
type Verdict struct {
	Human   bool   // something was given that no rule speaks against: it counts
	Reasons Reason // why what was done is taken for a program's; 0: nothing speaks against it, or a person came
	Hints   Reason // all that was seen, whatever it is worth
}

// Judge tells people from programs by what was done with a link and by when its mail was delivered (zero: not known, or not by us). It needs no order of the
// clicks. A gesture or a sending counts unless a rule speaks against it: the same visitor, within a minute, opened links with three different ratings,
// followed the link that no person sees, asked for the headers of a page, or opened the link within seconds of the delivery; or a script sent the form
// without a hand; or, of those against which nothing else speaks, three from the pages of different ratings came within a minute, whoever made them. One that
// counts outweighs all others, and so does the word of staff.
func Judge(clicks []Click, sentAt time.Time) Verdict {
	var v Verdict
	clicks = inTime(clicks)
	for i, why := range against(clicks, sentAt) {
		c := &clicks[i]
		v.Hints |= why
		if c.Signs&SignAgent != 0 {
			v.Hints |= KnownScanner
		}
		if c.Kind == ClickRestore || c.answers() && why == 0 {
			v.Human = true
		}
	}
	// What is known of a browser's name alone is a hint, never a reason.
	if !v.Human && v.Hints&^KnownScanner != 0 {
		v.Reasons = v.Hints
	}
	return v
}

// Against gives the reasons to take the click c, which is not among the others of its invitation, for a program's; 0: there are none.
func Against(clicks []Click, c Click, sentAt time.Time) Reason {
	clicks = inTime(append(slices.Clip(clicks), c))
	why := against(clicks, sentAt)
	return why[slices.IndexFunc(clicks, func(o Click) bool { return o == c })]
}

func inTime(clicks []Click) []Click {
	clicks = slices.Clone(clicks)
	slices.SortStableFunc(clicks, func(a, b Click) int { return a.At.Compare(b.At) })
	return clicks
}

// answers tells whether a click gives something.
func (c Click) answers() bool { return c.Kind == ClickGesture || c.Kind == ClickSend }

// opens tells whether a page of the link was asked for.
func (c Click) opens() bool { return c.Kind == ClickOpen || c.Kind == ClickHead }

// against gives the reasons to take each click for a program's. The clicks are in the order of time.
func against(clicks []Click, sentAt time.Time) []Reason {
	signs := make([]Reason, len(clicks)) // of the visitor, by each click
	visitors := map[int64][]int{}
	var answers []int
	for i, c := range clicks {
		visitors[c.Visitor] = append(visitors[c.Visitor], i)
		if c.answers() {
			answers = append(answers, i)
		}
		switch {
		case c.Kind == ClickTrap:
			signs[i] |= TrapHit
		case c.Kind == ClickHead:
			signs[i] |= HeadFirst
		case c.Kind == ClickOpen && !sentAt.IsZero() && c.At.Before(sentAt.Add(deliverySpan)):
			signs[i] |= TooSoon
		}
	}
	for _, own := range visitors {
		markMany(clicks, slices.DeleteFunc(slices.Clone(own), func(i int) bool { return !clicks[i].opens() }), signs)
	}
	why := make([]Reason, len(clicks))
	for _, own := range visitors {
		spread(clicks, own, signs, why)
	}
	for i, c := range clicks {
		if c.Kind == ClickSend && c.Signs&SignScript != 0 && c.Signs&SignHand == 0 {
			why[i] |= ByScript
		}
	}
	markMany(clicks, slices.DeleteFunc(answers, func(i int) bool { return why[i] != 0 }), why)
	return why
}

// markMany marks those of the clicks at these places that stand in a run, no longer than scanSpan, on links with manyScores different ratings.
func markMany(clicks []Click, places []int, into []Reason) {
	var seen [11]int
	kinds, from, marked := 0, 0, 0
	count := func(place, n int) {
		r := clicks[place].Rating
		if r < 0 || r >= len(seen) {
			return
		}
		before := seen[r]
		seen[r] += n
		if before == 0 {
			kinds++
		} else if seen[r] == 0 {
			kinds--
		}
	}
	for to, place := range places {
		for count(place, 1); clicks[place].At.Sub(clicks[places[from]].At) > scanSpan; from++ {
			count(places[from], -1)
		}
		if kinds < manyScores {
			continue
		}
		for marked = max(marked, from); marked <= to; marked++ {
			into[places[marked]] |= ManyScores
		}
	}
}

// spread gives every click of a visitor the signs of those within scanSpan.
func spread(clicks []Click, own []int, signs, why []Reason) {
	for _, i := range own {
		for _, j := range own {
			if clicks[i].At.Sub(clicks[j].At).Abs() <= scanSpan {
				why[i] |= signs[j]
			}
		}
	}
}
