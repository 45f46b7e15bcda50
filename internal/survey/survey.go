package survey

import (
	"errors"
	"time"
)

// Errors of this package. ErrNotFound stands for whatever does not exist or may not be seen.
var (
	ErrNotFound = errors.New("not found")
	ErrClosed   = errors.New("the survey takes no answers now")
	ErrStale    = errors.New("somebody else changed it meanwhile")
)

// State of a survey.
type State string

// The states: a draft has no version and no links, an archived survey keeps its answers and takes no more.
const (
	Draft    State = "draft"
	Live     State = "live"
	Archived State = "archived"
)

// Survey is what is asked, and where.
type Survey struct {
	ID        int64
	Name      string // what staff call it
	State     State
	Settings  Settings
	Edited    Definition // as in the builder; published it becomes a Version
	VersionID int64      // the published version; 0: none
	OpensAt   time.Time  // zero: at once
	ClosesAt  time.Time  // zero: never
	CreatedAt time.Time
	ChangedAt time.Time
	Revision  int64
}

// Settings of a survey that are not its questions.
type Settings struct {
	Languages       []string `json:"languages"` // offered to customers, in this order
	DefaultLanguage string   `json:"default_language"`
	Touchpoint      int64    `json:"touchpoint"` // where no link says another one; 0: none
	AllowTouchpoint bool     `json:"allow_touchpoint"`
	AllowOrder      bool     `json:"allow_order"`
	Anonymous       bool     `json:"anonymous,omitempty"`      // nothing joins an answer to its person: no contact, no order, no time of day, no order of ids
	RetentionDays   int      `json:"retention_days,omitempty"` // so long, words and names of answers are kept; 0: for ever
}

// TakesAnswers tells whether the survey can be answered at this time.
func (s Survey) TakesAnswers(now time.Time) bool {
	return s.State == Live && s.VersionID != 0 && !now.Before(s.OpensAt) && !s.Over(now)
}

// Over tells whether the survey's closing time has come.
func (s Survey) Over(now time.Time) bool { return !s.ClosesAt.IsZero() && !now.Before(s.ClosesAt) }

// Version is a definition as it was published. Answers to two versions are never joined.
type Version struct {
	ID          int64
	SurveyID    int64
	Number      int64
	Definition  Definition
	PublishedAt time.Time
}

// Touchpoint is the moment in the customer's journey where it is asked.
type Touchpoint struct {
	ID         int64
	Key        string // "checkout"; part of addresses and files
	Names      Text
	Position   int64
	ArchivedAt time.Time
}

// Link is a public address: anybody who has it may answer.
type Link struct {
	Slug       string
	SurveyID   int64
	Touchpoint int64
	Language   string
	Guessable  bool // a chosen name, not a random one
	CreatedAt  time.Time
	ClosedAt   time.Time
}

// Contact is a person we may ask.
type Contact struct {
	ID         ID
	ExternalID string
	Email      string
	BadEmail   string // the newest text given as an address that is none
	Name       string
	Language   string            // "": not known
	Zone       string            // IANA name; "": the account's
	Properties map[string]string // what else the shop told
	Consent    Consent
	AskedAt    time.Time // when the newest first ask was handed over; zero: never
	BouncedAt  time.Time // the address takes no mail
	Bounces    int64     // soft ones in a row
	CreatedAt  time.Time
	ChangedAt  time.Time
}

// Consent is what the shop said about a contact's permission to be asked.
type Consent int64

// The consents. Who is not known to have refused may be asked: whether that is enough is the shop's to decide, by a rule.
const (
	ConsentUnknown Consent = iota
	ConsentGiven
	ConsentRefused
)

// Invitation is one contact asked once, or the decision not to ask. Its response has the same id.
type Invitation struct {
	ID          ID
	SurveyID    int64
	ContactID   ID    // 0: not known
	RuleID      int64 // 0: made by hand
	OccasionID  ID    // 0: none
	Touchpoint  int64
	Language    string
	OrderRef    string
	State       string // the newest decision about it (asking.Decision), LinkState or TestState
	Nonce       []byte
	KeyID       int64
	CreatedAt   time.Time
	ExpiresAt   time.Time
	SentAt      time.Time // the first mail was accepted, or the link was given out; zero: not yet
	RemindedAt  time.Time
	BouncedAt   time.Time
	OpenedAt    time.Time // somebody, or a program, opened the link
	AnsweredAt  time.Time // with an answer that counts, or would if staff had not marked it
	ClickRating int       // that an opened link carried last; NoRating: none did
	Machine     Reason    // why whoever opened it is taken for a program; 0: it is not
	Revoked     bool      // its link is unknown to everybody
}

// LinkState is the state of an invitation that was made by hand, for the shop's own mail.
const LinkState = "link"

// TestState is the state of an invitation that staff made for themselves: an answer to it is a Test.
const TestState = "test"

// Event is a dated note that charts show.
type Event struct {
	ID        int64
	Day       Day
	Title     string
	CreatedBy int64
	CreatedAt time.Time
}
