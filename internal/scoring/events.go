package scoring

import "time"

// Response is one response to a survey of one rating question.
type Response struct {
	ID         int64
	Invitation int64 // 0 for a public link
	Touchpoint string
	At         time.Time // when it was given
	Rating     int
	Rated      bool // false: the question was left blank
	Test       bool
}

// Group is the score of some responses, with the number of those left blank.
type Group struct {
	Score      Score
	Unanswered int64
}

// Result is what FromResponses finds.
type Result struct {
	All          Group
	ByTouchpoint map[string]Group // touchpoints with a counted response, blank ones included
}

// FromResponses scores the responses of a period (metrics 2.5). Test responses never count.
// Of several responses to one invitation the latest with a rating counts; only then is the
// period applied. Responses by public link are all different ones.
func FromResponses(scheme Scheme, period Period, responses []Response) Result {
	var all responseCounts
	touchpoints := map[string]*responseCounts{}
	for _, r := range latest(responses) {
		if !period.Contains(r.At) {
			continue
		}
		t := touchpoints[r.Touchpoint]
		if t == nil {
			t = new(responseCounts)
			touchpoints[r.Touchpoint] = t
		}
		all.add(r)
		t.add(r)
	}
	result := Result{All: all.group(scheme), ByTouchpoint: make(map[string]Group, len(touchpoints))}
	for name, t := range touchpoints {
		result.ByTouchpoint[name] = t.group(scheme)
	}
	return result
}

// latest drops test responses and keeps one response per invitation.
func latest(responses []Response) []Response {
	kept := make([]Response, 0, len(responses))
	place := map[int64]int{}
	for _, r := range responses {
		if r.Test {
			continue
		}
		at, seen := place[r.Invitation]
		switch {
		case r.Invitation == 0 || !seen:
			place[r.Invitation] = len(kept)
			kept = append(kept, r)
		case kept[at].yieldsTo(r):
			kept[at] = r
		}
	}
	return kept
}

// yieldsTo orders responses to one invitation: rated before blank, later, higher id.
func (r Response) yieldsTo(other Response) bool {
	if r.Rated != other.Rated {
		return other.Rated
	}
	if !r.At.Equal(other.At) {
		return other.At.After(r.At)
	}
	return other.ID > r.ID
}

type responseCounts struct {
	counts              Counts
	invalid, unanswered int64
}

func (c *responseCounts) add(r Response) {
	switch {
	case !r.Rated:
		c.unanswered++
	case r.Rating < 0 || r.Rating >= len(c.counts):
		c.invalid++
	default:
		c.counts[r.Rating]++
	}
}

func (c *responseCounts) group(scheme Scheme) Group {
	return Group{Score: Of(scheme, c.counts, c.invalid), Unanswered: c.unanswered}
}
