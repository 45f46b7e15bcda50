package account

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MailSecurity is how the connection to the mail server is kept secret.
type MailSecurity string

// The kinds of security.
const (
	StartTLS MailSecurity = "starttls" // asked for, and demanded, after the greeting
	TLS      MailSecurity = "tls"      // from the first byte
	Plain    MailSecurity = "none"     // only to this machine may a password go
)

// MailServer says how survey mails leave, and whom they are from. Its zero value means that none leave: they are kept.
type MailServer struct {
	Host     string       `json:"host"` // "": not set up
	Port     int          `json:"port"`
	Security MailSecurity `json:"security"`
	User     string       `json:"user"` // "": without signing in
	Password string       `json:"-"`

	FromName string `json:"from_name"` // "": the company's
	From     string `json:"from"`
	ReplyTo  string `json:"reply_to"` // "": From
	Bounces  string `json:"bounces"`  // where mail servers report what could not be delivered; "": From
	Postal   string `json:"postal"`   // address for the foot of the mails

	DKIMDomain   string `json:"dkim_domain"` // "": mails are not signed here
	DKIMSelector string `json:"dkim_selector"`
	DKIMKey      string `json:"-"` // PEM

	PerMinute int       `json:"per_minute"` // mails at most, over all; 0: no bound
	PerDomain int       `json:"per_domain"` // mails a minute at most to addresses of one domain; 0: no bound
	WarmUp    time.Time `json:"warm_up"`    // since when the server gets used to us, slowly first; zero: it is
}

// IsSetUp tells whether there is a mail server.
func (m MailServer) IsSetUp() bool { return m.Host != "" }

// ReturnPath is the sender that mail servers are told.
func (m MailServer) ReturnPath() string {
	if m.Bounces != "" {
		return m.Bounces
	}
	return m.From
}

// Keys of the mail server in the settings. Secrets are sealed.
const (
	keyMail         = "mail"
	keyMailPassword = "mail_password"
	keyMailDKIM     = "mail_dkim"
)

// MailServer reads the mail server, with its secrets opened. It returns ErrSealed when they were sealed with another key.
func (s *Service) MailServer(ctx context.Context) (MailServer, error) {
	all, err := s.Store.Settings(ctx)
	if err != nil {
		return MailServer{}, err
	}
	var m MailServer
	if all[keyMail] != "" {
		if err := json.Unmarshal([]byte(all[keyMail]), &m); err != nil {
			return MailServer{}, fmt.Errorf("read the mail server: %w", err)
		}
	}
	if m.Password, err = s.unseal(keyMailPassword, all[keyMailPassword]); err != nil {
		return m, err
	}
	m.DKIMKey, err = s.unseal(keyMailDKIM, all[keyMailDKIM])
	return m, err
}

// SaveMailServer stores the mail server. An empty password leaves the one that is stored, as long as server and user stay the same; an
// empty key the one that is stored, or a new one is made. It returns what is
// wrong with it as Invalid.
func (s *Service) SaveMailServer(ctx context.Context, actor User, m MailServer) error {
	if !actor.Can(EditSettings) {
		return ErrForbidden
	}
	old, err := s.MailServer(ctx)
	if err != nil {
		old = MailServer{} // secrets that can't be opened are gone: they are given anew
	}
	m.keepSecrets(old)
	if m.DKIMDomain != "" && m.DKIMKey == "" {
		if m.DKIMKey, err = s.newDKIMKey(); err != nil {
			return err
		}
	}
	if err := m.tidy(); err != nil {
		return err
	}
	detail := map[string]string{"host": m.Host, "user": m.User, "from": m.From}
	return s.change(ctx, Entry{ActorID: actor.ID, Actor: actor.Email, Action: "mail.server", Detail: detail}, func(ctx context.Context) error {
		return s.writeMailServer(ctx, m)
	})
}

