package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// uncertain lists mails of which nobody knows whether they arrived, and those that failed. Only a person sends them again.
func (h *inviting) uncertain(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	frame, err := h.frame(r, "uncertain.title", "/invitations/uncertain")
	if err != nil {
		return err
	}
	frame.Sub = w.T("uncertain.sub")
	state := asking.MailUncertain
	if r.Query("state") == string(asking.MailFailed) {
		state = asking.MailFailed
	}
	path := "/invitations/uncertain?state=" + string(state)
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64)
	mails, err := h.Store.MailsIn(ctx, state, survey.ID(max(before, 0)), ledgerPageSize+1)
	if err != nil {
		return err
	}
	p := templates.UncertainPage{F: frame, Failed: state == asking.MailFailed, Back: path}
	p.States = ui.Select(string(state), []ui.Option{
		{Value: string(asking.MailUncertain), Label: w.T("uncertain.state.uncertain")}, {Value: string(asking.MailFailed), Label: w.T("uncertain.state.failed")},
	})
	if before > 0 {
		p.Pager.Newer = path
	}
	if len(mails) > ledgerPageSize {
		mails = mails[:ledgerPageSize]
		p.Pager.Older = path + "&before=" + mails[ledgerPageSize-1].ID.String()
	}
	if p.Rows, err = h.uncertainRows(r, mails); err != nil {
		return err
	}
	return h.s.render(r, http.StatusOK, templates.Uncertain(p))
}

func (h *inviting) uncertainRows(r *Request, mails []asking.Mail) (rows []templates.UncertainRow, err error) {
	ctx, w := r.HTTP().Context(), r.Words
	var people, invited []survey.ID
	for _, m := range mails {
		people, invited = append(people, m.ContactID), append(invited, m.InvitationID)
	}
	contacts, err := h.contactsOf(ctx, people)
	if err != nil {
		return nil, err
	}
	found, err := h.Store.InvitationsOf(ctx, invited)
	if err != nil {
		return nil, err
	}
	invitations := map[survey.ID]survey.Invitation{}
	for _, v := range found {
		invitations[v.ID] = v
	}
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return nil, err
	}
	names := surveyNames(surveys)
	for _, m := range mails {
		v := invitations[m.InvitationID]
		row := templates.UncertainRow{
			Person: r.personCell(m.ContactID, contacts[m.ContactID]), Survey: names[v.SurveyID], Kind: w.T("mail.kind." + m.Kind),
			Problem: reasonText(w, m.Problem), At: w.DateTime(m.CreatedAt, h.Zone()), Resend: "/invitations/uncertain/" + m.ID.String(),
		}
		if m.ContactID == 0 {
			row.Person = ui.Cell{Text: m.Recipient}
		}
		if !m.HandedAt.IsZero() {
			row.At = w.DateTime(m.HandedAt, h.Zone())
		}
		if !v.AnsweredAt.IsZero() {
			row.Answered = true
		}
		row.Label = w.T("uncertain.resend_to", "name", row.Person.Text)
		rows = append(rows, row)
	}
	return rows, nil
}

// resend sends one of them again.
func (h *inviting) resend(r *Request) error {
	var none struct{}
	if err := r.decode(&none); err != nil {
		return err
	}
	id, err := r.id("mail")
	if err != nil {
		return err
	}
	err = h.audited(r, "mail.resend", "mail "+strconv.FormatInt(id, 10), func(ctx context.Context) error {
		return h.Resend.Resend(ctx, survey.ID(id), r.User.Name)
	})
	if errors.Is(err, asking.ErrNotStuck) {
		return errConflict
	}
	if err != nil {
		return err
	}
	return r.done("/invitations/uncertain", "flash.mail_due")
}
