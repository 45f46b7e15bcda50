package followup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// LogFlood is the kind of the log line that says that more mails came in a day than are taken. They stay in the mailbox.
const LogFlood = "flood"

const (
	// MaxIncoming is how much of a customer's mail is kept, in runes.
	MaxIncoming = 10_000
	// MaxIncomingDay is how many mails a case takes in 24 hours: people do not write more, programs do.
	MaxIncomingDay = 20
)

// Errors of mails that came in. All are to be left alone, with survey.ErrNotFound for one that belongs to no case.
var (
	ErrOurs  = errors.New("the mail is one of ours that came back to us")
	ErrTwice = errors.New("the mail is in the log already")
	ErrFlood = errors.New("too many mails came for one case today")
)

// Incoming is a mail of a customer: as much of it as is kept.
type Incoming struct {
	MessageID string   // without < >; "": none that can be named
	Threads   []string // Message-IDs of the mails that it answers, the newest first
	Tags      []string // behind a plus sign in the addresses that it went to, in lower case
	From      string   // address; "": none
	Text      string
	Cut       bool     // there was more
	Files     []string // names; the files are not kept
}

// came is what a log line keeps of a mail beside its text.
type came struct {
	From  string   `json:"from,omitempty"`
	Files []string `json:"files,omitempty"`
	Cut   bool     `json:"cut,omitempty"`
}

// Incoming gives what a line of kind LogIncoming says beside the text (its Before is the Message-ID): the address, where it was another one than the customer's, the names of files, and whether there was more.
func (e Entry) Incoming() (from string, files []string, cut bool) {
	var c came
	if e.Kind != LogIncoming || json.Unmarshal([]byte(e.After), &c) != nil {
		return "", nil, false
	}
	return c.From, c.Files, c.Cut
}

// Take puts a customer's mail into the log of the case that it belongs to, and has the case worked on again. It finds the case only by what nobody can guess: the Message-ID of a mail
// of ours, or the tag of a case in the address. It returns survey.ErrNotFound, ErrOurs, ErrTwice and ErrFlood for what is left alone.
func (p *Replies) Take(ctx context.Context, in Incoming) (id survey.ID, err error) {
	flood := false
	err = p.store.InTx(ctx, func(ctx context.Context) error {
		if err := p.fromUs(ctx, in.From); err != nil {
			return err
		}
		if id, err = p.caseOf(ctx, in); err != nil {
			return err
		}
		c, err := p.store.LockCase(ctx, id)
		if err != nil {
			return err
		}
		if flood, err = p.tooMany(ctx, id, in); err != nil {
			return err
		}
		edit := Edit{Lines: []Entry{{Kind: LogFlood}}}
		if !flood {
			if edit, err = p.answered(ctx, c, in); err != nil {
				return err
			}
		}
		_, err = p.service.Change(ctx, 0, id, AnyVersion, edit, nil)
		return err
	})
	if err == nil && flood {
		err = ErrFlood
	}
	return id, err
}

// fromUs returns ErrOurs for an address that our own mails are from or that answers go to: no customer writes from there.
func (p *Replies) fromUs(ctx context.Context, from string) error {
	if from == "" {
		return nil
	}
	head, err := p.head.Head(ctx, 0)
	if err != nil && !errors.Is(err, account.ErrSealed) { // the mail server's password has nothing to do with it
		return err
	}
	box, err := p.mailbox.MailReturns(ctx)
	if err != nil && !errors.Is(err, account.ErrSealed) {
		return err
	}
	for _, own := range []string{head.From, head.ReplyTo, box.Answers} {
		if own != "" && people.FoldAddress(from) == people.FoldAddress(own) {
			return ErrOurs
		}
	}
	return nil
}

// answered is what a mail means for its case: somebody is to look at it.
func (p *Replies) answered(ctx context.Context, c Case, in Incoming) (Edit, error) {
	about := came{Files: in.Files, Cut: in.Cut}
	to, err := p.store.Contact(ctx, c.ContactID)
	if err != nil && !errors.Is(err, survey.ErrNotFound) {
		return Edit{}, err
	}
	if people.FoldAddress(in.From) != people.FoldAddress(to.Email) {
		about.From = in.From
	}
	after, err := json.Marshal(about)
	if err != nil {
		return Edit{}, fmt.Errorf("write what a mail held: %w", err)
	}
	edit := Edit{Lines: []Entry{{Kind: LogIncoming, Before: in.MessageID, After: string(after), Body: in.Text}}}
	if c.Status == Waiting || c.Status == Resolved {
		status := InProgress
		if c.Owner == 0 {
			status = New
		}
		edit.Status = &status
	}
	return edit, nil
}

// tooMany tells whether the mail is the first one of a day that is not taken. It returns ErrTwice, and ErrFlood for those after it.
func (p *Replies) tooMany(ctx context.Context, id survey.ID, in Incoming) (bool, error) {
	if in.MessageID != "" {
		switch _, err := p.store.IncomingEntry(ctx, id, in.MessageID); {
		case err == nil:
			return false, ErrTwice
		case !errors.Is(err, survey.ErrNotFound):
			return false, err
		}
	}
	since := p.service.now().Add(-24 * time.Hour)
	n, err := p.store.CountEntries(ctx, id, LogIncoming, since)
	if err != nil || n < MaxIncomingDay {
		return false, err
	}
	told, err := p.store.CountEntries(ctx, id, LogFlood, since)
	if err == nil && told > 0 {
		err = ErrFlood
	}
	return true, err
}

// caseOf finds the case of a mail.
func (p *Replies) caseOf(ctx context.Context, in Incoming) (survey.ID, error) {
	if in.MessageID != "" {
		switch _, err := p.store.MailByMessageID(ctx, in.MessageID); {
		case err == nil:
			return 0, ErrOurs
		case !errors.Is(err, survey.ErrNotFound):
			return 0, err
		}
	}
	for _, message := range in.Threads {
		m, err := p.store.MailByMessageID(ctx, message)
		if errors.Is(err, survey.ErrNotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if id, err := p.caseOfMail(ctx, m); !errors.Is(err, survey.ErrNotFound) {
			return id, err
		}
	}
	for _, t := range in.Tags {
		id, ok := p.readTag(t)
		if !ok {
			continue
		}
		if _, err := p.store.Case(ctx, id); !errors.Is(err, survey.ErrNotFound) {
			return id, err
		}
	}
	return 0, survey.ErrNotFound
}

// caseOfMail finds the case that a mail of ours is about: that of a reply, else that of whoever got it.
func (p *Replies) caseOfMail(ctx context.Context, m asking.Mail) (survey.ID, error) {
	switch {
	case m.Kind == asking.ReplyMail:
		l, err := p.letterOf(ctx, m)
		return l.Case, err
	case m.ContactID == 0:
		return 0, survey.ErrNotFound
	}
	return p.store.CaseOfContact(ctx, m.ContactID)
}
