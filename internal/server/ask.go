package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/words"
)

// askPath is where a survey is asked; routes.go registers it.
const askPath = "/s/:token"

// asker serves customers: the pages of surveys, and their answers.
type asker struct {
	s         *Server
	catalogs  *catalogs
	intake    *survey.Intake
	reception *survey.Reception
	ids       *survey.IDs
	keys      survey.Keys
	misses    *missLimit
	requests  ContactRequests
	fronts    *counters // of the pages that front serves
}

func (s *Server) newAsker(d *AskingDeps) *asker {
	return &asker{s: s, catalogs: &catalogs{st: d.Store, now: s.deps.Now}, intake: d.Intake, reception: d.Reception, ids: d.IDs, keys: d.Keys, misses: newMissLimit(s.deps.Now), requests: d.Requests, fronts: s.metrics.fast(askPath)}
}

// AskingDeps is what customers' pages work with.
type AskingDeps struct {
	Store     Asking
	Intake    *survey.Intake
	Reception *survey.Reception // of personal links
	IDs       *survey.IDs
	Keys      survey.Keys
	Requests  ContactRequests // nil: nobody is asked whether they may be contacted
}

// visit is one call of a survey's address: what is asked there, and of whom.
type visit struct {
	c          echo.Context
	cat        *catalog
	target     *target
	token      string // as it stands in addresses
	person     bool   // a personal link
	id         survey.ID
	given      survey.Response
	invitation survey.Invitation // of a personal link
	ends       survey.ID         // of a personal link to an anonymous survey: the invitation, which its answer ends
	ended      bool              // it was answered
	opened     int               // the rating that the personal link carries, or NoRating
	w          *words.Words
	lang       string
}

// find reads the address. It returns survey.ErrNotFound for what is unknown, expired, revoked or, for personal links, closed.
func (a *asker) find(c echo.Context) (*visit, error) {
	ctx := c.Request().Context()
	cat, err := a.catalogs.get(ctx)
	if err != nil {
		return nil, err
	}
	v := &visit{c: c, cat: cat, given: survey.Response{Rating: survey.NoRating}, opened: survey.NoRating}
	typed := c.Param("token")
	if token, ok := survey.ParseToken(typed); ok {
		err = a.findInvitation(ctx, v, token)
	} else {
		err = a.findLink(ctx, v, typed)
	}
	if err != nil {
		return nil, err
	}
	v.lang = a.language(c, v.target, v.given.Language, cat)
	v.w = words.For(v.lang)
	v.given.Language = v.lang
	return v, nil
}

