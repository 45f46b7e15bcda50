// Package telling decides who of the staff is told what, and when: alerts about cases, reminders of those that are late, the weekly digest. What it decides are mails
// that are due, and their texts are made of what is stored when they go out. It knows nothing of HTTP, SQL or SMTP.
package telling

import (
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// Kinds of mail that are made here.
const (
	AlertMail  = "alert"
	DigestMail = "digest"
)

// Pace is how soon somebody is told of what concerns them.
type Pace string

// The paces.
const (
	AtOnce Pace = "at_once"
	Daily  Pace = "daily" // at the hour of Morning
	Off    Pace = "off"
)

// Paces lists them, the soonest first.
func Paces() []Pace { return []Pace{AtOnce, Daily, Off} }

// Valid tells whether there is such a pace.
func (p Pace) Valid() bool { return slices.Contains(Paces(), p) }

// Morning is the hour at which daily mails and digests are due, by the clocks of the account.
const Morning = 8

// Choice is what a user wants to be told.
type Choice struct {
	User       int64
	Cases      Pace
	Digest     bool       // only managers get one
	DigestDay  survey.Day // the Monday of the last one that was due; 0: none was
	EmptyWeeks int64      // in a row, of which nothing could be told
}

// Usual is the choice of somebody who has made none.
func Usual(user int64) Choice { return Choice{User: user, Cases: AtOnce, Digest: true} }

// What somebody is told about a case.
type What string

// What there is to tell, the most pressing first.
const (
	Overdue   What = "overdue"
	DueSoon   What = "due"
	Mentioned What = "mentioned"
	Incoming  What = "incoming" // the customer wrote back
	Returned  What = "returned" // a reply may not have arrived
	Given     What = "given"    // by somebody else
	Opened    What = "opened"
	Reopened  What = "reopened"
	Joined    What = "joined" // an answer that is low, or low again, in a case that is open
)

// Whats lists them in their order.
func Whats() []What {
	return []What{Overdue, DueSoon, Mentioned, Incoming, Returned, Given, Opened, Reopened, Joined}
}

// News is a line of a case's log that nobody was told of yet.
type News struct {
	Line      followup.Entry
	Case      followup.Case // as it is now
	Mentioned []int64       // users that a note names
}

// Alert is one thing that one user is told with their next mail.
type Alert struct {
	User int64
	Line survey.ID // of the log
	Case survey.ID
	What What
	At   time.Time
}
