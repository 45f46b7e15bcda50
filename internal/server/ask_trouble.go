package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// form reads a customer's form.
func (a *asker) form(c echo.Context) (url.Values, error) {
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, hardBody+1)
	return readForm(req, surveyBody)
}

// message shows why there is no survey or why an answer was not taken, with the comment that was typed.
func (a *asker) message(c echo.Context, status int, in shop, w *words.Words, p templates.SurveyMessage) error {
	p.Frame.W, p.Frame.Brand, p.Frame.Title = w, in.name, p.Heading
	return a.show(c, status, templates.Message(p), w.Lang(), in.look)
}

// missing answers an address that leads nowhere. Unknown, expired, revoked and closed personal links get the same bytes. Other errors go on to
// their own page.
func (a *asker) missing(c echo.Context, err error, kept string) error {
	if !errors.Is(err, survey.ErrNotFound) {
		if kept == "" {
			return err
		}
		return a.lostOut(c, err, kept)
	}
	cat, err := a.catalogs.get(c.Request().Context())
	if err != nil {
		return err
	}
	w := words.For(words.Match(c.Request().Header.Get("Accept-Language"), words.Languages(), cat.shop.lang))
	if wait := a.misses.miss(c.RealIP()); wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		return a.message(c, http.StatusTooManyRequests, cat.shop, w, templates.SurveyMessage{
			Heading: w.T("error.rate_limited.title"), Body: w.N("error.rate_limited.body", int64(wait/time.Minute)+1), Kept: kept,
		})
	}
	return a.message(c, http.StatusNotFound, cat.shop, w, templates.SurveyMessage{
		Heading: w.T("error.link_invalid.title"), Body: w.T("error.link_invalid.body"), Kept: kept,
	})
}

// lostOut keeps the comment when not even the survey could be read.
func (a *asker) lostOut(c echo.Context, err error, kept string) error {
	a.s.deps.Log.Error("an answer was not stored", "err", err)
	w := words.For(words.Match(c.Request().Header.Get("Accept-Language"), words.Languages(), "en"))
	c.Response().Header().Set("Retry-After", "60")
	return a.message(c, http.StatusServiceUnavailable, shop{}, w, templates.SurveyMessage{
		Heading: w.T("error.server.title"), Body: w.T("error.server.body"), Kept: kept,
	})
}

// showClosed says that a public link's survey takes no answers now.
func (a *asker) showClosed(v *visit, kept string) error {
	sv, now := v.target.survey, a.s.deps.Now()
	p := templates.SurveyMessage{Heading: v.w.T("error.survey_closed.title"), Kept: kept}
	date := func(t time.Time) string {
		y, m, d := t.In(v.cat.shop.zone).Date()
		if y != now.In(v.cat.shop.zone).Year() {
			return v.w.DateYear(y, m, d)
		}
		return v.w.Date(y, m, d)
	}
	switch {
	case now.Before(sv.OpensAt):
		p.Heading, p.Body = v.w.T("survey.not_open.title"), v.w.T("survey.not_open.body", "date", date(sv.OpensAt))
	case !sv.ClosesAt.IsZero() && !now.Before(sv.ClosesAt):
		p.Body = v.w.T("error.survey_closed.body", "date", date(sv.ClosesAt))
	case !v.target.link.ClosedAt.IsZero():
		p.Heading = v.w.T("survey.closed_link.title")
	}
	return a.message(v.c, http.StatusGone, v.cat.shop, v.w, p)
}

// showLocked says that the answer stays as it is.
func (a *asker) showLocked(v *visit, stored survey.Response) error {
	y, m, d := stored.AnsweredAt.In(v.cat.shop.zone).Date()
	return a.message(v.c, http.StatusConflict, v.cat.shop, v.w, templates.SurveyMessage{
		Heading: v.w.T("error.already_answered.title"), Body: v.w.T("error.already_answered.body", "date", v.w.Date(y, m, d)), Kept: v.given.Comment,
		Links: []ui.Link{{Text: v.w.T("survey.see_answer"), Href: "/s/a/" + a.keys.AnswerToken(stored.ID)}},
	})
}

// unread answers a form that can't be read: too long, or no form of ours.
func (a *asker) unread(v *visit, err error, form url.Values) error {
	kept := form.Get("comment")
	if errors.Is(err, ErrTooLarge) {
		p := templates.SurveyMessage{Heading: v.w.T("error.too_large.title"), Body: v.w.T("error.too_large_lost.body"), Kept: kept, Links: []ui.Link{{Text: v.w.T("survey.back"), Href: v.c.Request().URL.RequestURI()}}}
		if kept != "" {
			p.Body = v.w.T("error.too_large.body")
		}
		return a.message(v.c, http.StatusRequestEntityTooLarge, v.cat.shop, v.w, p)
	}
	var refused *Error
	if !errors.As(err, &refused) {
		refused = errBadForm
	}
	return a.message(v.c, refused.Status, v.cat.shop, v.w, templates.SurveyMessage{Heading: v.w.T(refused.Title), Body: refused.text(v.w), Kept: kept})
}

// unsaved says that an answer could not be stored, and offers to send the same form again.
func (a *asker) unsaved(v *visit, err error, form url.Values) error {
	if errors.Is(err, context.Canceled) && v.c.Request().Context().Err() != nil {
		return errGone // nobody is left; the answer is written all the same
	}
	if errors.Is(err, survey.ErrNotFound) {
		return a.missing(v.c, err, form.Get("comment"))
	}
	status, wait := http.StatusInternalServerError, ""
	switch {
	case errors.Is(err, survey.ErrBusy), a.s.away(err):
		status, wait = http.StatusServiceUnavailable, "5"
	case errors.Is(err, survey.ErrFull), errors.Is(err, context.DeadlineExceeded):
		status, wait = http.StatusServiceUnavailable, "60"
	}
	if wait != "" {
		v.c.Response().Header().Set("Retry-After", wait)
	}
	a.s.deps.Log.Error("an answer was not stored", "status", status, "err", err)
	retry := &templates.Retry{Action: v.c.Request().URL.RequestURI(), Button: v.w.T("survey.try_again")}
	for name, values := range form {
		for _, value := range values {
			retry.Fields = append(retry.Fields, ui.Hide{Name: name, Value: value})
		}
	}
	return a.message(v.c, status, v.cat.shop, v.w, templates.SurveyMessage{
		Heading: v.w.T("error.server.title"), Body: v.w.T("error.server.body"), Kept: form.Get("comment"), Retry: retry,
	})
}
