package survey

import (
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// NoRating is the rating of a response that has none. 0 is a rating.
const NoRating = -1

// Status tells whether a response counts.
type Status int64

// The statuses. Only Counted ones are in scores; the rest stay where staff can see and restore them.
const (
	Counted Status = iota
	Test
	Spam
	Deleted
	Held // a program seems to have given it: see Judge. A later answer of the person takes its place
)

// Channel tells how a response came in.
type Channel int64

// The channels.
const (
	ViaLink Channel = iota
	ViaInvitation
	ViaImport
)

// Layout of the scale, as the customer saw it. It is kept so that an effect of the layout can be tested.
type Layout int64

// The layouts.
const (
	LayoutUnknown Layout = iota
	LayoutSplit          // two rows
	LayoutRow
)

// Response is one submission of one person.
type Response struct {
	ID         ID
	SurveyID   int64
	VersionID  int64
	Touchpoint int64  // 0: none given
	Language   string // "": not known
	AnsweredAt time.Time
	Rating     int // of the primary question; NoRating: none
	CantSay    bool
	Class      scoring.Class
	Comment    string
	Answers    []Answer // the other questions, by number
	Status     Status
	Channel    Channel
	Layout     Layout
	Unfinished bool // pages are left to answer
	DateOnly   bool // the file it came from had no time of day
	// CommentGone says that there was a comment that is not kept any more: by a person's wish, or when its time was over. It counts as one.
	CommentGone bool
	Revision    int64
	OrderRef    string
	ExternalID  string
	ContactID   ID
}

// Answer is one question's part of a response.
type Answer struct {
	Question int
	Rating   int    // NoRating: none
	Options  uint16 // bit k: option k was chosen
	CantSay  bool
	Text     string
}

// Answer gives the part of the response that answers question no.
func (r Response) Answer(no int) (Answer, bool) {
	for _, a := range r.Answers {
		if a.Question == no {
			return a, true
		}
	}
	return Answer{Question: no, Rating: NoRating}, false
}

// CLITotal is the sum of the three questions' points, 0..300. It is false when one of them is not answered: then there is no index.
func (r Response) CLITotal(d Definition) (int, bool) {
	def, _ := scoring.CLI6.Def()
	total, n := 0, 0
	for _, q := range d.CLI() {
		a, _ := r.Answer(q.No)
		if !def.Contains(a.Rating) {
			return 0, false
		}
		total += def.Value(a.Rating)
		n++
	}
	return total, n == 3
}

// Classify sets the class from the ratings.
func (r *Response) Classify(d Definition) {
	r.Class = scoring.ClassNone
	if q, ok := d.Primary(); ok {
		if r.Rating != NoRating {
			r.Class = q.Scheme.Class(r.Rating)
		}
		return
	}
	if total, ok := r.CLITotal(d); ok {
		r.Class = scoring.CLIClass(float64(total) / 3)
	}
}

// EditWindow is how long a customer may change an answer.
const EditWindow = 24 * time.Hour

// Editable tells whether the customer may still change the response.
func (r Response) Editable(now time.Time) bool { return now.Before(r.AnsweredAt.Add(EditWindow)) }
