package telling

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

// Why a mail to the staff is not sent.
const (
	ReasonReader  = "no_reader" // whom it is for is gone, or may not read it any more
	ReasonNothing = "no_news"   // nothing in it is true any more
	ReasonLate    = asking.ReasonOld
)

// alertLate is for how long an alert is of use.
const alertLate = 24 * time.Hour

// Alerts writes alerts. It implements asking.Kind.
type Alerts struct{ *Desk }

var _ asking.Kind = Alerts{}

// Write implements asking.Kind. Where there is nobody or nothing to tell, the message is empty: Against says so right after.
func (a Alerts) Write(ctx context.Context, m asking.Mail, _ survey.Contact) (asking.Message, error) {
	l, reason, err := a.letter(ctx, m)
	if err != nil || reason != "" {
		return asking.Message{}, err
	}
	return a.Composer.Alert(ctx, l)
}

// Against implements asking.Kind.
func (a Alerts) Against(ctx context.Context, c asking.Case) (string, error) {
	_, reason, err := a.letter(ctx, c.Mail)
	return reason, err
}

// letter reads what an alert is written from, or why there is none.
func (a Alerts) letter(ctx context.Context, m asking.Mail) (l Letter, reason string, err error) {
	var content AlertContent
	if err := json.Unmarshal(m.Content, &content); err != nil {
		return l, "", fmt.Errorf("read what an alert is about: %w", err)
	}
	l.Pace, l.More = content.Pace, content.More
	reader, ok, err := a.reader(ctx, m.ID, content.User, account.SeeResults)
	switch {
	case err != nil:
		return l, "", err
	case !ok:
		return l, ReasonReader, nil
	case a.Now().Sub(m.CreatedAt) > alertLate:
		return l, ReasonLate, nil
	}
	l.Reader = reader
	for _, about := range content.Cases {
		it, ok, err := a.item(ctx, content.User, about)
		if err != nil {
			return l, "", err
		}
		if ok {
			l.Items = append(l.Items, it)
		}
	}
	if len(l.Items) == 0 {
		return l, ReasonNothing, nil
	}
	return l, "", nil
}

// Became implements asking.Kind: nothing depends on an alert.
func (Alerts) Became(context.Context, asking.Mail) error { return nil }

// CameBack implements asking.Kind.
func (Alerts) CameBack(context.Context, asking.Mail, asking.Report) error { return nil }
