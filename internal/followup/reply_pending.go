package followup

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

// Pending is a reply that the mail server does not have yet, or of which nobody knows whether it does.
type Pending struct {
	MailID   survey.ID
	By       int64 // user
	Language string
	Subject  string
	Text     string
	State    asking.MailState
	DueAt    time.Time
	Problem  string
}

// MayUndo tells whether it can still be taken back.
func (p Pending) MayUndo() bool { return p.State == asking.Due || p.State == asking.Kept }

// Pending reads the replies of a case that are on their way, the oldest first.
func (p *Replies) Pending(ctx context.Context, c Case) (all []Pending, err error) {
	if c.ContactID == 0 {
		return nil, nil
	}
	found, err := p.onTheirWay(ctx, c)
	for _, o := range found {
		all = append(all, Pending{o.mail.ID, o.By, o.Language, o.Subject, o.Text, o.mail.State, o.mail.DueAt, o.mail.Problem})
	}
	return all, err
}

// Undo takes a reply back that was not handed over yet, and gives its text. What was done to the case with it is undone too, where it is still so. It returns ErrTooLate, and
// survey.ErrNotFound for what is no reply of this case.
func (p *Replies) Undo(ctx context.Context, by int64, id, mail survey.ID) (text string, err error) {
	err = p.service.store.InTx(ctx, func(ctx context.Context) error {
		c, err := p.store.Case(ctx, id)
		if err != nil {
			return err
		}
		// Whoever hands it over holds the contact too.
		if _, err := p.store.LockContact(ctx, c.ContactID); err != nil {
			return err
		}
		found, err := p.store.Mails(ctx, []survey.ID{mail})
		if err != nil {
			return err
		}
		if len(found) == 0 || found[0].Kind != asking.ReplyMail {
			return survey.ErrNotFound
		}
		m := found[0]
		l, err := p.letterOf(ctx, m)
		switch {
		case err != nil:
			return err
		case l.Case != id:
			return survey.ErrNotFound
		case m.State != asking.Due && m.State != asking.Kept:
			return ErrTooLate
		}
		m.State, m.LeaseUntil, m.DoneAt, m.Problem = asking.Dropped, time.Time{}, p.service.now(), reasonUndone
		if err := p.store.SaveMail(ctx, m); err != nil {
			return err
		}
		text = l.Text
		return p.takeBack(ctx, by, c, m, l)
	})
	return text, err
}

// reasonUndone is why a reply that was taken back did not go out.
const reasonUndone = "undone"

func (p *Replies) takeBack(ctx context.Context, by int64, c Case, m asking.Mail, l letter) error {
	s := p.service
	to, err := p.without(ctx, c, m, l)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, by, c.ID, AnyVersion, nil, func(ctx context.Context, w *work) error {
		w.add(Entry{Kind: LogUndone, MailID: m.ID})
		switch {
		case w.c.Status != l.To || to == l.To || !slices.Contains(Statuses(), to):
			return nil
		case l.To == Resolved:
			return s.unresolve(ctx, w, to)
		case to == Resolved:
			return nil // it was opened again by the reply, and stays open
		}
		return s.status(Edit{Status: &to})(ctx, w)
	})
	if errors.Is(err, ErrUndo) {
		return nil
	}
	return err
}

// onItsWay is a reply with its mail.
type onItsWay struct {
	letter
	mail asking.Mail
}

// onTheirWay reads the replies of a case that the mail server does not have yet, or of which nobody knows whether it does, the oldest first.
func (p *Replies) onTheirWay(ctx context.Context, c Case) (all []onItsWay, err error) {
	mails, err := p.store.PendingMails(ctx, c.ContactID, asking.ReplyMail)
	if err != nil {
		return nil, err
	}
	for _, m := range mails {
		l, err := p.letterOf(ctx, m)
		if err != nil {
			return nil, err
		}
		if l.Case == c.ID {
			all = append(all, onItsWay{l, m})
		}
	}
	return all, nil
}

// mayArrive reads those of them that still go out, unless they are taken back.
func (p *Replies) mayArrive(ctx context.Context, c Case) ([]onItsWay, error) {
	all, err := p.onTheirWay(ctx, c)
	return slices.DeleteFunc(all, func(o onItsWay) bool { return o.mail.State == asking.MailUncertain }), err
}

// first is the status that a case gets again when the new reply and all that are still on their way are taken back.
func (p *Replies) first(ctx context.Context, c Case, l letter) (Status, error) {
	before, err := p.mayArrive(ctx, c)
	if err != nil || len(before) == 0 {
		return l.Was, err
	}
	last := before[len(before)-1]
	if last.To != l.Was || l.Was == Resolved && l.To != Resolved { // it has changed since, or a resolved case is opened again
		return l.Was, nil
	}
	return last.First, nil
}

// without is the status of a case from which a reply is taken back: it stays while a later one is on its way.
func (p *Replies) without(ctx context.Context, c Case, m asking.Mail, l letter) (Status, error) {
	others, err := p.mayArrive(ctx, c)
	if err != nil {
		return "", err
	}
	if n := len(others); n > 0 && others[n-1].mail.ID > m.ID {
		return l.To, nil
	} else if n > 0 {
		return l.Was, nil
	}
	sent, err := p.store.CountEntries(ctx, c.ID, LogReply, m.CreatedAt)
	if err != nil || sent > 0 {
		return l.Was, err
	}
	return l.First, nil
}
