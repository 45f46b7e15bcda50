package asking

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// ReplyMail is the kind of mail by which staff get back to a customer.
const ReplyMail = "reply"

// Kind has what is particular to one kind of mail that is not about an invitation. Whoever wants such a mail adds a row to the store, in the transaction of what it
// is about; the dispatcher does the rest, once and never twice as with all mails. Against, Became and CameBack run in transactions that hold the mail's contact.
type Kind interface {
	// Write writes the mail to its contact (ID 0: it has none, or none any more). An error means that it can't be written, ever.
	Write(ctx context.Context, m Mail, to survey.Contact) (Message, error)
	// Against says at the hand-over why the mail does not go any more; "": nothing speaks against it.
	Against(ctx context.Context, c Case) (reason string, err error)
	// Became brings about what the new state of a mail means: MailSent, MailFailed, MailUncertain, Dropped, and Due when a person has it sent again.
	Became(ctx context.Context, m Mail) error
	// CameBack brings about what a report about a mail that the server had taken means. The same one may be told twice.
	CameBack(ctx context.Context, m Mail, r Report) error
}

// Letterhead begins messages.
type Letterhead interface {
	// Head gives a message with sender, address for replies and a Message-ID, which is the same each time that the mail is written. FromName is "" where nothing is set.
	Head(ctx context.Context, mail survey.ID) (Message, error)
}

// handOther decides about a mail that is not about an invitation.
func (b *batch) handOther(ctx context.Context, r *request, m Mail) error {
	k, ok := b.d.Kinds[m.Kind]
	if !ok {
		b.handOver(m)
		return nil
	}
	c := Case{Mail: m, Contact: b.contacts[m.ContactID], Suppressed: b.suppressed[m.ContactID]}
	reason, err := k.Against(ctx, c)
	if err != nil {
		return err
	}
	if reason != "" {
		m.State, m.DoneAt, m.LeaseUntil, m.Problem = Dropped, b.now, time.Time{}, reason
		b.mails[m.ID] = m
		return b.d.saveOther(ctx, m)
	}
	if m.ContactID != 0 && people.FoldAddress(r.to) != people.FoldAddress(c.Contact.Email) {
		return b.wait(ctx, m, b.now, ReasonOtherAddress) // it is written anew
	}
	b.handOver(m)
	return nil
}

// saveOther writes how far a mail is, with what that means to its kind.
func (d *Dispatcher) saveOther(ctx context.Context, m Mail) error {
	if err := d.Store.SaveMail(ctx, m); err != nil {
		return err
	}
	return became(ctx, d.Kinds, m)
}

func became(ctx context.Context, kinds map[string]Kind, m Mail) error {
	if k, ok := kinds[m.Kind]; ok && m.InvitationID == 0 {
		return k.Became(ctx, m)
	}
	return nil
}
