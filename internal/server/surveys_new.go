package server

import (
	"context"
	"net/http"
	"slices"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// say gives the words of templates to the domain, which does not know where they come from.
func say(lang, key string) string { return words.For(lang).T(key) }

// newSurvey is the form that makes a survey from a template.
type newSurvey struct {
	Template   string   `form:"template"`
	Name       string   `form:"name"`
	Scheme     string   `form:"scheme"`
	Languages  []string `form:"languages"`
	Touchpoint int64    `form:"touchpoint"`
}

// choose offers the templates, and then asks for the few things that a draft needs.
func (b *builder) choose(r *Request) error {
	kind := survey.TemplateKind(r.Query("template"))
	if !slices.Contains(survey.Templates(), kind) {
		p := templates.TemplatesPage{W: r.Words}
		for _, k := range survey.Templates() {
			key := "template." + string(k)
			p.Templates = append(p.Templates, templates.TemplateChoice{
				Name: r.Words.T(key), Body: r.Words.T(key + ".body"), Href: "/surveys/new?template=" + string(k),
			})
		}
		return b.s.render(r, http.StatusOK, templates.Templates(r.shell(r.Words.T("template.title"), "/surveys"), p))
	}
	sh, err := b.shop(r.HTTP().Context())
	if err != nil {
		return err
	}
	f := newSurvey{Template: string(kind), Name: r.Words.T("template." + string(kind)), Languages: sh.langs, Scheme: string(kind.Schemes()[0])}
	return b.newForm(r, http.StatusOK, f, nil)
}

func (b *builder) newForm(r *Request, status int, f newSurvey, problems ui.Problems) error {
	tps, err := b.store.Touchpoints(r.HTTP().Context())
	if err != nil {
		return err
	}
	w := r.Words
	p := templates.NewSurveyPage{
		W: w, Template: f.Template, Heading: w.T("template." + f.Template), Body: w.T("template." + f.Template + ".body"), Problems: problems,
		Name:       ui.Field{ID: "name", Label: w.T("edit.name"), Hint: w.T("edit.name.hint"), Value: f.Name, Error: problems.At("name")},
		Scheme:     ui.Field{ID: "scheme", Label: w.T("edit.scale")},
		Languages:  ui.Field{ID: "languages", Label: w.T("edit.languages"), Error: problems.At("languages")},
		Touchpoint: ui.Field{ID: "touchpoint", Label: w.T("edit.touchpoint"), Hint: w.T("edit.touchpoint.hint")},
	}
	for _, s := range survey.TemplateKind(f.Template).Schemes() {
		p.Schemes = append(p.Schemes, ui.Option{Value: string(s), Label: w.T("scheme." + string(s)), Selected: string(s) == f.Scheme})
	}
	p.LanguageOptions = surveyLanguages(f.Languages)
	p.Touchpoints = touchpointOptions(r, tps, f.Touchpoint, w.T("surveys.no_touchpoint"))
	sh := r.shell(p.Heading, "/surveys")
	sh.Problems = problems
	return b.s.render(r, status, templates.NewSurvey(sh, p))
}

// surveyLanguages names every language in itself.
func surveyLanguages(chosen []string) (options []ui.Option) {
	for _, code := range words.Languages() {
		options = append(options, ui.Option{Value: code, Label: words.For(code).T("lang.name"), Selected: slices.Contains(chosen, code)})
	}
	return options
}

// offeredLanguages keeps the languages there are words for, in their usual order.
func offeredLanguages(chosen []string) (langs []string) {
	for _, code := range words.Languages() {
		if slices.Contains(chosen, code) {
			langs = append(langs, code)
		}
	}
	return langs
}

// defaultLanguage is the shop's own where the survey has it, or else the survey's first.
func defaultLanguage(langs []string, own string) string {
	if slices.Contains(langs, own) || len(langs) == 0 {
		return own
	}
	return langs[0]
}

func (b *builder) create(r *Request) error {
	var f newSurvey
	if err := r.decode(&f); err != nil {
		return err
	}
	kind := survey.TemplateKind(f.Template)
	if !slices.Contains(survey.Templates(), kind) {
		return errBadForm
	}
	ctx := r.HTTP().Context()
	sh, err := b.shop(ctx)
	if err != nil {
		return err
	}
	tps, err := b.store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	if !hasTouchpoint(tps, f.Touchpoint) {
		return errBadForm
	}
	langs := offeredLanguages(f.Languages)
	settings := survey.Settings{
		Languages: langs, DefaultLanguage: defaultLanguage(langs, sh.lang), Touchpoint: f.Touchpoint, AllowTouchpoint: true, AllowOrder: true,
	}
	var made survey.Survey
	err = b.audited(r, "survey.create", "", func(ctx context.Context) (err error) {
		made, err = b.editor.Create(ctx, f.Name, settings, survey.FromTemplate(kind, say, langs, scoring.Scheme(f.Scheme)))
		return err
	})
	if problems, ok := asProblems(err); ok {
		return b.newForm(r, http.StatusUnprocessableEntity, f, fieldProblems(r, problems))
	}
	if err != nil {
		return err
	}
	return r.done(surveyPath(made.ID)+"/edit", "flash.survey_created")
}
