package account

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"unicode/utf8"
)

// Relay is a service whose reports we know how to read.
type Relay string

// The relays. OwnRelay is any other one: its mapping is typed in.
const (
	Postmark Relay = "postmark"
	SendGrid Relay = "sendgrid"
	Mailgun  Relay = "mailgun"
	SES      Relay = "ses"
	OwnRelay Relay = "own"
)

// Relays lists them in the order in which they are offered.
func Relays() []Relay { return []Relay{Postmark, SendGrid, Mailgun, SES, OwnRelay} }

// Mapping says where a report in JSON has what. A path is names and numbers joined by dots: "event-data.recipient", "bounce.bouncedRecipients.0.emailAddress"; text
// that holds JSON is opened on the way. Values are compared without regard to case.
type Mapping struct {
	Events    string   `json:"events"`     // path of the list of events; "": the whole, or each of it where that is a list
	Kind      string   `json:"kind"`       // path of what happened; several, joined by +, give values joined by /
	Address   string   `json:"address"`    // path of the recipient
	MessageID string   `json:"message_id"` // path of the Message-ID that we gave
	Detail    string   `json:"detail"`     // path of the reason in words
	Hard      []string `json:"hard"`       // values of Kind: the address takes no mail
	Soft      []string `json:"soft"`       // this mail did not arrive
	Complaint []string `json:"complaint"`  // it was called spam
}

// Mapping is that of a relay that we know; nothing for OwnRelay.
func (r Relay) Mapping() Mapping {
	switch r {
	case Postmark:
		return Mapping{
			Kind: "Type", Address: "Email", Detail: "Description", Hard: []string{"HardBounce", "BadEmailAddress", "ManuallyDeactivated"},
			Soft: []string{"SoftBounce", "Transient", "DnsError", "Blocked"}, Complaint: []string{"SpamComplaint", "SpamNotification"},
		}
	case SendGrid:
		return Mapping{
			Kind: "event+type", Address: "email", MessageID: "smtp-id", Detail: "reason", Hard: []string{"bounce/bounce"}, Soft: []string{"bounce/blocked"}, Complaint: []string{"spamreport"},
		}
	case Mailgun:
		return Mapping{
			Kind: "event-data.event+event-data.severity", Address: "event-data.recipient", MessageID: "event-data.message.headers.message-id", Detail: "event-data.delivery-status.message",
			Hard: []string{"failed/permanent"}, Complaint: []string{"complained"},
		}
	case SES:
		return Mapping{
			Events: "Message", Kind: "notificationType+bounce.bounceType", Address: "bounce.bouncedRecipients.0.emailAddress", MessageID: "mail.commonHeaders.messageId",
			Detail: "bounce.bouncedRecipients.0.diagnosticCode", Hard: []string{"Bounce/Permanent"}, Soft: []string{"Bounce/Transient"}, Complaint: []string{"Complaint"},
		}
	case OwnRelay:
	}
	return Mapping{}
}

// MailReturns says how we learn of mails that came back.
type MailReturns struct {
	HookKey string  `json:"hook_key"` // SHA-256 of the key in the address that the relay calls, in hex; "": none may
	Relay   Relay   `json:"relay"`
	Own     Mapping `json:"own"` // of OwnRelay

	Host     string       `json:"host"` // of the mailbox for bounces, by IMAP; "": none is read
	Port     int          `json:"port"`
	Security MailSecurity `json:"security"` // TLS, or Plain to this machine
	User     string       `json:"user"`
	Password string       `json:"-"`
	Folder   string       `json:"folder"` // "": INBOX

	Answers    string `json:"answers"`     // address whose mails come into the mailbox or to the command: customers answer there; "": they answer to MailServer.ReplyTo
	AnswerTags bool   `json:"answer_tags"` // its server takes answers+anything@ too
}

// Mapping is how reports of the relay are read.
func (m MailReturns) Mapping() Mapping {
	if m.Relay == OwnRelay {
		return m.Own
	}
	return m.Relay.Mapping()
}

// IsHook tells whether this is the key of the address that the relay calls. It takes the same time whatever the key is.
func (m MailReturns) IsHook(key string) bool {
	want, err := hex.DecodeString(m.HookKey)
	return err == nil && len(want) == 32 && subtle.ConstantTimeCompare(want, hashed(key)) == 1
}

// Keys of the returns in the settings.
const (
	keyReturns         = "mail_returns"
	keyReturnsPassword = "mail_returns_password"
)

