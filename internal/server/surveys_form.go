package server

import (
	"slices"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// editPage shows the builder.
func (b *builder) editPage(r *Request, st editState) error {
	tps, err := b.store.Touchpoints(r.HTTP().Context())
	if err != nil {
		return err
	}
	s := st.s
	if !slices.Contains(s.Settings.Languages, st.in) {
		st.in = defaultLanguage(s.Settings.Languages, s.Settings.DefaultLanguage)
	}
	w := r.Words
	view := editView{r: r, st: st, problems: st.problemsOf(r)}
	p := templates.EditPage{
		W: w, Name: s.Name, Path: surveyPath(s.ID), In: st.in, Revision: strconv.FormatInt(st.revision, 10), Conflict: st.conflict, Left: st.left,
		Live: s.State == survey.Live, Problems: view.problems,
		NameField: view.plain("name", "edit.name", s.Name), Languages: ui.Field{ID: "languages", Label: w.T("edit.languages"), Hint: w.T("edit.languages.hint"), Error: view.problems.At("languages")},
		LanguageOptions: surveyLanguages(s.Settings.Languages), DefaultLanguage: view.plain("default_language", "edit.default_language", ""),
		DefaultOptions: ui.Select(s.Settings.DefaultLanguage, surveyLanguages(nil)),
		Touchpoint:     view.plain("touchpoint", "edit.touchpoint", ""), TouchpointOptions: touchpointOptions(r, tps, s.Settings.Touchpoint, w.T("surveys.no_touchpoint")),
		AllowTouchpoint: s.Settings.AllowTouchpoint, AllowOrder: s.Settings.AllowOrder, Anonymous: s.Settings.Anonymous,
		Retention: view.plain("retention_days", "edit.retention", st.retention),
		Opens:     view.plain("opens", "edit.opens", st.opens), Closes: view.plain("closes", "edit.closes", st.closes),
		DatesHint:  w.T("edit.dates.hint", "zone", st.sh.zone.String()),
		AskComment: s.Edited.AskComment, Neutral: s.Edited.NeutralPrompt, AskContact: s.Edited.AskContact,
		ReviewURL: view.plain("review_url", "edit.review_url", s.Edited.ReviewURL), ReviewSite: view.plain("review_site", "edit.review_site", s.Edited.ReviewSite),
		Intro: view.text("intro", "edit.intro", s.Edited.Intro), Kinds: kindOptions(r, s.Edited), QuestionsError: view.problems.At("questions"),
		Brand: st.sh.name,
	}
	p.Touchpoint.Hint, p.ReviewURL.Hint, p.ReviewURL.Type = w.T("edit.touchpoint.hint"), w.T("edit.review_url.hint"), "url"
	p.NameField.Hint = w.T("edit.name.hint")
	p.Retention.Hint, p.Retention.Note, p.Retention.InputMode, p.Retention.Short = w.T("edit.retention.hint"), w.T("ui.optional"), "numeric", true
	oldest, err := b.store.OldestWords(r.HTTP().Context(), s.ID)
	if err != nil {
		return err
	}
	if !oldest.IsZero() {
		p.Retention.Hint += " " + w.N("edit.retention.oldest", max(0, int64(b.s.deps.Now().Sub(oldest)/(24*time.Hour))))
	}
	p.Opens.Type, p.Closes.Type = "datetime-local", "datetime-local"
	for _, lang := range s.Settings.Languages {
		p.TextLanguages = append(p.TextLanguages, templates.TextLanguage{
			Code: lang, Text: say(lang, "lang.name"), Count: completeness(r, s.Edited, lang), Current: lang == st.in,
		})
	}
	p.Prompts, p.Thanks = view.prompt("prompt", "edit.class.default", s.Edited.CommentPrompts), view.prompt("thanks", "edit.thanks.default", s.Edited.Thanks)
	for i, q := range s.Edited.Questions {
		p.Questions = append(p.Questions, view.question(q, i, len(s.Edited.Questions)))
	}
	p.Screens = len(s.Edited.Screens())
	frame := r.shell(w.T("edit.title", "name", s.Name), "/surveys")
	frame.Problems = view.problems
	return b.s.render(r, st.status, templates.EditSurvey(frame, p))
}

// editView makes the fields of the builder's form.
type editView struct {
	r        *Request
	st       editState
	problems ui.Problems
}

func (v editView) plain(id, key, value string) ui.Field {
	return ui.Field{ID: id, Label: v.r.Words.T(key), Value: value, Error: v.problems.At(id)}
}

// text is the field of one text in the language that is shown, with the default language's text below it while another one is written.
func (v editView) text(field, key string, t survey.Text, args ...any) ui.Field {
	id := field + "." + v.st.in
	f := ui.Field{ID: id, Name: "t." + field, Label: v.r.Words.T(key, args...), Value: t[v.st.in], Lang: v.st.in, Error: v.problems.At(id), Rows: "2"}
	own := v.st.s.Settings.DefaultLanguage
	if own != v.st.in && t[own] != "" {
		f.Hint = v.r.Words.T("edit.original", "language", say(own, "lang.name"), "text", t[own])
	}
	return f
}

func (v editView) prompt(field, first string, p survey.Prompt) []ui.Field {
	return []ui.Field{
		v.text(field+".default", first, p.Default), v.text(field+".worst", "edit.class.worst", p.Worst),
		v.text(field+".middle", "edit.class.middle", p.Middle), v.text(field+".best", "edit.class.best", p.Best),
	}
}

func (v editView) question(q survey.Question, i, n int) templates.EditQuestion {
	w := v.r.Words
	no := strconv.Itoa(q.No)
	e := templates.EditQuestion{
		No: no, Place: i + 1, Heading: w.T("edit.question", "n", i+1), Kind: w.T("edit.question." + string(q.Kind)),
		Text: v.text(survey.QuestionField(q.No, "text"), "edit.question.text", q.Text), CantSay: q.CantSay, First: i == 0, Last: i == n-1,
		OptionsError: v.problems.At(survey.QuestionField(q.No, "options")),
	}
	if q.Aspect != "" {
		short := v.text(survey.QuestionField(q.No, "short"), "edit.question.short", q.Short)
		e.Short = &short
	}
	if q.Kind == survey.Rating {
		v.scale(&e, q)
		primary, single := v.st.s.Edited.Primary()
		e.MayCantSay = q.Scheme != scoring.CLI6 && (!single || primary.No != q.No)
	} else {
		e.MayCantSay = q.Kind != survey.Open
	}
	for j, o := range q.Options {
		e.Options = append(e.Options, v.text(survey.QuestionField(q.No, "option."+strconv.Itoa(j+1)), "edit.question.option", o, "n", j+1))
	}
	e.Choice, e.MoreOptions = q.Kind == survey.Single || q.Kind == survey.Multiple, len(q.Options) < survey.MaxOptions
	return e
}

// scale offers the schemes of the same measure: another measure is another survey.
func (v editView) scale(e *templates.EditQuestion, q survey.Question) {
	id := survey.QuestionField(q.No, "scheme")
	e.Scheme = &ui.Field{ID: id, Name: "scheme." + e.No, Label: v.r.Words.T("edit.scale"), Error: v.problems.At(id)}
	def, _ := q.Scheme.Def()
	for _, s := range survey.TemplateKind(def.Kind).Schemes() {
		e.Schemes = append(e.Schemes, ui.Option{Value: string(s), Label: v.r.Words.T("scheme." + string(s)), Selected: s == q.Scheme})
	}
	if len(q.Points) == 0 {
		e.Labels = []ui.Field{
			v.text(survey.QuestionField(q.No, "low"), "edit.question.low", q.Low), v.text(survey.QuestionField(q.No, "high"), "edit.question.high", q.High),
		}
	}
	for j, point := range q.Points {
		e.Labels = append(e.Labels, v.text(survey.QuestionField(q.No, "point."+strconv.Itoa(j+1)), "edit.question.point", point, "n", j+1))
	}
	for _, f := range e.Labels {
		e.OpenLabels = e.OpenLabels || f.Error != "" || f.Value == ""
	}
}

// kindOptions are the questions that may be added: the aspects that are not asked yet, and questions of the shop's own.
func kindOptions(r *Request, d survey.Definition) (options []ui.Option) {
	w := r.Words
	for _, kind := range []survey.QuestionKind{survey.Open, survey.Single, survey.Multiple} {
		options = append(options, ui.Option{Value: string(kind), Label: w.T("edit.add." + string(kind))})
	}
	for _, aspect := range survey.Aspects() {
		if !slices.ContainsFunc(d.Questions, func(q survey.Question) bool { return q.Aspect == aspect }) {
			options = append(options, ui.Option{Value: "aspect:" + aspect, Label: w.T("edit.add.aspect", "aspect", w.T("csat.aspect."+aspect))})
		}
	}
	return append(options, ui.Option{Value: string(survey.Rating), Label: w.T("edit.add.rating")})
}
