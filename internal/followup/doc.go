// Package followup holds cases: an unhappy answer opens one, somebody works on it, and it is closed when the customer has heard back. It knows nothing of HTTP or SQL.
package followup

import (
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// FirstReply is how long a customer waits at most for a first reply, where no calendar says otherwise.
const FirstReply = 48 * time.Hour

// Status of a case.
type Status string

// The statuses.
const (
	New        Status = "new"
	InProgress Status = "in_progress"
	Waiting    Status = "waiting" // for the customer
	Resolved   Status = "resolved"
)

// Statuses lists them in the order of work.
func Statuses() []Status { return []Status{New, InProgress, Waiting, Resolved} }

// Cause is the rule by which a case opened.
type Cause string

// The causes.
const (
	ByClass   Cause = "class"   // the worst class of the scheme
	ByKeyword Cause = "keyword" // a word in the comment
	ByRequest Cause = "contact" // the person asked to be contacted
	ByDrop    Cause = "drop"    // much lower than the person's last answer
)

// Permission of the customer to get back to them.
type Permission int64

// The permissions. Without a word a reply may be sent to who was asked by mail; who said no gets none.
const (
	NotSaid Permission = iota
	Agreed
	Declined
)

// Case is an unhappy person, until somebody has dealt with it.
type Case struct {
	ID         survey.ID
	ContactID  survey.ID // 0: nobody known; then no reply is possible
	ResponseID survey.ID // the newest answer that opened or joined it
	SurveyID   int64
	Touchpoint int64
	Language   string
	Cause      Cause
	Status     Status
	Owner      int64 // a user; 0: nobody
	Reason     int64 // of the resolution; 0: none
	Permission Permission
	CreatedAt  time.Time // first opened
	OpenedAt   time.Time // last opened
	DueAt      time.Time // of the first reply to the last opening
	RepliedAt  time.Time // first reply to the last opening; zero: none yet
	ResolvedAt time.Time // last; zero: never
	Reopened   int64
	Excluded   bool // its answers turned out to be tests or spam
	ChangedAt  time.Time
	Version    int64
	Tags       []string
}

// Overdue tells whether the first reply is late.
func (c Case) Overdue(now time.Time) bool {
	return c.Status != Resolved && c.RepliedAt.IsZero() && now.After(c.DueAt)
}

// Entry is a line of a case's log.
type Entry struct {
	ID     survey.ID
	CaseID survey.ID
	At     time.Time
	UserID int64 // 0: the program or the customer
	Kind   string
	Before string
	After  string
	Body   string // of a note, a reply or an incoming mail
	MailID survey.ID
}

// AnswerChanged is the reason of a resolution that a customer brought about by raising the answer before anybody had touched the case.
const AnswerChanged = 1