// withoutSlash leads an address that was typed or printed with a slash behind it to the survey.
func (a *asker) withoutSlash(c echo.Context) error {
	setHeaders(c.Response().Header())
	to := strings.TrimRight(c.Request().URL.EscapedPath(), "/")
	if q := c.Request().URL.RawQuery; q != "" {
		to += "?" + q
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (a *asker) findInvitation(ctx context.Context, v *visit, token string) error {
	inv, err := v.cat.st.InvitationByToken(ctx, survey.HashToken(token))
	if err != nil {
		return err
	}
	now := a.s.deps.Now()
	if !now.Before(inv.ExpiresAt) {
		return survey.ErrNotFound
	}
	if v.target, err = v.cat.target(ctx, inv.SurveyID); err != nil {
		return err
	}
	if !v.target.survey.TakesAnswers(now) {
		return survey.ErrNotFound
	}
	if v.target.survey.Settings.Anonymous {
		// From here on it is as with a public link, but for the invitation that the answer ends.
		v.token, v.ends, v.ended = token, inv.ID, !inv.AnsweredAt.IsZero()
		v.given.Touchpoint, v.given.Language = inv.Touchpoint, inv.Language
		return nil
	}
	v.person, v.token, v.id, v.invitation = true, token, inv.ID, inv
	v.given.Channel, v.given.ContactID, v.given.OrderRef = survey.ViaInvitation, inv.ContactID, inv.OrderRef
	v.given.Touchpoint, v.given.Language = inv.Touchpoint, inv.Language
	return nil
}

func (a *asker) findLink(ctx context.Context, v *visit, typed string) error {
	t, err := v.cat.link(ctx, typed)
	if err != nil {
		return err
	}
	v.target, v.token = t, t.link.Slug
	v.given.Touchpoint, v.given.Language = t.link.Touchpoint, t.link.Language
	if v.given.Touchpoint == 0 {
		v.given.Touchpoint = t.survey.Settings.Touchpoint
	}
	if v.c.Request().URL.RawQuery == "" {
		return nil
	}
	q := v.c.Request().URL.Query()
	if key := q.Get("touchpoint"); key != "" && t.survey.Settings.AllowTouchpoint {
		if id, ok := v.cat.touchpoints[key]; ok {
			v.given.Touchpoint = id
		}
	}
	if t.survey.Settings.AllowOrder {
		v.given.OrderRef = truncate(survey.Clean(q.Get("order")), maxOrder)
	}
	return nil
}

// maxOrder is how long an order's number may be, in runes.
const maxOrder = 100

func truncate(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// language picks the language of a survey page: what the address asks for, what was chosen before, the link's own, what the browser asks for, the
// survey's. An explicit choice is never overruled.
func (a *asker) language(c echo.Context, t *target, own string, cat *catalog) string {
	langs := t.survey.Settings.Languages
	if lang := c.QueryParam("lang"); slices.Contains(langs, lang) {
		if cookie, err := c.Cookie(languageCookie); err != nil || cookie.Value != lang {
			c.SetCookie(&http.Cookie{Name: languageCookie, Value: lang, Path: "/s/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: a.s.secure(c.Request())})
		}
		return lang
	}
	if cookie, err := c.Cookie(languageCookie); err == nil && slices.Contains(langs, cookie.Value) {
		return cookie.Value
	}
	return firstLanguage(c.Request(), t, own, cat)
}

// firstLanguage is that of a browser that has chosen none: the link's own, what the browser asks for, the survey's.
func firstLanguage(r *http.Request, t *target, own string, cat *catalog) string {
	if slices.Contains(t.survey.Settings.Languages, own) {
		return own
	}
	fallback := t.survey.Settings.DefaultLanguage
	if fallback == "" {
		fallback = cat.shop.lang
	}
	if accept := r.Header.Get("Accept-Language"); accept != "" {
		return t.accepted.match(accept, t.survey.Settings.Languages, fallback)
	}
	return fallback
}

// closed tells whether a public link takes no answers now.
func (v *visit) closed(now time.Time) bool {
	return !v.person && v.target.closed(now)
}

func (v *visit) asking() showing {
	return showing{shop: v.cat.shop, survey: v.target.survey, def: v.target.version.Definition, w: v.w, given: v.given}
}

// address is that of the survey, with the query's touchpoint and order, and other values set.
func (v *visit) address(path string, set ...string) string {
	q, given := url.Values{}, v.c.Request().URL.Query()
	for _, name := range []string{"touchpoint", "order"} {
		if s := given.Get(name); s != "" {
			q.Set(name, s)
		}
	}
	for i := 0; i+1 < len(set); i += 2 {
		q.Set(set[i], set[i+1])
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// ask shows the first screen. It records no answer, whoever opens the link: programs do that before people.
func (a *asker) ask(c echo.Context) error {
	rating := strings.TrimSuffix(c.Param("rating"), "/")
	if strings.Contains(rating, "/") { // the router gives the last part of an address everything that follows
		return a.missing(c, survey.ErrNotFound, "")
	}
	v, err := a.find(c)
	if err != nil {
		return a.missing(c, err, "")
	}
	if v.closed(a.s.deps.Now()) {
		return a.showClosed(v, "")
	}
	used := a.giveKey(v)
	if v.ended {
		return a.showEnded(v, used, "")
	}
	if v.plain() && used == "" {
		if p := v.target.page(v.lang); p != nil {
			return p.send(c.Response(), c.Request())
		}
	}
	ask := v.asking()
	if rating != "" {
		v.opened = ask.choose(rating)
	}
	page := v.firstScreen(ask)
	if used != "" {
		page.Notice = &templates.SurveyNotice{Text: v.w.T("survey.answered_here"), Link: v.w.T("thanks.change"), Href: "/s/a/" + used + "/1"}
	}
	if v.plain() && used == "" {
		p, err := render(c.Request().Context(), templates.Survey(page), v.lang, ask.shop.look)
		if err != nil {
			return err
		}
		v.target.pages.Store(v.lang, p)
		return p.send(c.Response(), c.Request())
	}
	if err := a.show(c, http.StatusOK, templates.Survey(page), v.lang, ask.shop.look); err != nil {
		return err
	}
	if v.person {
		a.opened(v)
	}
	return nil
}

// plain tells whether the page is the same for everybody who reads it in this language.
func (v *visit) plain() bool {
	if v.person || v.ends != 0 || v.c.Param("rating") != "" {
		return false
	}
	if v.c.Request().URL.RawQuery == "" {
		return true
	}
	q := v.c.Request().URL.Query()
	return !q.Has("touchpoint") && !q.Has("order")
}

// choose preselects the rating that a link carries, and gives it; NoRating where the text is none. Of a loyalty index, whose answers have no one rating, it is that
// of the first question, which its mail asks.
func (a *showing) choose(text string) int {
	q, single := a.def.Primary()
	if cli := a.def.CLI(); !single && len(cli) > 0 {
		q = cli[0]
	}
	def, _ := q.Scheme.Def()
	n, err := strconv.Atoi(text)
	if q.No == 0 || err != nil || !def.Contains(n) {
		return survey.NoRating
	}
	if a.said = text; single {
		a.given.Rating = n
	} else {
		a.given.Put(survey.Answer{Question: q.No, Rating: n})
	}
	return n
}

// take stores the first screen.
func (a *asker) take(c echo.Context) error {
	form, formErr := a.form(c)
	v, err := a.find(c)
	if err != nil {
		return a.missing(c, err, form.Get("comment"))
	}
	if formErr != nil {
		return a.unread(v, formErr, form)
	}
	if v.closed(a.s.deps.Now()) {
		return a.showClosed(v, form.Get("comment"))
	}
	if v.ended && !a.isOwn(v) {
		return a.showEnded(v, "", form.Get("comment"))
	}
	if err := v.asShown(form); err != nil {
		return a.unread(v, err, form)
	}
	rd := reading{def: v.target.version.Definition, w: v.w, form: form, given: &v.given}
	if err := rd.screen(0); err != nil {
		return a.unread(v, err, form)
	}
	if len(rd.problems) > 0 {
		ask := v.asking()
		ask.problem = rd.problems
		return a.show(c, http.StatusUnprocessableEntity, templates.Survey(v.firstScreen(ask)), v.lang, ask.shop.look)
	}
	screens := len(rd.def.Screens())
	v.given.Unfinished = screens > 1
	v.given.ID = a.responseID(v)
	stored, outcome, err := a.give(v, form, false)
	if err != nil {
		return a.unsaved(v, err, form)
	}
	if outcome == survey.Locked {
		return a.showLocked(v, stored)
	}
	a.useKey(v, stored.ID)
	next := "/s/a/" + a.keys.AnswerToken(stored.ID)
	if screens > 1 {
		next += "/2"
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// score stores a rating as soon as it is chosen; the script of the page calls it.
func (a *asker) score(c echo.Context) error {
	form, formErr := a.form(c)
	v, err := a.find(c)
	if err != nil || formErr != nil || v.closed(a.s.deps.Now()) {
		return c.NoContent(http.StatusNotFound)
	}
	if v.ended && !a.isOwn(v) {
		return c.NoContent(http.StatusConflict)
	}
	if err := v.asShown(form); err != nil {
		return c.NoContent(http.StatusBadRequest)
	}
	rd := reading{def: v.target.version.Definition, w: v.w, form: form, given: &v.given}
	if err := rd.screen(0); err != nil {
		return c.NoContent(http.StatusBadRequest)
	}
	if v.given.Rating == survey.NoRating && len(v.given.Answers) == 0 {
		return c.NoContent(http.StatusUnprocessableEntity)
	}
	id, ok := a.ownID(v)
	if !ok {
		return c.NoContent(http.StatusConflict) // without a key the form would be a second answer
	}
	v.given.ID = id
	stored, outcome, err := a.give(v, form, true)
	if err != nil {
		return a.s.busy(c, err)
	}
	if outcome == survey.Locked {
		return c.NoContent(http.StatusConflict)
	}
	if !v.person {
		a.setKey(c.Response(), c.Request(), v.token, a.keys.FormKey(stored.ID))
	}
	return c.NoContent(http.StatusNoContent)
}