// keepSecrets takes over what the form leaves empty. A password goes only to the server and the user that it was given for: otherwise who may write the settings
// could read it by naming a server of their own.
func (m *MailServer) keepSecrets(old MailServer) {
	if m.Password == "" && m.User != "" && m.Host == old.Host && m.User == old.User && m.Security == old.Security {
		m.Password = old.Password
	}
	if m.DKIMKey == "" && m.DKIMDomain != "" {
		m.DKIMKey = old.DKIMKey
	}
}

func (s *Service) writeMailServer(ctx context.Context, m MailServer) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	for _, kv := range [][2]string{{keyMail, string(text)}, {keyMailPassword, m.Password}, {keyMailDKIM, m.DKIMKey}} {
		key, value := kv[0], kv[1]
		if key != keyMail {
			if value, err = s.seal(key, value); err != nil {
				return err
			}
		}
		if err := s.Store.SetSetting(ctx, key, value); err != nil {
			return err
		}
	}
	return nil
}

// tidy cleans what was typed and says what is wrong with it. Without a server nothing else is needed.
func (m *MailServer) tidy() error {
	for _, f := range []*string{&m.Host, &m.User, &m.FromName, &m.From, &m.ReplyTo, &m.Bounces, &m.Postal, &m.DKIMDomain, &m.DKIMSelector} {
		*f = tidyLine(strings.Map(printable, *f))
	}
	m.DKIMKey = strings.TrimSpace(m.DKIMKey)
	var c check
	for field, text := range map[string]string{"from_name": m.FromName, "postal": m.Postal} {
		c.add(utf8.RuneCountInString(text) > 200, field, "problem.too_long")
	}
	for field, address := range map[string]string{"reply_to": m.ReplyTo, "bounces": m.Bounces} {
		c.add(address != "" && !ValidEmail(address), field, "problem.email")
	}
	if m.Host == "" {
		c.add(m.From != "" && !ValidEmail(m.From), "from", "problem.email")
		return c.err()
	}
	c.add(!validHost(m.Host), "host", "problem.mail_host")
	c.add(m.Port < 1 || m.Port > 65535, "port", "problem.mail_port")
	c.add(m.Security != StartTLS && m.Security != TLS && m.Security != Plain, "security", "problem.mail_security")
	c.add(m.Security == Plain && m.User != "" && !isLoopback(m.Host), "security", "problem.mail_plain_password")
	c.add(m.User != "" && m.Password == "", "password", "problem.mail_password")
	c.add(!ValidEmail(m.From), "from", "problem.email")
	c.add(m.Postal == "", "postal", "problem.mail_postal")
	c.add(m.PerMinute < 0 || m.PerMinute > 1_000_000, "per_minute", "problem.mail_rate")
	c.add(m.PerDomain < 0 || m.PerDomain > 1_000_000, "per_domain", "problem.mail_rate")
	m.checkDKIM(&c)
	return c.err()
}

func (m *MailServer) checkDKIM(c *check) {
	if m.DKIMDomain == "" {
		m.DKIMSelector, m.DKIMKey = "", ""
		return
	}
	c.add(!validDomain(m.DKIMDomain), "dkim_domain", "problem.mail_host")
	c.add(!validSelector(m.DKIMSelector), "dkim_selector", "problem.mail_selector")
	_, err := ParseDKIMKey(m.DKIMKey)
	c.add(err != nil, "dkim_key", "problem.mail_key")
}

func printable(r rune) rune {
	if r != ' ' && !unicode.IsPrint(r) {
		return ' '
	}
	return r
}

// port, security and selector that a form starts with.
const (
	usualPort     = 587
	usualSelector = "surveyd"
)

// UsualMailServer is what the form starts with.
func UsualMailServer() MailServer {
	return MailServer{Port: usualPort, Security: StartTLS, DKIMSelector: usualSelector}
}

func validHost(s string) bool {
	return s == "localhost" || net.ParseIP(s) != nil || validDomain(s) || validDomain(s+".x")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func validSelector(s string) bool { return validDomain(s+".x") && len(s) < 100 }
