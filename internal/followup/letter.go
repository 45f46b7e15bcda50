package followup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

// letter is what the row of a reply carries.
type letter struct {
	Case       survey.ID `json:"case"`
	By         int64     `json:"by"` // user
	Language   string    `json:"language"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	Quote      string    `json:"quote,omitempty"` // what the customer had said
	References []string  `json:"references,omitempty"`
	Was        Status    `json:"was"`   // before it was sent
	First      Status    `json:"first"` // before those replies were sent that had not gone out by then; else Was
	To         Status    `json:"to"`    // with it
}

func (l letter) row() ([]byte, error) {
	b, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("write a reply: %w", err)
	}
	return b, nil
}

func readLetter(m asking.Mail) (l letter, err error) {
	if err := json.Unmarshal(m.Content, &l); err != nil {
		return l, fmt.Errorf("read a reply: %w", err)
	}
	return l, nil
}

// letterOf reads a reply with the case that it belongs to now: people who turn out to be one have one case. It returns survey.ErrNotFound.
func (p *Replies) letterOf(ctx context.Context, m asking.Mail) (l letter, err error) {
	if l, err = readLetter(m); err != nil {
		return l, err
	}
	if _, err = p.store.Case(ctx, l.Case); errors.Is(err, survey.ErrNotFound) {
		l.Case, err = p.store.CaseOfContact(ctx, m.ContactID)
	}
	return l, err
}

// Write implements asking.Kind.
func (p *Replies) Write(ctx context.Context, m asking.Mail, to survey.Contact) (asking.Message, error) {
	l, err := readLetter(m)
	if err != nil {
		return asking.Message{}, err
	}
	msg, err := p.head.Head(ctx, m.ID)
	if err != nil {
		return msg, err
	}
	all, err := p.store.Settings(ctx)
	if err != nil {
		return msg, err
	}
	if msg.FromName == "" {
		msg.FromName = account.SettingsFrom(all).Company
	}
	msg.To, msg.Subject, msg.Language, msg.References, msg.Text = to.Email, l.Subject, l.Language, l.References, l.Text+"\n"
	if to, err := p.answersTo(ctx, l.Case); err != nil {
		return msg, err
	} else if to != "" {
		msg.ReplyTo = to
	}
	if l.Quote != "" {
		msg.Text += "\n" + l.Quote + "\n"
	}
	return msg, nil
}

// Against implements asking.Kind.
func (p *Replies) Against(ctx context.Context, c asking.Case) (string, error) {
	l, err := p.letterOf(ctx, c.Mail)
	if errors.Is(err, survey.ErrNotFound) {
		return WhyErased, nil
	}
	if err != nil {
		return "", err
	}
	of, err := p.store.Case(ctx, l.Case)
	return against(of, c.Contact, c.Suppressed), err
}

// Became implements asking.Kind: the first reply that the mail server has taken stops the clock.
func (p *Replies) Became(ctx context.Context, m asking.Mail) error {
	l, err := p.letterOf(ctx, m)
	if errors.Is(err, survey.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	switch m.State {
	case asking.MailSent:
		_, err = p.service.Change(ctx, l.By, l.Case, AnyVersion, Edit{Reply: &Entry{Kind: LogReply, Body: l.Text, MailID: m.ID}, Quiet: true}, nil)
	case asking.MailUncertain:
		_, err = p.service.Change(ctx, 0, l.Case, AnyVersion, Edit{Lines: []Entry{{Kind: LogUncertain, Body: l.Text, MailID: m.ID}}, Quiet: true}, nil)
	case asking.MailFailed, asking.Dropped:
		err = p.again(ctx, l.Case, Entry{Kind: LogUnsent, After: m.Problem, Body: l.Text, MailID: m.ID}, nil)
	case asking.Due, asking.Handed, asking.Kept:
	}
	return err
}

// CameBack implements asking.Kind.
func (p *Replies) CameBack(ctx context.Context, m asking.Mail, r asking.Report) error {
	l, err := p.letterOf(ctx, m)
	if errors.Is(err, survey.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	switch _, err := p.store.MailEntry(ctx, l.Case, m.ID, LogBounced); {
	case err == nil:
		return nil // it was told before
	case !errors.Is(err, survey.ErrNotFound):
		return err
	}
	line := Entry{Kind: LogBounced, Before: string(r.Kind), After: survey.Line(r.Detail), MailID: m.ID}
	if r.Kind == asking.Complaint {
		_, err := p.service.Change(ctx, 0, l.Case, AnyVersion, Edit{Lines: []Entry{line}}, nil)
		return err
	}
	sent, err := p.store.MailEntry(ctx, l.Case, m.ID, LogReply)
	if errors.Is(err, survey.ErrNotFound) {
		return p.again(ctx, l.Case, line, nil)
	}
	if err != nil {
		return err
	}
	return p.again(ctx, l.Case, line, &sent)
}

// again has a case worked on anew: its customer did not get the reply. Where that reply had stopped the clock, it goes on.
func (p *Replies) again(ctx context.Context, id survey.ID, line Entry, sent *Entry) error {
	_, err := p.service.change(ctx, 0, id, AnyVersion, nil, func(ctx context.Context, w *work) error {
		w.add(line)
		if sent != nil && w.c.Status != Resolved && w.c.RepliedAt.Equal(sent.At) {
			if err := p.service.unreplied(ctx, w); err != nil {
				return err
			}
		}
		if w.c.Status != Waiting && w.c.Status != Resolved {
			return nil
		}
		to := InProgress
		return p.service.status(Edit{Status: &to})(ctx, w)
	})
	return err
}
