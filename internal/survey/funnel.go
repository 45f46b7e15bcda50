package survey

// Funnel counts invitations by what became of them. All fields are sums, so funnels add up and can be taken back.
type Funnel struct {
	Sent        int64 // the first mail was accepted, or the link was given out
	Bounced     int64
	Clicked     int64 // opened, and not by what is taken for a program
	Unconfirmed int64 // a rating was clicked, and no answer counts
	Answered    int64 // with an answer that counts
	Commented   int64
}

// Add adds sign times o; sign is 1 or -1.
func (f *Funnel) Add(o Funnel, sign int64) {
	f.Sent += sign * o.Sent
	f.Bounced += sign * o.Bounced
	f.Clicked += sign * o.Clicked
	f.Unconfirmed += sign * o.Unconfirmed
	f.Answered += sign * o.Answered
	f.Commented += sign * o.Commented
}

// Delivered is how many were sent and did not come back.
func (f Funnel) Delivered() int64 { return f.Sent - f.Bounced }

// FunnelCell is a cohort: the invitations of a survey, a touchpoint and a language that were sent on one local day.
type FunnelCell struct {
	SurveyID   int64
	Touchpoint int64  // 0: none
	Language   string // "": not known when it was sent
	Day        Day
}

// FunnelDelta is a change of one cohort.
type FunnelDelta struct {
	Cell   FunnelCell
	Funnel Funnel
}

// Fate is what the funnel needs to know of an invitation that was sent.
type Fate struct {
	Bounced, Opened bool
	Machine         Reason
	Clicked         bool // a link with a rating was opened
	Answered        bool // with an answer that counts, or would if staff had not marked it
	Given           bool // there is an answer, whatever it counts
	Status          Status
	Comment         bool
}

// Funnel is what the invitation counts as.
func (i Fate) Funnel() Funnel {
	f := Funnel{Sent: 1}
	counts := i.Answered && (!i.Given || i.Status == Counted) // an anonymous answer can't be found by its invitation
	marked := i.Given && i.Status != Counted && i.Status != Held
	if i.Bounced {
		f.Bounced = 1
	}
	if counts || i.Opened && i.Machine == 0 {
		f.Clicked = 1
	}
	if i.Clicked && !i.Answered && !marked {
		f.Unconfirmed = 1
	}
	if counts {
		f.Answered = 1
		if i.Comment {
			f.Commented = 1
		}
	}
	return f
}
