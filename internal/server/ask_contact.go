package server

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// ContactRequests keep what unhappy customers say about being contacted.
type ContactRequests interface {
	Promise(ctx context.Context) (hours int, business bool, err error)
	Said(ctx context.Context, r survey.Response) (said followup.Permission, email string, err error)
	Permit(ctx context.Context, response survey.ID, p followup.Permission, phone string) error
}

// mayBeContacted tells whether the customer is asked: who was unhappy, while the answer can be changed.
func (a *asker) mayBeContacted(v *visit, r survey.Response) bool {
	return a.requests != nil && v.target.version.Definition.AskContact && r.Class == scoring.ClassWorst && r.Status == survey.Counted && r.Editable(a.s.deps.Now())
}

// contactQuestion is what the page of thanks asks of who was unhappy; nil: nothing.
func (a *asker) contactQuestion(ctx context.Context, v *visit, r survey.Response) (*templates.ContactQuestion, error) {
	if !a.mayBeContacted(v, r) {
		return nil, nil
	}
	said, email, err := a.requests.Said(ctx, r)
	if err != nil {
		return nil, err
	}
	hours, business, err := a.requests.Promise(ctx)
	if err != nil {
		return nil, err
	}
	q := &templates.ContactQuestion{Action: "/s/a/" + v.token + "/contact", Promise: v.w.N("contact.promise", int64(hours))}
	if business {
		q.Promise = v.w.N("contact.promise_business", int64(hours))
	}
	if email != "" {
		q.Email = v.w.T("contact.yes_email", "email", masked(email))
	}
	switch said {
	case followup.Agreed:
		q.Done = v.w.T("contact.done_yes")
	case followup.Declined:
		q.Done = v.w.T("contact.done_no")
	case followup.NotSaid:
	}
	return q, nil
}

// masked shows whose address it is to who knows it, and to nobody else who has the page.
func masked(email string) string {
	local, domain, ok := strings.Cut(email, "@")
	if !ok {
		return "•••"
	}
	first, _ := utf8.DecodeRuneInString(local)
	return string(first) + "•••@" + domain
}

// permit stores what the customer said about being contacted.
func (a *asker) permit(c echo.Context) error {
	form, formErr := a.form(c)
	v, r, err := a.owned(c)
	if err != nil {
		return a.missing(c, err, "")
	}
	if formErr != nil {
		return a.unread(v, formErr, form)
	}
	ctx := c.Request().Context()
	here := "/s/a/" + v.token
	q, err := a.contactQuestion(ctx, v, r)
	if err != nil {
		return a.unsaved(v, err, form)
	}
	if q == nil {
		return c.Redirect(http.StatusSeeOther, here)
	}
	permission, phone := readContact(v, form, q)
	if len(q.Problems) > 0 {
		q.Done = ""
		return a.showThanks(v, r, q, http.StatusUnprocessableEntity)
	}
	if err := a.requests.Permit(ctx, r.ID, permission, phone); err != nil {
		return a.unsaved(v, err, form)
	}
	return c.Redirect(http.StatusSeeOther, here)
}

// readContact reads the form into the question, with what is wrong with it.
func readContact(v *visit, form url.Values, q *templates.ContactQuestion) (p followup.Permission, phone string) {
	q.Chosen, q.Phone = form.Get("contact"), survey.Line(form.Get("phone"))
	switch {
	case q.Chosen == "no":
		return followup.Declined, ""
	case q.Chosen == "email" && q.Email != "":
		return followup.Agreed, ""
	case q.Chosen == "phone":
		phone, ok := followup.CleanPhone(q.Phone)
		if !ok {
			q.Problems = ui.Problems{{Field: "phone", Text: v.w.T("error.phone")}}
		}
		return followup.Agreed, phone
	}
	q.Problems = ui.Problems{{Field: "contact", Text: v.w.T("error.contact_required")}}
	return followup.NotSaid, ""
}
