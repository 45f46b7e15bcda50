package mail

import (
	"bytes"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
)

// errAddress is returned for an address that no mail goes to.
var errAddress = errors.New("no address that mail is sent to or from")

// address is the form of an address that goes to mail servers: plain ASCII, a domain of another script in its registered form. Only what ValidEmail takes gets
// through, so nothing in it can end a line, a header or a command.
func address(typed string) (string, error) {
	if !account.ValidEmail(typed) {
		return "", fmt.Errorf("%q: %w", typed, errAddress)
	}
	at := strings.LastIndexByte(typed, '@')
	domain, err := idna.Lookup.ToASCII(typed[at+1:])
	if err != nil || !strings.Contains(domain, ".") {
		return "", fmt.Errorf("%q: %w", typed, errAddress)
	}
	return typed[:at+1] + domain, nil
}

// envelope is what a mail server is told before it is given the text.
type envelope struct {
	from, to string
	raw      []byte // header and body
}

// write makes the header and the body. Only the headers named here are in it.
func write(m asking.Message, now time.Time) (raw []byte, err error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	for _, a := range []struct {
		header        gomail.AddrHeader
		name, address string
	}{{gomail.HeaderFrom, m.FromName, m.From}, {gomail.HeaderTo, "", m.To}, {gomail.HeaderReplyTo, "", m.ReplyTo}} {
		if a.address == "" && a.header == gomail.HeaderReplyTo {
			continue
		}
		ascii, err := address(a.address)
		if err != nil {
			return nil, err
		}
		msg.SetAddrHeaderFromMailAddress(a.header, &netmail.Address{Name: oneLine(a.name), Address: ascii})
	}
	if err := thread(msg, m); err != nil {
		return nil, err
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(now)
	if m.Language != "" && plainToken(m.Language) {
		msg.SetGenHeaderPreformatted("Content-Language", m.Language)
	}
	if m.Auto {
		msg.SetGenHeaderPreformatted("Auto-Submitted", "auto-generated")
		msg.SetGenHeaderPreformatted("X-Auto-Response-Suppress", "OOF, AutoReply")
	}
	if m.Unsubscribe != "" {
		if !plainToken(m.Unsubscribe) {
			return nil, errors.New("the address to unsubscribe is not one")
		}
		// On one line each, however long: some readers do not unfold them.
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write the message: %w", err)
	}
	return out.Bytes(), nil
}

// maxReferences is how much of a thread is named: mail programs find the rest by what is named before.
const maxReferences = 10

// thread says which message this is and which ones it follows.
func thread(msg *gomail.Msg, m asking.Message) error {
	before := m.References[max(0, len(m.References)-maxReferences):]
	for _, id := range append([]string{m.ID}, before...) {
		if !plainToken(id) {
			return errors.New("the message's id is not one")
		}
	}
	msg.SetMessageIDWithValue(m.ID)
	if len(before) > 0 {
		msg.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, "<"+before[len(before)-1]+">")
		msg.SetGenHeaderPreformatted("References", "<"+strings.Join(before, ">\r\n <")+">") // a line each: none gets too long
	}
	return nil
}

// oneLine makes a text fit a header.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, s)), " ")
}

// plainToken tells whether s can stand in a header as it is: visible ASCII without angle brackets.
func plainToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == '<' || s[i] == '>' {
			return false
		}
	}
	return s != "" && len(s) <= 900
}
