package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// Outbox is where mails wait while no mail server is set up.
type Outbox interface {
	Kept(ctx context.Context, before survey.ID, limit int) ([]asking.Mail, error)
	Read(ctx context.Context, id survey.ID) (asking.Mail, asking.Message, error)
	Release(ctx context.Context) (due, tests int64, err error)
	Against(ctx context.Context, mails []asking.Mail) (map[survey.ID]string, error)
	Drop(ctx context.Context, by string) (int, error)
	SendTest(ctx context.Context, t asking.Test) (out asking.Outcome, kept bool, err error)
}

// outbox has the pages of mails that wait.
type outbox struct {
	*inviting
	box Outbox
}

const outboxPath = "/invitations/outbox"

func (h *outbox) list(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	frame, err := h.frame(r, "outbox.title", outboxPath)
	if err != nil {
		return err
	}
	server, err := h.mailServer(r)
	if err != nil {
		return err
	}
	frame.Sub = w.T("outbox.sub")
	p := templates.OutboxPage{F: frame, IsSetUp: server.IsSetUp(), MayDecide: r.User.Can(account.EditSettings)}
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64)
	mails, err := h.box.Kept(ctx, survey.ID(max(before, 0)), ledgerPageSize+1)
	if err != nil {
		return err
	}
	if before > 0 {
		p.Pager.Newer = outboxPath
	}
	if len(mails) > ledgerPageSize {
		mails = mails[:ledgerPageSize]
		p.Pager.Older = outboxPath + "?before=" + mails[ledgerPageSize-1].ID.String()
	}
	if p.Table, err = h.table(r, mails); err != nil {
		return err
	}
	return h.s.render(r, http.StatusOK, templates.Outbox(p))
}

// mailServer reads the settings; a password that can't be opened is no reason to show nothing.
func (h *outbox) mailServer(r *Request) (account.MailServer, error) {
	return (&mailPages{s: h.s}).current(r)
}

func (h *outbox) table(r *Request, mails []asking.Mail) (ui.Table, error) {
	ctx, w := r.HTTP().Context(), r.Words
	t := ui.Table{Caption: w.T("outbox.title"), Columns: []ui.Column{
		{Text: w.T("outbox.mail")}, {Text: w.T("ledger.person")}, {Text: w.T("ledger.survey")}, {Text: w.T("outbox.due")},
	}}
	var people, invited []survey.ID
	for _, m := range mails {
		if m.ContactID != 0 {
			people = append(people, m.ContactID)
		}
		invited = append(invited, m.InvitationID)
	}
	contacts, err := h.contactsOf(ctx, people)
	if err != nil {
		return t, err
	}
	found, err := h.Store.InvitationsOf(ctx, invited)
	if err != nil {
		return t, err
	}
	surveyOf := map[survey.ID]int64{}
	for _, v := range found {
		surveyOf[v.ID] = v.SurveyID
	}
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return t, err
	}
	against, err := h.box.Against(ctx, mails)
	if err != nil {
		return t, err
	}
	names := surveyNames(surveys)
	for _, m := range mails {
		person := r.personCell(m.ContactID, contacts[m.ContactID])
		if m.ContactID == 0 {
			person = ui.Cell{Text: m.Recipient}
		}
		mail := ui.Cell{Text: w.T("mail.kind." + m.Kind), Href: outboxPath + "/" + m.ID.String()}
		if why := against[m.ID]; why != "" { // it waits, and will not go: there is no mail to read
			mail = ui.Cell{Text: mail.Text, Sub: w.T("outbox.goes_not", "why", againstText(w, why))}
		}
		t.Rows = append(t.Rows, []ui.Cell{
			mail, person, {Text: names[surveyOf[m.InvitationID]]}, {Text: w.DateTime(m.DueAt, h.Zone())},
		})
	}
	return t, nil
}