// MailReturns reads how we learn of mails that came back. It returns ErrSealed when the password was sealed with another key.
func (s *Service) MailReturns(ctx context.Context) (MailReturns, error) {
	all, err := s.Store.Settings(ctx)
	if err != nil {
		return MailReturns{}, err
	}
	m := MailReturns{Relay: Postmark, Port: 993, Security: TLS}
	if all[keyReturns] != "" {
		if err := json.Unmarshal([]byte(all[keyReturns]), &m); err != nil {
			return m, fmt.Errorf("read how mails come back: %w", err)
		}
	}
	m.Password, err = s.unseal(keyReturnsPassword, all[keyReturnsPassword])
	return m, err
}

// SaveMailReturns stores how we learn of mails that came back; the key of the hook stays. An empty password leaves the one that is stored, as long as the mailbox
// stays the same. It returns what is wrong as Invalid.
func (s *Service) SaveMailReturns(ctx context.Context, actor User, m MailReturns) error {
	if !actor.Can(EditSettings) {
		return ErrForbidden
	}
	old, err := s.MailReturns(ctx)
	if err != nil {
		old.Password = ""
	}
	m.HookKey = old.HookKey
	if m.Password == "" && m.Host == old.Host && m.User == old.User && m.Security == old.Security {
		m.Password = old.Password
	}
	if err := m.tidy(); err != nil {
		return err
	}
	entry := Entry{ActorID: actor.ID, Actor: actor.Email, Action: "mail.returns", Detail: map[string]string{"relay": string(m.Relay), "host": m.Host, "user": m.User}}
	return s.change(ctx, entry, func(ctx context.Context) error { return s.writeReturns(ctx, m) })
}

// NewHookKey makes a new key for the relay's calls, and returns it: it is shown once. Calls with the old one are refused from then on.
func (s *Service) NewHookKey(ctx context.Context, actor User) (key string, err error) {
	if !actor.Can(EditSettings) {
		return "", ErrForbidden
	}
	return key, s.change(ctx, Entry{ActorID: actor.ID, Actor: actor.Email, Action: "mail.hook_key"}, func(ctx context.Context) error {
		m, err := s.MailReturns(ctx)
		if err != nil {
			return err
		}
		if key, err = s.newSecret(tokenLetters); err != nil {
			return err
		}
		m.HookKey = hex.EncodeToString(hashed(key))
		return s.writeReturns(ctx, m)
	})
}

func (s *Service) writeReturns(ctx context.Context, m MailReturns) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	sealed, err := s.seal(keyReturnsPassword, m.Password)
	if err != nil {
		return err
	}
	if err := s.Store.SetSetting(ctx, keyReturns, string(text)); err != nil {
		return err
	}
	return s.Store.SetSetting(ctx, keyReturnsPassword, sealed)
}

func (m *MailReturns) tidy() error {
	var c check
	c.add(!slices.Contains(Relays(), m.Relay), "relay", "problem.choose")
	for field, f := range map[string]*string{
		"host": &m.Host, "user": &m.User, "folder": &m.Folder, "events": &m.Own.Events, "kind": &m.Own.Kind, "address": &m.Own.Address, "message_id": &m.Own.MessageID, "detail": &m.Own.Detail, "answers": &m.Answers,
	} {
		*f = tidyLine(strings.Map(printable, *f))
		c.add(utf8.RuneCountInString(*f) > 200, field, "problem.too_long")
	}
	if m.Relay == OwnRelay {
		c.add(m.Own.Kind == "", "kind", "problem.mail_path")
		c.add(m.Own.Address == "" && m.Own.MessageID == "", "address", "problem.mail_path")
		c.add(len(m.Own.Hard)+len(m.Own.Soft)+len(m.Own.Complaint) == 0, "hard", "problem.mail_values")
	}
	c.add(m.Answers != "" && !ValidEmail(m.Answers), "answers", "problem.email")
	if m.Host == "" {
		m.User, m.Password = "", ""
		return c.err()
	}
	c.add(!validHost(m.Host) && net.ParseIP(m.Host) == nil, "host", "problem.mail_host")
	c.add(m.Port < 1 || m.Port > 65535, "port", "problem.mail_port")
	c.add(m.Security != TLS && (m.Security != Plain || !isLoopback(m.Host)), "security", "problem.mail_plain_password")
	c.add(m.User == "", "user", "problem.mail_user")
	c.add(m.User != "" && m.Password == "", "password", "problem.mail_password")
	return c.err()
}
