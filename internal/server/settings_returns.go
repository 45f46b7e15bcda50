package server

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// returnsForm is what the page about mails that came back sends.
type returnsForm struct {
	Relay     string `form:"relay"`
	Events    string `form:"events"`
	Kind      string `form:"kind"`
	Address   string `form:"address"`
	MessageID string `form:"message_id"`
	Detail    string `form:"detail"`
	Hard      string `form:"hard"`
	Soft      string `form:"soft"`
	Complaint string `form:"complaint"`
	Host      string `form:"host"`
	Port      string `form:"port"`
	Security  string `form:"security"`
	User      string `form:"user"`
	Password  string `form:"password"`
	Folder    string `form:"folder"`
	Answers   string `form:"answers"`
	Tags      bool   `form:"answer_tags"`
}

func (f returnsForm) returns() account.MailReturns {
	return account.MailReturns{
		Relay: account.Relay(f.Relay),
		Own: account.Mapping{
			Events: f.Events, Kind: f.Kind, Address: f.Address, MessageID: f.MessageID, Detail: f.Detail, Hard: list(f.Hard), Soft: list(f.Soft), Complaint: list(f.Complaint),
		},
		Host: f.Host, Port: number(f.Port), Security: account.MailSecurity(f.Security), User: f.User, Password: f.Password, Folder: f.Folder, Answers: f.Answers, AnswerTags: f.Tags,
	}
}

// list reads values that are separated by commas.
func list(text string) (values []string) {
	for v := range strings.SplitSeq(text, ",") {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

func (h *mailPages) currentReturns(r *Request) (account.MailReturns, error) {
	m, err := h.s.deps.Accounts.MailReturns(r.HTTP().Context())
	if errors.Is(err, account.ErrSealed) {
		err = nil
	}
	return m, err
}

func (h *mailPages) returns(r *Request) error {
	m, err := h.currentReturns(r)
	if err != nil {
		return err
	}
	return h.showReturns(r, http.StatusOK, m, "", nil)
}

func (h *mailPages) saveReturns(r *Request) error {
	var f returnsForm
	if err := r.decode(&f); err != nil {
		return err
	}
	old, err := h.currentReturns(r)
	if err != nil {
		return err
	}
	m := f.returns()
	err = h.s.deps.Accounts.SaveMailReturns(r.HTTP().Context(), *r.User, m)
	if ps, ok := r.problems(err); ok {
		m.Password, m.HookKey = old.Password, old.HookKey
		return h.showReturns(r, http.StatusUnprocessableEntity, m, "", ps)
	}
	if err != nil {
		return err
	}
	return r.done("/settings/mail/returns", "flash.saved")
}

// hookKey makes the address that the relay calls, and shows it this once.
func (h *mailPages) hookKey(r *Request) error {
	var none struct{}
	if err := r.decode(&none); err != nil {
		return err
	}
	key, err := h.s.deps.Accounts.NewHookKey(r.HTTP().Context(), *r.User)
	if err != nil {
		return err
	}
	m, err := h.currentReturns(r)
	if err != nil {
		return err
	}
	return h.showReturns(r, http.StatusOK, m, r.Base()+"/hooks/bounces/"+key, nil)
}

func (h *mailPages) showReturns(r *Request, status int, m account.MailReturns, address string, problems ui.Problems) error {
	w := r.Words
	sh := r.shell(w.T("returns.title"), "/settings")
	sh.Problems = problems
	p := templates.MailReturns{S: sh, Tabs: r.settingsTabs("/settings/mail"), Returns: m, Address: address, Port: strconv.Itoa(m.Port)}
	for _, relay := range account.Relays() {
		p.Relays = append(p.Relays, ui.Option{Value: string(relay), Label: w.T("returns.relay." + string(relay))})
	}
	p.Relays = ui.Select(string(m.Relay), p.Relays)
	p.Security = ui.Select(string(m.Security), []ui.Option{
		{Value: string(account.TLS), Label: w.T("returns.security.tls")}, {Value: string(account.Plain), Label: w.T("mail.security.none")},
	})
	return h.s.render(r, status, templates.MailReturnsPage(p))
}
