package followup

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// The kinds of log lines about mail.
const (
	LogQueued    = "reply_queued"    // somebody sent a reply; it can be taken back until it is handed over
	LogUndone    = "reply_undone"    // taken back
	LogReply     = "reply"           // the mail server has taken it, and the clock stops. Body: the text
	LogUnsent    = "reply_unsent"    // it did not go out. After: why; Body: the text
	LogUncertain = "reply_uncertain" // nobody knows whether it went out. Body: the text
	LogBounced   = "reply_bounced"   // it came back: the clock that it stopped goes on. Before: "hard", "soft" or "complaint"; After: what the mail server said
)

const (
	// UndoTime is how long a reply waits before it goes out.
	UndoTime = 20 * time.Second
	// MaxReply is how long a reply may be, in runes.
	MaxReply = 10_000
)

// Errors of replies.
var (
	ErrEmpty    = errors.New("a reply has words")
	ErrLong     = errors.New("the reply is too long")
	ErrTooLate  = errors.New("the reply is on its way")
	ErrNoReply  = errors.New("no reply can be sent to this customer")
	errNoStatus = errors.New("a reply can't make a case new")
)

// Why no reply can be sent, beside what people.Suppressed says.
const (
	WhyNobody       = "nobody"        // the answer is anonymous
	WhyNoAddress    = "no_address"    // the customer has none
	WhyNoPermission = "no_permission" // the customer asked not to be contacted
	WhyBounces      = string(people.Bounced)
	WhyErased       = string(people.Erased)
	WhyUnsubscribed = string(people.Unsubscribed)
)

// against says why no reply may go to a contact about a case; "": it may. Who agreed to be contacted gets the reply although survey mail was stopped.
func against(c Case, to survey.Contact, s people.Suppressed) string {
	switch {
	case c.ContactID == 0 || to.ID == 0:
		return WhyNobody
	case c.Permission == Declined:
		return WhyNoPermission
	case to.Email == "":
		return WhyNoAddress
	case s == people.Bounced || !to.BouncedAt.IsZero():
		return WhyBounces
	case s == people.Complained || s == people.Erased || s == people.ByHand:
		return string(s)
	case c.Permission != Agreed && (s == people.Unsubscribed || to.Consent == survey.ConsentRefused):
		return WhyUnsubscribed
	}
	return ""
}

// ReplyStore is what Replies read and write, beside what a Service does.
type ReplyStore interface {
	Store
	Settings(ctx context.Context) (map[string]string, error)
	Contact(ctx context.Context, id survey.ID) (survey.Contact, error)
	LockContact(ctx context.Context, id survey.ID) (survey.Contact, error)
	Suppression(ctx context.Context, key []byte) (people.Suppression, error)
	Mails(ctx context.Context, ids []survey.ID) ([]asking.Mail, error)
	AddMails(ctx context.Context, mails []asking.Mail) error
	SaveMail(ctx context.Context, m asking.Mail) error
	PendingMails(ctx context.Context, contact survey.ID, kind string) ([]asking.Mail, error) // neither sent nor dropped, the oldest first
	CaseOfContact(ctx context.Context, contact survey.ID) (survey.ID, error)                 // survey.ErrNotFound
	MailEntry(ctx context.Context, caseID, mail survey.ID, kind string) (Entry, error)       // the newest; survey.ErrNotFound
	MailByMessageID(ctx context.Context, id string) (asking.Mail, error)                     // survey.ErrNotFound
	IncomingEntry(ctx context.Context, caseID survey.ID, message string) (Entry, error)      // survey.ErrNotFound
	CountEntries(ctx context.Context, caseID survey.ID, kind string, since time.Time) (int64, error)
	CaseThread(ctx context.Context, caseID survey.ID) ([]string, error) // Message-IDs, the oldest first
}

// Replies are mails to customers about their cases. They are a kind of the dispatcher's mails.
type Replies struct {
	store   ReplyStore
	service *Service
	head    asking.Letterhead
	mailbox Mailbox
	key     []byte // of people.AddressKey
	tags    []byte // makes the addresses for answers
}

// NewReplies makes them over the store, with the service that changes cases, what messages begin with, where answers come in, the key of suppressed addresses, and the secret of
// the addresses for answers.
func NewReplies(st ReplyStore, s *Service, head asking.Letterhead, box Mailbox, addressKey, tagKey []byte) *Replies {
	return &Replies{store: st, service: s, head: head, mailbox: box, key: addressKey, tags: tagKey}
}

var _ asking.Kind = (*Replies)(nil)

// Reply is one that somebody sends.
type Reply struct {
	Subject  string
	Text     string
	Quote    string // what the customer had said, as it stands under the text; "": nothing
	Language string // of all of it
	Status   Status // that the case gets with it; New is none
	Reason   int64  // of Resolved
}

// Send has a reply go out soon, over the version of the case that the user saw. Until it is handed over it can be taken back. It gives the mail's id. Beside the errors of
// Change it returns ErrEmpty, ErrLong and ErrNoReply.
func (p *Replies) Send(ctx context.Context, by int64, id survey.ID, version int64, r Reply) (c Case, mail survey.ID, err error) {
	switch text := survey.Clean(r.Text); {
	case survey.Blank(text):
		return c, 0, ErrEmpty
	case utf8.RuneCountInString(text) > MaxReply:
		return c, 0, ErrLong
	case r.Status == New:
		return c, 0, errNoStatus
	}
	mail = p.service.ids.Next()
	edit := Edit{Status: &r.Status, Reason: r.Reason, Lines: []Entry{{Kind: LogQueued, MailID: mail}}}
	c, err = p.service.Change(ctx, by, id, version, edit, func(ctx context.Context) error { return p.add(ctx, by, id, mail, r) })
	return c, mail, err
}

// add writes the row of a reply. The case is still as it was before.
func (p *Replies) add(ctx context.Context, by int64, id, mail survey.ID, r Reply) error {
	c, err := p.store.Case(ctx, id)
	if err != nil {
		return err
	}
	if _, why, err := p.To(ctx, c); err != nil || why != "" {
		return errors.Join(err, ErrNoReply)
	}
	l := letter{Case: id, By: by, Language: r.Language, Subject: survey.Line(r.Subject), Text: survey.Clean(r.Text), Quote: r.Quote, Was: c.Status, To: r.Status}
	if l.First, err = p.first(ctx, c, l); err != nil {
		return err
	}
	if l.References, err = p.store.CaseThread(ctx, id); err != nil {
		return err
	}
	content, err := l.row()
	if err != nil {
		return err
	}
	now := p.service.now().Truncate(time.Millisecond)
	return p.store.AddMails(ctx, []asking.Mail{{
		ID: mail, Kind: asking.ReplyMail, ContactID: c.ContactID, Content: content, State: asking.Due, DueAt: now.Add(UndoTime), CreatedAt: now,
	}})
}

// To gives the customer of a case, and why no reply may go there; "": it may.
func (p *Replies) To(ctx context.Context, c Case) (to survey.Contact, why string, err error) {
	if c.ContactID == 0 {
		return to, WhyNobody, nil
	}
	if to, err = p.store.Contact(ctx, c.ContactID); err != nil && !errors.Is(err, survey.ErrNotFound) {
		return to, "", err
	}
	var s people.Suppression
	if to.Email != "" {
		if s, err = p.store.Suppression(ctx, people.AddressKey(p.key, to.Email)); err != nil && !errors.Is(err, survey.ErrNotFound) {
			return to, "", err
		}
	}
	return to, against(c, to, s.Reason), nil
}
