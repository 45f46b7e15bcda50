package server

import (
	"context"
	"net/http"
	"slices"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// trialForm asks for a test of the mail that customers get.
type trialForm struct {
	Language string `form:"test_language"`
}

// trial sends the survey's mail to whoever asks for it. Answers to it are marked as tests.
func (b *builder) trial(r *Request) error {
	var f trialForm
	if err := r.decode(&f); err != nil {
		return err
	}
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	if s.State != survey.Live || s.VersionID == 0 {
		return errConflict
	}
	if !slices.Contains(s.Settings.Languages, f.Language) {
		f.Language = s.Settings.DefaultLanguage
	}
	ctx, cancel := context.WithTimeout(r.HTTP().Context(), testTime)
	defer cancel()
	out, kept, err := b.s.deps.Mail.Outbox.SendTest(ctx, asking.Test{Survey: s, Language: f.Language, Email: r.User.Email, Name: r.User.Name})
	switch {
	case err != nil:
		return err
	case kept:
		return r.done(outboxPath, "flash.survey_test_kept")
	case out.Delivery == asking.Accepted:
		return r.done(surveyPath(s.ID), "flash.mail_test_sent")
	}
	problem := ui.Problem{Field: "test_language", Text: r.Words.T("mail.test.failed", "said", out.Detail)}
	return b.showWith(r, http.StatusUnprocessableEntity, s, linkForm{}, ui.Problems{problem})
}

// trialOf fills the part of a survey's page that sends a test.
func (b *builder) trialOf(r *Request, p *templates.SurveyOverview, s survey.Survey, problems ui.Problems) {
	if b.s.deps.Mail == nil || !p.Live || !p.MayEdit {
		return
	}
	p.Me = r.User.Email
	p.TestLanguage = ui.Field{ID: "test_language", Label: r.Words.T("links.language"), Error: problems.At("test_language")}
	for _, lang := range s.Settings.Languages {
		p.TestLanguages = append(p.TestLanguages, ui.Option{Value: lang, Label: words.For(lang).T("lang.name")})
	}
}
