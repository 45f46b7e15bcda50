package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// Unsubscribing is what the page to stop survey mails reads.
type Unsubscribing interface {
	Invitation(ctx context.Context, id survey.ID) (survey.Invitation, error)
	Contact(ctx context.Context, id survey.ID) (survey.Contact, error)
}

// PrivacyDeps is what the pages about a person's rights work with.
type PrivacyDeps struct {
	Store Unsubscribing
	Stops *people.Stops
	// Privacy copies and erases people.
	Privacy *people.Privacy
}

// unsubscriber serves whoever wants no more surveys. It needs no cookie, no script and no sign-in: the address in the mail is the authority. Mail programs
// send the form of RFC 8058 to the same address.
type unsubscriber struct {
	ask   *asker
	st    Unsubscribing
	stops *people.Stops
}

// Values of a form sent here: the mail program's by RFC 8058, and those of our own buttons.
const (
	oneClickName  = "List-Unsubscribe"
	oneClickValue = "One-Click"
	actName       = "act"
	actStop       = "stop"
	actResume     = "resume"
)

// leaving is one call: whose mails, and in which language.
type leaving struct {
	contact survey.Contact
	shop    shop
	w       *words.Words
}

// find reads the address. Whatever is no such address of ours is survey.ErrNotFound.
func (u *unsubscriber) find(c echo.Context) (*leaving, error) {
	ctx := c.Request().Context()
	id, ok := survey.StopID(c.Param("token"))
	if !ok {
		return nil, survey.ErrNotFound
	}
	inv, err := u.st.Invitation(ctx, id)
	if err != nil {
		return nil, err
	}
	if !u.ask.keys.IsStop(c.Param("token"), inv) {
		return nil, survey.ErrNotFound
	}
	cat, err := u.ask.catalogs.get(ctx)
	if err != nil {
		return nil, err
	}
	l := &leaving{shop: cat.shop}
	lang := c.QueryParam("lang")
	if !slices.Contains(words.Languages(), lang) {
		lang = inv.Language
	}
	if !slices.Contains(words.Languages(), lang) {
		lang = words.Match(c.Request().Header.Get("Accept-Language"), words.Languages(), cat.shop.lang)
	}
	l.w = words.For(lang)
	// An invitation whose person was erased has no contact: nothing is sent to them, and the page says so.
	l.contact, err = u.st.Contact(ctx, inv.ContactID)
	if errors.Is(err, survey.ErrNotFound) {
		err = nil
	}
	return l, err
}

// page asks, or says that no mail is sent any more. Reading it changes nothing, however often.
func (u *unsubscriber) page(c echo.Context) error {
	l, err := u.find(c)
	if err != nil {
		return u.ask.missing(c, err, "")
	}
	return u.show(c, l)
}

// take does what the form says, at once and without asking again. The answer is a page, not a redirect, since mail programs follow none.
func (u *unsubscriber) take(c echo.Context) error {
	form, formErr := u.ask.form(c)
	l, err := u.find(c)
	if err != nil {
		return u.ask.missing(c, err, "")
	}
	if formErr != nil {
		return u.refuse(c, l, formErr)
	}
	ctx := c.Request().Context()
	stop := strings.EqualFold(form.Get(oneClickName), oneClickValue) || form.Get(actName) == actStop
	switch {
	case l.contact.Email == "" && (stop || form.Get(actName) == actResume): // nobody to stop for: it is so already
	case stop:
		err = u.stops.Stop(ctx, l.contact.ID, people.Unsubscribed)
	case form.Get(actName) == actResume:
		if err = u.stops.Resume(ctx, l.contact.ID); err == nil {
			return u.resumed(c, l)
		}
	default:
		return u.refuse(c, l, errBadForm)
	}
	if err != nil {
		return err
	}
	return u.show(c, l)
}

// refuse says that the form is none of those that are sent here.
func (u *unsubscriber) refuse(c echo.Context, l *leaving, err error) error {
	e := u.ask.s.refusal(err)
	return u.ask.message(c, e.Status, l.shop, l.w, templates.SurveyMessage{Heading: l.w.T(e.Title), Body: e.text(l.w)})
}

func (u *unsubscriber) show(c echo.Context, l *leaving) error {
	got, err := u.stops.Of(c.Request().Context(), l.contact)
	email := maskAddress(l.contact.Email)
	switch {
	case l.contact.Email == "":
		return u.message(c, l, templates.SurveyMessage{Heading: l.w.T("unsubscribe.done_title")})
	case errors.Is(err, survey.ErrNotFound):
		return u.message(c, l, templates.SurveyMessage{
			Heading: l.w.T("unsubscribe.title"), Body: l.w.T("unsubscribe.body", "email", email), Retry: button(c, actStop, l.w.T("unsubscribe.button")),
		})
	case err != nil:
		return err
	}
	p := templates.SurveyMessage{Heading: l.w.T("unsubscribe.done_title"), Body: l.w.T("unsubscribe.done_body", "email", email)}
	if got.Reason == people.Unsubscribed {
		p.Retry = button(c, actResume, l.w.T("unsubscribe.undo"))
		p.Retry.Quiet = true
	}
	return u.message(c, l, p)
}

// resumed says that surveys come again, if nothing else speaks against it.
func (u *unsubscriber) resumed(c echo.Context, l *leaving) error {
	_, err := u.stops.Of(c.Request().Context(), l.contact)
	if errors.Is(err, survey.ErrNotFound) {
		return u.message(c, l, templates.SurveyMessage{Heading: l.w.T("unsubscribe.undo_done")})
	}
	if err != nil {
		return err
	}
	return u.show(c, l)
}

func (u *unsubscriber) message(c echo.Context, l *leaving, p templates.SurveyMessage) error {
	p.Frame.Langs = ui.Langs(l.w.Lang(), func(code string) string { return ownPath(c) + "?lang=" + code })
	return u.ask.message(c, http.StatusOK, l.shop, l.w, p)
}

func button(c echo.Context, act, text string) *templates.Retry {
	return &templates.Retry{Action: c.Request().URL.RequestURI(), Fields: []ui.Hide{{Name: actName, Value: act}}, Button: text}
}

// ownPath is the path of this page, with what stands in it escaped again.
func ownPath(c echo.Context) string { return "/u/" + url.PathEscape(c.Param("token")) }

// maskAddress shows enough of an address to know one's own, and too little for whoever the mail was forwarded to: a…@shop.example.
func maskAddress(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" {
		return ""
	}
	first := []rune(local)[0]
	return string(first) + "…@" + domain
}