// againstText is what speaks against a mail, in words: a ledger's reason, or a decision.
func againstText(w *words.Words, why string) string {
	for _, prefix := range []string{"ledger.reason.", "ledger.decision."} {
		if w.Has(prefix + why) {
			return w.T(prefix + why)
		}
	}
	return why
}

// read gives the mail that the address names, as it would go out.
func (h *outbox) read(r *Request) (asking.Mail, asking.Message, error) {
	id, err := r.id("mail")
	if err != nil {
		return asking.Mail{}, asking.Message{}, err
	}
	m, text, err := h.box.Read(r.HTTP().Context(), survey.ID(id))
	return m, text, missing(err)
}

// show has one mail: whom it is from and to, its html in a frame, and its text.
func (h *outbox) show(r *Request) error {
	m, text, err := h.read(r)
	if err != nil {
		return err
	}
	w := r.Words
	frame, err := h.frame(r, "outbox.title", outboxPath)
	if err != nil {
		return err
	}
	frame.Heading = text.Subject
	from := text.From
	if from == "" {
		from = w.T("outbox.no_sender")
	}
	p := templates.KeptMail{F: frame, Frame: outboxPath + "/" + m.ID.String() + "/html", Text: text.Text, Language: text.Language, Test: m.Kind == asking.TestMail, Facts: []templates.Fact{
		{Name: w.T("outbox.from"), Value: strings.TrimSpace(text.FromName + " <" + from + ">")},
		{Name: w.T("outbox.to"), Value: text.To},
		{Name: w.T("outbox.mail"), Value: w.T("mail.kind." + m.Kind)},
		{Name: w.T("outbox.due"), Value: w.DateTime(m.DueAt, h.Zone())},
	}}
	return h.s.render(r, http.StatusOK, templates.KeptMailPage(p))
}

// mailPolicy is for the frame with a mail's html: whatever is in it, nothing runs, nothing is loaded, nothing is sent. Mails have their styles at the elements,
// so those are let through, and nothing else is.
const mailPolicy = "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

func (h *outbox) html(r *Request) error {
	_, text, err := h.read(r)
	if err != nil {
		return err
	}
	header := r.Writer().Header()
	header.Set("Content-Security-Policy", mailPolicy)
	header.Set("X-Frame-Options", "SAMEORIGIN")
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", text.Language)
	r.Writer().WriteHeader(http.StatusOK)
	if _, err := r.Writer().Write([]byte(text.HTML)); err != nil {
		return errGone
	}
	return nil
}

// release lets all go out that waits.
func (h *outbox) release(r *Request) error {
	var none struct{}
	if err := r.decode(&none); err != nil {
		return err
	}
	var due, tests int64
	if err := h.audited(r, "mail.release", "", func(ctx context.Context) (err error) {
		due, tests, err = h.box.Release(ctx)
		return err
	}); err != nil {
		return err
	}
	switch {
	case tests > 0 && due > 0:
		return r.done(outboxPath, "flash.mails_released_no_tests")
	case tests > 0:
		return r.done(outboxPath, "flash.tests_dropped")
	}
	return r.done(outboxPath, "flash.mails_released")
}

func (h *outbox) confirmDrop(r *Request) error {
	w := r.Words
	c := ui.Confirm{
		Title: w.T("outbox.drop.title"), Body: w.T("outbox.drop.body"), Action: outboxPath + "/drop", Button: w.T("outbox.drop"), Risk: true,
		Cancel: w.T("common.cancel"), Back: outboxPath,
	}
	return h.s.render(r, http.StatusOK, templates.Confirmation(r.shell(c.Title, invitingPath), c))
}

// drop decides against all that waits.
func (h *outbox) drop(r *Request) error {
	var none struct{}
	if err := r.decode(&none); err != nil {
		return err
	}
	if _, err := h.box.Drop(r.HTTP().Context(), r.User.Name); err != nil {
		return err
	}
	if err := h.audited(r, "mail.drop", "", func(context.Context) error { return nil }); err != nil {
		return err
	}
	return r.done(outboxPath, "flash.mails_dropped")
}
