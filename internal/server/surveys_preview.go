package server

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/words"
)

// previewClasses are the thank-you pages to look at.
var previewClasses = map[string]scoring.Class{"worst": scoring.ClassWorst, "middle": scoring.ClassMiddle, "best": scoring.ClassBest}

// preview shows a draft, or one of its versions, as customers see it: ?in= is the language of its texts (?lang= would change that of the staff pages),
// ?screen=1.. the page, ?class=worst, middle or best the thank-you. Nothing can be sent from it.
func (b *builder) preview(r *Request) error {
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	def := s.Edited
	if text := r.Query("version"); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errNotFound
		}
		v, err := b.store.Version(ctx, id)
		if err != nil || v.SurveyID != s.ID {
			return errNotFound
		}
		def = v.Definition
	}
	sh, err := b.shop(ctx)
	if err != nil {
		return err
	}
	in := r.Query("in")
	if !slices.Contains(s.Settings.Languages, in) {
		in = s.Settings.DefaultLanguage
	}
	a := showing{shop: sh, survey: s, def: def, w: words.For(in), given: survey.Response{Rating: survey.NoRating}}
	return b.sendPreview(r, a, previewPage(r, a))
}

func previewPage(r *Request, a showing) templ.Component {
	href := func(lang string) string {
		q := r.HTTP().URL.Query()
		q.Set("in", lang)
		return (&url.URL{Path: r.HTTP().URL.Path, RawQuery: q.Encode()}).RequestURI()
	}
	if class, ok := previewClasses[r.Query("class")]; ok {
		a.given.Class = class
		return templates.Thanks(a.thanks("", "", href))
	}
	screens := a.def.Screens()
	if len(screens) == 0 {
		return templates.Message(templates.SurveyMessage{Frame: a.frame(a.survey.Name, href), Heading: a.survey.Name, Body: r.Words.T("edit.error.no_question")})
	}
	screen, _ := strconv.Atoi(r.Query("screen"))
	p := a.page(min(max(screen-1, 0), len(screens)-1), "", href)
	p.Preview = true
	return templates.Survey(p)
}

// sendPreview sends a survey page into the builder's frame: it may be framed by us, and runs no script.
func (b *builder) sendPreview(r *Request, a showing, page templ.Component) error {
	out, err := templates.Dress(r.HTTP().Context(), page, a.shop.look)
	if err != nil {
		return err
	}
	h := r.Writer().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+out.Style+"; form-action 'none'; base-uri 'none'; frame-ancestors 'self'")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", a.w.Lang())
	r.Writer().WriteHeader(http.StatusOK)
	if _, err := r.Writer().Write(out.HTML); err != nil {
		return errGone
	}
	return nil
}
