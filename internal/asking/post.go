package asking

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
)

// Letter is all that a mail about an invitation is written from.
type Letter struct {
	Kind         string // AskMail, ReminderMail or TestMail
	MailID       survey.ID
	Invitation   survey.Invitation // with order, touchpoint, expiry and the language that was told with it
	Contact      survey.Contact
	Survey       survey.Survey
	Definition   survey.Definition // as published
	Account      account.Settings
	Token        string    // of the personal link, the same one in a reminder
	OccasionAt   time.Time // when it happened; zero: nothing is known to have
	OccasionKind string    // people.Purchase, or a name of the shop's; "": nothing is known
	BaseURL      string    // of this installation, without a slash at its end
}

// Language is the one that a letter is written in: the invitation's, else the contact's, else the survey's own, among those that the survey has.
func (l Letter) Language() string {
	for _, want := range []string{l.Invitation.Language, l.Contact.Language} {
		for _, lang := range l.Survey.Settings.Languages {
			if lang == want {
				return lang
			}
		}
	}
	return l.Survey.Settings.DefaultLanguage
}

// Composer writes letters.
type Composer interface {
	// Compose writes the message. The sender's address, its Message-ID and the address to unsubscribe are in it. An error means that this letter can't be written.
	Compose(ctx context.Context, l Letter) (Message, error)
}

// Post takes messages to a mail server. It is safe for concurrent use.
type Post interface {
	// Ready tells whether a mail server is set up. While there is none, mails are kept.
	Ready(ctx context.Context) (bool, error)
	// Admit takes one mail to this address out of what the rates of the moment allow (per minute, per domain, warm-up), or says how long to wait before asking again.
	// It is asked before a mail is handed over, so that none waits for a rate while it is in flight.
	Admit(to string) (wait time.Duration)
	// Reach makes sure that a connection to the mail server stands, or says with NotYet or Refused why there is none. It is asked before a mail is handed over, so that
	// one is in flight for no longer than it takes to give it over.
	Reach(ctx context.Context) (Outcome, bool)
	// Deliver gives one message to the mail server and says what became of it. It ends soon after ctx does, at the latest after DeliverTime.
	Deliver(ctx context.Context, m Message) Outcome
}

// DeliverTime is the longest that a delivery may take. What is in flight for longer than HandedTime belongs to a process that is gone.
const (
	DeliverTime = 5 * time.Minute
	HandedTime  = 2 * DeliverTime
)
