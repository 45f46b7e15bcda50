package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// Inviting is what the pages about who is asked, and when, read and write.
type Inviting interface {
	asking.ForecastStore
	asking.SettingStore
	InTx(ctx context.Context, do func(context.Context) error) error
	Ledger(ctx context.Context, f asking.LedgerFilter, limit int) ([]asking.Entry, error)
	Rule(ctx context.Context, id int64) (asking.Rule, error)
	CreateRule(ctx context.Context, r *asking.Rule) error
	UpdateRule(ctx context.Context, r *asking.Rule) error
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	ContactByEmail(ctx context.Context, folded string) (survey.Contact, error)
	Invitation(ctx context.Context, id survey.ID) (survey.Invitation, error)
	Response(ctx context.Context, id survey.ID) (survey.Response, error)
	Clicks(ctx context.Context, invitation survey.ID) ([]survey.Click, error)
	Unconfirmed(ctx context.Context, surveyID int64, before survey.ID, limit int) ([]survey.Invitation, error)
	MailsIn(ctx context.Context, state asking.MailState, before survey.ID, limit int) ([]asking.Mail, error)
}

// InvitingDeps is what the pages about invitations work with.
type InvitingDeps struct {
	Store  Inviting
	Resend interface {
		Resend(ctx context.Context, id survey.ID, by string) error
	}
	AddressKey []byte // of people.AddressKey
	Zone       func() *time.Location
}

// inviting has the pages about who is asked.
type inviting struct {
	*InvitingDeps
	s *Server
}

// invitingPath is where the area begins.
const invitingPath = "/invitations"

// invitingTabs leads between the pages of the area; one that is not there has no link.
func (r *Request) invitingTabs(active string) (tabs []ui.Link) {
	for _, t := range [][2]string{
		{invitingPath, "inviting.tab.ledger"},
		{"/invitations/rules", "inviting.tab.rules"},
		{"/invitations/funnel", "funnel.title"},
		{"/invitations/tomorrow", "inviting.tab.tomorrow"},
		{"/invitations/uncertain", "inviting.tab.uncertain"},
		{"/invitations/unconfirmed", "inviting.tab.unconfirmed"},
		{outboxPath, "inviting.tab.outbox"},
	} {
		if r.s.has(http.MethodGet, t[0]) {
			tabs = append(tabs, ui.Link{Text: r.Words.T(t[1]), Href: t[0], Current: t[0] == active})
		}
	}
	return tabs
}

// frame surrounds a page of the area. It says when nothing is sent.
func (h *inviting) frame(r *Request, title, active string) (templates.InvitingFrame, error) {
	f := templates.InvitingFrame{S: r.shell(r.Words.T(title), invitingPath), Heading: r.Words.T(title), Tabs: r.invitingTabs(active)}
	p, err := asking.ReadPause(r.HTTP().Context(), h.Store)
	if err != nil || p == nil {
		return f, err
	}
	f.Pause = pauseText(r.Words, p, h.Zone())
	f.MayContinue = r.User.Can(account.EditSettings)
	return f, nil
}

// pauseText says why nothing is sent.
func pauseText(w *words.Words, p *asking.Pause, zone *time.Location) string {
	key := "inviting.pause.forward"
	if p.Jump < 0 {
		key = "inviting.pause.back"
	}
	return w.T(key, "time", w.DateTime(p.At, zone), "minutes", w.Int(int64(p.Jump.Abs()/time.Minute)))
}

// carryOn lets sending go on after the clock was set.
func (h *inviting) carryOn(r *Request) error {
	var none struct{}
	if err := r.decode(&none); err != nil {
		return err
	}
	if err := h.audited(r, "mail.continue", "", func(ctx context.Context) error { return asking.Continue(ctx, h.Store) }); err != nil {
		return err
	}
	return r.done(invitingPath, "flash.sending_goes_on")
}

// audited runs a change and records it, both or neither.
func (h *inviting) audited(r *Request, action, object string, do func(context.Context) error) error {
	return h.Store.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: action, Object: object})
	})
}

// decisionText says a decision in a word or two.
func decisionText(w *words.Words, d asking.Decision) string {
	if d == "" {
		return w.T("ledger.decision.waits")
	}
	return w.T("ledger.decision." + string(d))
}

// reasonText says why; "": the decision says it all.
func reasonText(w *words.Words, reason string) string {
	if key := "ledger.reason." + reason; reason != "" && w.Has(key) {
		return w.T(key)
	}
	return reason
}

// surveyNames gives the names of surveys by their ids.
func surveyNames(all []survey.Survey) map[int64]string {
	names := make(map[int64]string, len(all))
	for _, s := range all {
		names[s.ID] = s.Name
	}
	return names
}

// personCell names a contact and leads to its page.
func (r *Request) personCell(id survey.ID, c survey.Contact) ui.Cell {
	cell := ui.Cell{Text: c.Email}
	for _, name := range []string{c.ExternalID, c.Name} {
		if cell.Text == "" {
			cell.Text = name
		}
	}
	if cell.Text == "" {
		return ui.Cell{Text: r.Words.T("ledger.nobody")}
	}
	if r.s.has(http.MethodGet, "/contacts/:id") {
		cell.Href = "/contacts/" + id.String()
	}
	if c.Name != cell.Text {
		cell.Sub = c.Name
	}
	return cell
}

// contactsOf reads contacts by their ids.
func (h *inviting) contactsOf(ctx context.Context, ids []survey.ID) (map[survey.ID]survey.Contact, error) {
	found, err := h.Store.Contacts(ctx, ids)
	if err != nil {
		return nil, err
	}
	m := make(map[survey.ID]survey.Contact, len(found))
	for _, c := range found {
		m[c.ID] = c
	}
	return m, nil
}

func surveyOptions(all []survey.Survey, first ui.Option, selected int64) []ui.Option {
	options := []ui.Option{first}
	for _, s := range all {
		options = append(options, ui.Option{Value: strconv.FormatInt(s.ID, 10), Label: s.Name})
	}
	if selected == 0 {
		return ui.Select(first.Value, options)
	}
	return ui.Select(strconv.FormatInt(selected, 10), options)
}
