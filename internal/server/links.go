package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

type publicLinks interface {
	Link(ctx context.Context, slug string) (survey.Link, error) // survey.ErrNotFound
	Links(ctx context.Context, surveyID int64) ([]survey.Link, error)
	CreateLink(ctx context.Context, l survey.Link) error
	CloseLink(ctx context.Context, slug string, at time.Time) error
}

// linkForm makes a public link.
type linkForm struct {
	Name       string `form:"link_name"`
	Touchpoint int64  `form:"link_touchpoint"`
	Language   string `form:"link_language"`
}

// linkList puts a survey's public links and the form for another one on its page.
func (b *builder) linkList(r *Request, p *templates.SurveyOverview, s survey.Survey, tps []survey.Touchpoint, f linkForm, problems ui.Problems) error {
	links, err := b.store.Links(r.HTTP().Context(), s.ID)
	if err != nil {
		return err
	}
	w := r.Words
	for _, l := range links {
		row := templates.LinkRow{
			Slug: l.Slug, Address: r.Base() + "/s/" + l.Slug, Path: surveyPath(s.ID) + "/links/" + l.Slug, Closed: !l.ClosedAt.IsZero(), Guessable: l.Guessable,
			Touchpoint: w.T("links.from_survey"), Language: w.T("links.any_language"),
		}
		if l.Touchpoint != 0 {
			row.Touchpoint = touchpointName(r, tps, l.Touchpoint)
		}
		if l.Language != "" {
			row.Language = say(l.Language, "lang.name")
		}
		p.Links = append(p.Links, row)
	}
	p.LinkName = ui.Field{ID: "link_name", Label: w.T("links.name"), Note: w.T("ui.optional"), Hint: w.T("links.name.hint"), Value: f.Name, Error: problems.At("link_name"), Autocomplete: "off"}
	p.LinkTouchpoint = ui.Field{ID: "link_touchpoint", Label: w.T("links.touchpoint")}
	p.LinkTouchpoints = touchpointOptions(r, tps, f.Touchpoint, w.T("links.from_survey"))
	p.LinkLanguage = ui.Field{ID: "link_language", Label: w.T("links.language")}
	p.LinkLanguages = linkLanguages(r, s, f.Language)
	return nil
}

// linkLanguages are the languages that a link may open a survey in.
func linkLanguages(r *Request, s survey.Survey, chosen string) []ui.Option {
	options := []ui.Option{{Label: r.Words.T("links.any_language"), Selected: chosen == ""}}
	for _, l := range s.Settings.Languages {
		options = append(options, ui.Option{Value: l, Label: say(l, "lang.name"), Selected: l == chosen})
	}
	return options
}

// createLink makes a public link with a chosen name or a random one.
func (b *builder) createLink(r *Request) error {
	var f linkForm
	if err := r.decode(&f); err != nil {
		return err
	}
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	tps, err := b.store.Touchpoints(r.HTTP().Context())
	if err != nil {
		return err
	}
	if !hasTouchpoint(tps, f.Touchpoint) || f.Language != "" && !slices.Contains(s.Settings.Languages, f.Language) {
		return errBadForm
	}
	if s.State != survey.Live {
		return survey.ErrNotLive
	}
	l := survey.Link{Slug: survey.NewSlug(), SurveyID: s.ID, Touchpoint: f.Touchpoint, Language: f.Language, CreatedAt: b.s.deps.Now()}
	refuse := func(key string) error {
		return b.showWith(r, http.StatusUnprocessableEntity, s, f, ui.Problems{{Field: "link_name", Text: r.Words.T(key)}})
	}
	if f.Name != "" {
		var ok bool
		if l.Slug, ok = survey.ChosenSlug(f.Name); !ok {
			return refuse("links.error.name")
		}
		l.Guessable = true
	}
	err = b.audited(r, "survey.link_create", surveyObject(s.ID), func(ctx context.Context) error { return b.store.CreateLink(ctx, l) })
	if err != nil && b.isTaken(err) {
		return refuse("links.error.taken")
	}
	if err != nil {
		return err
	}
	return r.done(surveyPath(s.ID), "flash.link_made")
}

// link reads the link of the address, which must be one of the survey's.
func (b *builder) link(r *Request) (survey.Survey, survey.Link, error) {
	s, err := b.survey(r)
	if err != nil {
		return s, survey.Link{}, err
	}
	l, err := b.store.Link(r.HTTP().Context(), r.Param("slug"))
	if err == nil && l.SurveyID != s.ID {
		err = survey.ErrNotFound
	}
	return s, l, err
}

func (b *builder) closeLink(r *Request) error {
	return b.turnLink(r, "survey.link_close", "flash.link_closed", b.s.deps.Now())
}

func (b *builder) openLink(r *Request) error {
	return b.turnLink(r, "survey.link_open", "flash.link_opened", time.Time{})
}

func (b *builder) turnLink(r *Request, action, done string, at time.Time) error {
	s, l, err := b.link(r)
	if err != nil {
		return err
	}
	err = b.audited(r, action, surveyObject(s.ID), func(ctx context.Context) error { return b.store.CloseLink(ctx, l.Slug, at) })
	if err != nil {
		return err
	}
	return r.done(surveyPath(s.ID), done)
}

// qrPage shows a link's QR code and a card to print.
func (b *builder) qrPage(r *Request) error {
	s, l, err := b.link(r)
	if err != nil {
		return err
	}
	sh, err := b.shop(r.HTTP().Context())
	if err != nil {
		return err
	}
	address := r.Base() + "/s/" + l.Slug
	code, err := qrCode(address)
	if err != nil {
		return err
	}
	lang := l.Language
	if lang == "" {
		lang = s.Settings.DefaultLanguage
	}
	p := templates.QRPage{
		W: r.Words, Title: r.Words.T("links.qr.title", "slug", l.Slug), Back: surveyPath(s.ID), BackText: s.Name, Address: address, Code: code,
		File: surveyPath(s.ID) + "/links/" + l.Slug + "/qr.svg", Brand: sh.name, CardText: say(lang, "links.card.text"), CardLang: lang,
	}
	p.Code.Title = r.Words.T("links.qr.alt", "address", address)
	return b.s.render(r, http.StatusOK, templates.QR(r.shell(p.Title, "/surveys"), p))
}

// qrFile is the QR code alone, for designers.
func (b *builder) qrFile(r *Request) error {
	_, l, err := b.link(r)
	if err != nil {
		return err
	}
	code, err := qrCode(r.Base() + "/s/" + l.Slug)
	if err != nil {
		return err
	}
	h := r.Writer().Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Disposition", `attachment; filename="qr-`+l.Slug+`.svg"`)
	return templates.QRFile(code).Render(r.HTTP().Context(), r.Writer())
}
