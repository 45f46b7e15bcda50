package followup

import (
	"errors"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Show is how far work on the cases of a list has come.
type Show string

// The lists.
const (
	Open       Show = "open"     // all that are not resolved: first those who wait for a reply, by when it is due, then those who have one, by when they got it
	Overdue    Show = "overdue"  // whose first reply is late
	Wait       Show = "waiting"  // for the customer
	Closed     Show = "resolved" // last resolved first
	Everything Show = "all"      // last opened first
)

// Shows lists them.
func Shows() []Show { return []Show{Open, Overdue, Wait, Closed, Everything} }

// Nobody as the owner in a Query asks for cases that nobody has.
const Nobody = -1

// Query picks cases. Cases that are excluded are in no list.
type Query struct {
	Show       Show
	Owner      int64  // a user, or Nobody; 0: whoever has them
	Touchpoint int64  // survey.AllTouchpoints: all
	Language   string // survey.AllLanguages: all
	Tag        string // "": all
	Mentioned  int64  // a user whom a note of the case names; 0: whoever
	Search     string // words, or their beginnings, of answers, names, order numbers, notes and replies; "": all
	Now        time.Time
	After      Place // the end of the page before; the zero value: from the start
	Limit      int
}

// Place is where in a list a case stands.
type Place struct {
	Replied time.Time // zero: among those who have no reply, or in a list that does not ask
	At      time.Time
	ID      survey.ID
}

// Zero tells whether it is the start.
func (p Place) Zero() bool { return p.ID == 0 }

// Listed is a case as a list shows it.
type Listed struct {
	Case      // without tags
	Name      string
	Email     string
	Order     string // of the newest answer
	Comment   string // of the newest answer
	VersionID int64  // of the survey, for its scale
	Rating    int    // survey.NoRating: none
}

// Listing is a page of a list.
type Listing struct {
	Cases []Listed
	Next  Place // where the next page begins
	More  bool
}

// TagCount is how many open cases have a tag.
type TagCount struct {
	Tag string
	N   int
}

// SavedView is a list with a name.
type SavedView struct {
	ID     int64
	UserID int64 // who made it
	Shared bool  // everybody sees it
	Name   string
	Query  string // of the address
}

// ErrViewName refuses a view whose name another one has that the same people see: theirs, or among those that everybody sees.
var ErrViewName = errors.New("there is a view of this name")

// Bounds of saved views.
const (
	MaxViews    = 50 // of one user
	MaxViewName = 60 // runes
)
