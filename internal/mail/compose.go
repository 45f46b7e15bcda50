package mail

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
	view "github.com/surveyd/surveyd/web/templates/mail"
	"github.com/surveyd/surveyd/web/words"
)

// StopKeys makes the words in the addresses where people unsubscribe.
type StopKeys interface {
	StopToken(id survey.ID, keyID int64, nonce []byte) (string, error)
}

// Composer writes letters in the words of the survey. It implements asking.Composer.
type Composer struct {
	Settings Settings
	Keys     StopKeys
	Secret   []byte // names messages so that nobody else can name one
}

var (
	_ asking.Composer   = (*Composer)(nil)
	_ asking.Letterhead = (*Composer)(nil)
)

// Compose implements asking.Composer.
func (c *Composer) Compose(ctx context.Context, l asking.Letter) (asking.Message, error) {
	server, err := c.Settings.MailServer(ctx)
	if err != nil {
		return asking.Message{}, fmt.Errorf("whom mails are from: %w", err)
	}
	stop, err := c.Keys.StopToken(l.Invitation.ID, l.Invitation.KeyID, l.Invitation.Nonce)
	if err != nil {
		return asking.Message{}, fmt.Errorf("the address to unsubscribe: %w", err)
	}
	v := page(l, server.Postal, l.BaseURL+"/u/"+stop)
	var html bytes.Buffer
	if err := view.Ask(v).Render(ctx, &html); err != nil {
		return asking.Message{}, fmt.Errorf("write the html: %w", err)
	}
	m := asking.Message{
		ID: c.messageID(l.MailID, server.From), From: server.From, FromName: server.FromName, To: l.Contact.Email, ReplyTo: server.ReplyTo,
		Subject: v.Subject, Text: v.Text(), HTML: html.String(), Language: v.Lang, Unsubscribe: v.Stop.Href, Auto: true,
	}
	if m.FromName == "" {
		m.FromName = l.Account.Company
	}
	return m, nil
}

// Head implements asking.Letterhead.
func (c *Composer) Head(ctx context.Context, mail survey.ID) (asking.Message, error) {
	server, err := c.Settings.MailServer(ctx)
	if err != nil {
		return asking.Message{}, fmt.Errorf("whom mails are from: %w", err)
	}
	return asking.Message{ID: c.messageID(mail, server.From), From: server.From, FromName: server.FromName, ReplyTo: server.ReplyTo}, nil
}

// messageID is the same each time that a mail is written, so that a receiver who is given it twice can tell. Nobody without the secret can make one, so a report of
// a bounce that names it comes from somebody who was given the mail.
func (c *Composer) messageID(mail survey.ID, from string) string {
	mac := hmac.New(sha256.New, c.Secret)
	mac.Write(binary.BigEndian.AppendUint64([]byte("message1|"), uint64(mail)))
	name := strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)[:15]))
	domain := "surveyd.invalid"
	if ascii, err := address(from); err == nil {
		domain = ascii[strings.LastIndexByte(ascii, '@')+1:]
	}
	return name + "@" + domain
}

// page writes all texts of a letter.
func page(l asking.Letter, postal, stop string) view.View {
	lang := l.Language()
	w := words.For(lang)
	t := texts{l: l, w: w, brand: l.Account.Company}
	v := view.View{
		Lang: w.Lang(), Preheader: w.T("email.preheader"), Shop: t.brand, Brand: "#12262B", Postal: postal,
		Greeting: t.greeting(), Intro: t.intro(), Subject: t.subject(), Why: t.why(),
		Signature: w.T("email.signature", "brand", t.brand),
		Stop:      view.Link{Text: w.T("email.unsubscribe_link"), Href: stop},
		Open:      view.Link{Text: w.T("email.link_fallback"), Href: l.BaseURL + "/s/" + l.Token},
	}
	if l.Account.Brand != "" {
		v.Brand = l.Account.Brand
	}
	if l.Kind == asking.TestMail {
		v.Notice, v.Subject = w.T("email.test_notice"), w.T("email.test_subject", "subject", v.Subject)
	}
	if at := l.Invitation.ExpiresAt; !at.IsZero() {
		v.Expires = w.T("email.expires", "date", t.date(at))
	}
	t.ask(&v)
	return v
}
