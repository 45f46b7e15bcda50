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
	Phone      string    // where the customer asked to be called
	CreatedAt  time.Time // first opened
	OpenedAt   time.Time // last opened
	DueAt      time.Time // of the first reply to the last opening
	RepliedAt  time.Time // first reply to the last opening; zero: none yet
	ResolvedAt time.Time // last; zero: never
	Reopened   int64
	Rounds     int64 // openings; each is a Round
	Excluded   bool  // its answers turned out to be tests or spam
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
	ID         survey.ID
	CaseID     survey.ID
	At         time.Time
	UserID     int64 // 0: the program or the customer
	Kind       string
	Before     string
	After      string
	Body       string    // of a note, a reply or an incoming mail
	MailID     survey.ID // of a reply; 0: none
	ResponseID survey.ID // of an answer; 0: none
	Mentions   []int64   // users that a note names; written with the line, read by CaseMentions
}

// The kinds of log lines that are written here. Mail adds its own.
const (
	LogOpened     = "opened"   // After: the cause
	LogJoined     = "joined"   // another answer while the case was open; After: the cause
	LogReopened   = "reopened" // by an answer (After: the cause) or by staff (Before: resolved, After: the status)
	LogRaised     = "raised"   // by its person, an answer no longer opens a case; Before, After: the ratings
	LogLowered    = "lowered"  // such an answer does again, in the case as it is now; Before, After: the ratings
	LogRated      = "rated"    // its person changed the rating, and the answer still opens a case; Before, After: the ratings
	LogMarked     = "marked"   // Before, After: the numbers of the answer's status
	LogRestored   = "restored"
	LogMerged     = "merged"     // After: the case that this one went into, or Before: the one that came into it
	LogPermission = "permission" // Before, After: numbers
	LogStatus     = "status"     // Before, After: statuses
	LogReason     = "reason"     // After: the number of the reason
	LogOwner      = "owner"      // Before, After: numbers of users, "" for nobody
	LogTags       = "tags"       // Before, After: the tags, parted by commas
	LogNote       = "note"       // Body: the text
	LogReplied    = "replied"    // the customer has heard back otherwise than by a mail from here
	LogIncoming   = "incoming"   // the customer wrote back; Body: the text
	LogReminder   = "reminder"   // After: due, or overdue
)

// Tells tells whether somebody of the staff may have to be told of a line of this kind.
func Tells(kind string) bool {
	switch kind {
	case LogOpened, LogJoined, LogLowered, LogReopened, LogOwner, LogNote, LogIncoming, LogUnsent, LogUncertain, LogBounced, LogReminder:
		return true
	}
	return false
}

// Round is a case from one opening to its resolution.
type Round struct {
	No         int64
	Ticket     int64 // the round that an answer opened: this one, or an earlier one where staff opened the case again
	OpenedAt   time.Time
	DueAt      time.Time
	Touchpoint int64     // of the answer that opened it
	Declined   bool      // the customer wants no reply
	RepliedAt  time.Time // zero: not yet
	RepliedBy  int64
	ResolvedAt time.Time // zero: not yet
	ResolvedBy int64     // 0: the program
	Reason     int64
	Excluded   bool // all answers of its ticket turned out to be tests or spam
}

// The states of an answer in its case.
const (
	Stands = "stands"
	Raised = "raised" // by its person, out of what opens a case
	Marked = "marked" // as test, spam or deleted
)

// Answered is an answer of a case.
type Answered struct {
	Response survey.Response
	Round    int64
	State    string
}

// AnswerChanged is the reason of a resolution that a customer brought about by raising the answer before anybody had touched the case.
const AnswerChanged = 1
