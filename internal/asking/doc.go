// Package asking decides who is asked, when, and by which mail, and can say for any person why they were or were not asked. It knows nothing of HTTP, SQL or SMTP.
package asking

import (
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Decision is one about asking a contact. The newest one is the state of the invitation; all of them stand in the ledger.
type Decision string

// The decisions.
const (
	Scheduled    Decision = "scheduled"
	Sent         Decision = "sent"
	Reminded     Decision = "reminded" // in the ledger only: the invitation stays sent
	Throttled    Decision = "throttled"
	SampledOut   Decision = "sampled_out"
	Unsubscribed Decision = "unsubscribed"
	Bounced      Decision = "bounced"
	Suppressed   Decision = "suppressed" // by hand, after a complaint, erased, without consent or without an address
	Answered     Decision = "answered"
	Expired      Decision = "expired"
	Cancelled    Decision = "cancelled"
	Uncertain    Decision = "uncertain" // handed over, and nobody knows whether it arrived
	Failed       Decision = "failed"    // refused by the mail server for good
)

// Entry is a line of the ledger.
type Entry struct {
	ID           survey.ID
	At           time.Time
	InvitationID survey.ID
	ContactID    survey.ID
	SurveyID     int64
	Decision     Decision
	Reason       string // a word of ours that pages translate: "asked_recently", "window" ...
	Detail       string // what a mail server said, cut
}

// MailState is how far a mail is.
type MailState string

// The states. Only Due mails are ever taken; one that is Handed when its process is gone becomes MailUncertain, never Due again by itself.
const (
	Due           MailState = "due"
	Handed        MailState = "handed" // committed before the mail server is given the text
	MailSent      MailState = "sent"
	Kept          MailState = "kept"      // no mail server is set up: it waits on the outbox page
	MailFailed    MailState = "failed"    // refused for good
	MailUncertain MailState = "uncertain" // the server may have taken it
	Dropped       MailState = "dropped"   // decided against when it was due
)

// Kinds of mail about an invitation. The others are each a Kind.
const (
	AskMail      = "ask"
	ReminderMail = "reminder"
	TestMail     = "test"
)

// Mail is one on its way out.
type Mail struct {
	ID           survey.ID
	Kind         string
	InvitationID survey.ID // 0: none
	ContactID    survey.ID // 0: none
	Recipient    string    // "": the contact's address when it is handed over
	Content      []byte    // JSON, for kinds that are no invitation
	State        MailState
	DueAt        time.Time
	LeaseUntil   time.Time
	Attempts     int64
	HandedAt     time.Time
	DoneAt       time.Time
	MessageID    string
	Problem      string
	CreatedAt    time.Time
}

// Message is a mail as it is handed to a mail server: written, addressed, complete.
type Message struct {
	ID          string // of the header, without < >
	From        string // address
	FromName    string
	To          string // address
	ReplyTo     string
	Subject     string
	Text, HTML  string
	Language    string
	Unsubscribe string   // https address of RFC 8058; "": none
	References  []string // Message-IDs of the thread before it, without < >, the oldest first
	Auto        bool     // Auto-Submitted: auto-generated
}

// Delivery is what became of a message at the mail server.
type Delivery int

// The deliveries.
const (
	Accepted     Delivery = iota // 250 after the data: it is the server's now
	NotYet                       // known not to have been accepted; worth trying again
	Refused                      // known not to have been accepted, for good
	DeliveryLost                 // the data were given over and no answer came
)

// Outcome of handing a message over.
type Outcome struct {
	Delivery  Delivery
	Code      int    // SMTP reply; 0: none
	Detail    string // what the server said
	Recipient bool   // Refused because of the recipient: a bounce
}
