package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/words"
)

// owned finds the response whose address this is. Whoever has the address may change the answer for a day; after that the page only thanks.
func (a *asker) owned(c echo.Context) (*visit, survey.Response, error) {
	ctx := c.Request().Context()
	id, ok := a.keys.AnswerID(c.Param("answer"))
	if !ok {
		return nil, survey.Response{}, survey.ErrNotFound
	}
	cat, err := a.catalogs.get(ctx)
	if err != nil {
		return nil, survey.Response{}, err
	}
	r, err := cat.st.Response(ctx, id)
	if err != nil {
		return nil, r, err
	}
	if r.Status == survey.Deleted {
		return nil, r, survey.ErrNotFound
	}
	t, err := cat.answered(ctx, r)
	if err != nil {
		return nil, r, err
	}
	v := &visit{c: c, cat: cat, target: t, given: r, id: id, token: a.keys.AnswerToken(id)}
	v.lang = a.language(c, t, r.Language, cat)
	v.w = words.For(v.lang)
	return v, r, nil
}

func (a *asker) thanks(c echo.Context) error {
	v, r, err := a.owned(c)
	if err != nil {
		return a.missing(c, err, "")
	}
	q, err := a.contactQuestion(c.Request().Context(), v, r)
	if err != nil {
		return err
	}
	return a.showThanks(v, r, q, http.StatusOK)
}

func (a *asker) showThanks(v *visit, r survey.Response, q *templates.ContactQuestion, status int) error {
	here := "/s/a/" + v.token
	change, until := "", ""
	if r.Editable(a.s.deps.Now()) {
		change, until = here+"/1", v.w.DateTime(r.AnsweredAt.Add(survey.EditWindow), v.cat.shop.zone)
	}
	page := v.asking().thanks(change, until, func(lang string) string { return here + "?lang=" + lang })
	page.Contact = q
	return a.show(v.c, status, templates.Thanks(page), v.lang, v.cat.shop.look)
}

// screenOf reads the number of a screen, which counts from 1 in addresses.
func screenOf(c echo.Context, d survey.Definition) (int, bool) {
	n, err := strconv.Atoi(c.Param("screen"))
	return n - 1, err == nil && n >= 1 && n <= len(d.Screens())
}

// change shows a screen with what was given.
func (a *asker) change(c echo.Context) error {
	v, r, err := a.owned(c)
	if err != nil {
		return a.missing(c, err, "")
	}
	n, ok := screenOf(c, v.target.version.Definition)
	if !ok {
		return a.missing(c, survey.ErrNotFound, "")
	}
	if !r.Editable(a.s.deps.Now()) {
		return c.Redirect(http.StatusSeeOther, "/s/a/"+v.token)
	}
	return a.showScreen(v, v.asking(), n, http.StatusOK)
}

func (a *asker) showScreen(v *visit, ask showing, n, status int) error {
	here := "/s/a/" + v.token + "/" + strconv.Itoa(n+1)
	page := ask.page(n, here, func(lang string) string { return here + "?lang=" + lang })
	return a.show(v.c, status, templates.Survey(page), v.lang, ask.shop.look)
}

// amend stores a screen of an answer that exists.
func (a *asker) amend(c echo.Context) error {
	form, formErr := a.form(c)
	v, _, err := a.owned(c)
	if err != nil {
		return a.missing(c, err, form.Get("comment"))
	}
	if formErr != nil {
		return a.unread(v, formErr, form)
	}
	def := v.target.version.Definition
	n, ok := screenOf(c, def)
	if !ok {
		return a.missing(c, survey.ErrNotFound, form.Get("comment"))
	}
	rd := reading{def: def, w: v.w, form: form, given: &v.given}
	if err := rd.screen(n); err != nil {
		return a.unread(v, err, form)
	}
	if len(rd.problems) > 0 {
		ask := v.asking()
		ask.problem = rd.problems
		return a.showScreen(v, ask, n, http.StatusUnprocessableEntity)
	}
	last := n == len(def.Screens())-1
	stored, outcome, err := a.intake.Amend(c.Request().Context(), v.id, func(r *survey.Response) {
		again := reading{def: def, w: v.w, form: form, given: r}
		_ = again.screen(n) // it was read without a problem above
		r.Unfinished = r.Unfinished && !last
	})
	if err != nil {
		return a.unsaved(v, err, form)
	}
	if outcome == survey.Locked {
		return a.showLocked(v, stored)
	}
	next := "/s/a/" + v.token
	if !last {
		next += "/" + strconv.Itoa(n+2)
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// busy answers the script when an answer could not be stored.
func (s *Server) busy(c echo.Context, err error) error {
	if errors.Is(err, context.Canceled) {
		return errGone
	}
	if !errors.Is(err, survey.ErrBusy) {
		s.deps.Log.Error("an answer was not stored", "err", err)
	}
	c.Response().Header().Set("Retry-After", "5")
	return c.NoContent(http.StatusServiceUnavailable)
}
