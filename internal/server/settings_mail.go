package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// MailDeps is what the pages about mail work with.
type MailDeps struct {
	Post   MailPost
	Outbox Outbox
	// Returns takes what relays tell.
	Returns MailReturns
}

// MailPost takes mails to the mail server.
type MailPost interface {
	// Deliver gives one message to the mail server and says what became of it.
	Deliver(ctx context.Context, m asking.Message) asking.Outcome
	// Forget makes the next delivery read the settings again.
	Forget()
}

// mailPages has the handlers.
type mailPages struct {
	*MailDeps
	s *Server
}

// mailForm is what the page of the mail server sends.
type mailForm struct {
	Host         string `form:"host"`
	Port         string `form:"port"`
	Security     string `form:"security"`
	User         string `form:"user"`
	Password     string `form:"password"`
	FromName     string `form:"from_name"`
	From         string `form:"from"`
	ReplyTo      string `form:"reply_to"`
	Bounces      string `form:"bounces"`
	Postal       string `form:"postal"`
	DKIMDomain   string `form:"dkim_domain"`
	DKIMSelector string `form:"dkim_selector"`
	DKIMKey      string `form:"dkim_key"`
	PerMinute    string `form:"per_minute"`
	PerDomain    string `form:"per_domain"`
	WarmUp       bool   `form:"warm_up"`
}

// server makes settings of what was typed; a number that is none becomes one that is refused. A warm-up that runs goes on.
func (f mailForm) server(old account.MailServer, now time.Time) account.MailServer {
	m := account.MailServer{
		Host: f.Host, Port: number(f.Port), Security: account.MailSecurity(f.Security), User: f.User, Password: f.Password,
		FromName: f.FromName, From: f.From, ReplyTo: f.ReplyTo, Bounces: f.Bounces, Postal: f.Postal,
		DKIMDomain: strings.TrimSpace(f.DKIMDomain), DKIMSelector: f.DKIMSelector, DKIMKey: f.DKIMKey,
		PerMinute: number(f.PerMinute), PerDomain: number(f.PerDomain),
	}
	if f.WarmUp {
		if m.WarmUp = old.WarmUp; m.WarmUp.IsZero() {
			m.WarmUp = now
		}
	}
	return m
}

// number reads a whole number; what is left out is 0, and what is none is -1.
func number(text string) int {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func (h *mailPages) settings(r *Request) error {
	m, err := h.current(r)
	if err != nil {
		return err
	}
	return h.show(r, http.StatusOK, m, nil)
}

// current reads the settings. Secrets that can't be opened any more are given anew: the page must not be what fails.
func (h *mailPages) current(r *Request) (account.MailServer, error) {
	m, err := h.s.deps.Accounts.MailServer(r.HTTP().Context())
	if errors.Is(err, account.ErrSealed) {
		err = nil
	}
	if !m.IsSetUp() && m.Port == 0 {
		usual := account.UsualMailServer()
		m.Port, m.Security, m.DKIMSelector = usual.Port, usual.Security, usual.DKIMSelector
	}
	return m, err
}

func (h *mailPages) save(r *Request) error {
	var f mailForm
	if err := r.decode(&f); err != nil {
		return err
	}
	old, err := h.current(r)
	if err != nil {
		return err
	}
	m := f.server(old, h.s.deps.Now())
	err = h.s.deps.Accounts.SaveMailServer(r.HTTP().Context(), *r.User, m)
	if ps, ok := r.problems(err); ok {
		m.Password, m.DKIMKey = old.Password, old.DKIMKey // only whether there is one is shown
		return h.show(r, http.StatusUnprocessableEntity, m, ps)
	}
	if err != nil {
		return err
	}
	h.Post.Forget()
	return r.done("/settings/mail", "flash.saved")
}

// testTime is how long a person waits for the mail server's answer.
const testTime = 20 * time.Second

// test sends a few words to whoever asks for it, and says what the mail server said.
func (h *mailPages) test(r *Request) error {
	m, err := h.current(r)
	if err != nil {
		return err
	}
	if !m.IsSetUp() {
		return r.redirect("/settings/mail")
	}
	company, err := h.s.deps.Accounts.Settings(r.HTTP().Context())
	if err != nil {
		return err
	}
	name := m.FromName
	if name == "" {
		name = company.Company
	}
	ctx, cancel := context.WithTimeout(r.HTTP().Context(), testTime)
	defer cancel()
	h.Post.Forget()
	out := h.Post.Deliver(ctx, asking.Message{
		ID: "test-" + h.s.newID() + "@" + m.From[strings.LastIndexByte(m.From, '@')+1:], From: m.From, FromName: name, ReplyTo: m.ReplyTo, To: r.User.Email,
		Subject: r.Words.T("mail.test.subject"), Text: r.Words.T("mail.test.body", "company", company.Company) + "\n", Language: r.Words.Lang(), Auto: true,
	})
	if out.Delivery == asking.Accepted {
		return r.done("/settings/mail", "flash.mail_test_sent")
	}
	return h.show(r, http.StatusUnprocessableEntity, m, ui.Problems{{Field: "host", Text: r.Words.T("mail.test.failed", "said", out.Detail)}})
}

func (h *mailPages) show(r *Request, status int, m account.MailServer, problems ui.Problems) error {
	w := r.Words
	sh := r.shell(w.T("mail.settings.title"), "/settings")
	sh.Problems = problems
	p := templates.MailSettings{
		S: sh, Tabs: r.settingsTabs("/settings/mail"), Server: m, Me: r.User.Email,
		Security: ui.Select(string(m.Security), []ui.Option{
			{Value: string(account.StartTLS), Label: w.T("mail.security.starttls")},
			{Value: string(account.TLS), Label: w.T("mail.security.tls")},
			{Value: string(account.Plain), Label: w.T("mail.security.none")},
		}),
	}
	p.RecordName, p.RecordText = m.DKIMRecord()
	return h.s.render(r, status, templates.MailSettingsPage(p))
}
