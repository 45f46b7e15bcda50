package survey_test

import (
	"testing"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// say speaks as the program does. {brand} stays, since a survey is shown under whatever name the shop has then.
func say(lang, key string) string { return words.For(lang).T(key) }

func TestTemplatesAreWholeInEveryLanguageOnEveryScale(t *testing.T) {
	offered := map[scoring.Scheme]bool{}
	for _, kind := range survey.Templates() {
		for _, scheme := range kind.Schemes() {
			offered[scheme] = true
			d := survey.FromTemplate(kind, say, words.Languages(), scheme)
			if d.Scheme() != scheme {
				t.Errorf("%s on %s is on the scale %q", kind, scheme, d.Scheme())
			}
			for _, lang := range words.Languages() {
				s := survey.Survey{Name: "x", Edited: d, Settings: survey.Settings{Languages: []string{lang}, DefaultLanguage: lang}}
				if problems := s.CheckPublish(noon); len(problems) > 0 {
					t.Errorf("%s on %s in %s: %v", kind, scheme, lang, problems)
				}
				if written, all := d.Completeness(lang); written != all || all < 10 {
					t.Errorf("%s on %s in %s: %d of %d texts", kind, scheme, lang, written, all)
				}
			}
			for _, q := range d.Questions {
				def, _ := q.Scheme.Def()
				if n := len(q.Points); n != 0 && n != def.Max-def.Min+1 {
					t.Errorf("%s on %s: question %d has words for %d points of %d to %d", kind, scheme, q.No, n, def.Min, def.Max)
				}
			}
		}
	}
	for _, scheme := range scoring.Schemes() {
		if !offered[scheme] {
			t.Errorf("no template offers %s", scheme)
		}
	}
}

func TestTemplatesAskWhatTheyAreFor(t *testing.T) {
	tests := map[survey.TemplateKind]struct {
		questions, screens int
	}{
		survey.TemplateNPS:  {1, 1},
		survey.TemplateCSAT: {5, 2},
		survey.TemplateCES:  {1, 1},
		survey.TemplateCLI:  {3, 1},
	}
	for kind, want := range tests {
		d := survey.FromTemplate(kind, say, words.Languages(), "")
		if len(d.Questions) != want.questions || len(d.Screens()) != want.screens {
			t.Errorf("%s: %d questions on %d screens, want %d on %d", kind, len(d.Questions), len(d.Screens()), want.questions, want.screens)
		}
	}
	csat := survey.FromTemplate(survey.TemplateCSAT, say, []string{"en"}, scoring.CSAT7)
	for i, aspect := range survey.Aspects() {
		if q := csat.Questions[i+1]; q.Aspect != aspect || !q.CantSay || q.Scheme != scoring.CSAT7 || q.Short["en"] == "" {
			t.Errorf("aspect %s: %+v", aspect, q)
		}
	}
	if got := survey.FromTemplate(survey.TemplateNPS, say, []string{"en"}, scoring.CSAT5).Scheme(); got != scoring.NPS11 {
		t.Errorf("NPS on a satisfaction scale became %s, want the usual one", got)
	}
	nps := survey.FromTemplate(survey.TemplateNPS, say, []string{"en"}, "")
	if got := nps.Questions[0].Text["en"]; got != "How likely are you to recommend {brand} to a friend or colleague?" {
		t.Errorf("the brand is filled in when the page is shown, not in the template: %q", got)
	}
	if got := survey.FromTemplate("haiku", say, []string{"en"}, ""); len(got.Questions) != 0 {
		t.Errorf("a template nobody wrote asks %+v", got)
	}
}

func TestALanguageAddedLaterBringsTheTemplatesWords(t *testing.T) {
	want := survey.FromTemplate(survey.TemplateCSAT, say, words.Languages(), "")
	d := survey.FromTemplate(survey.TemplateCSAT, say, []string{"en", "ru"}, "")
	d.Questions[1].Text = survey.Text{"en": "Was the lamp good?", "ru": "Хороша ли лампа?"}
	filled := d.Fill("bg", survey.Phrases(say, words.Languages()))
	if got := filled.Questions[0].Text["bg"]; got != want.Questions[0].Text["bg"] {
		t.Errorf("the first question in Bulgarian is %q", got)
	}
	if got := filled.Questions[1].Text["bg"]; got != "" {
		t.Errorf("a question of the shop's own was translated as %q", got)
	}
	if written, all := filled.Completeness("bg"); written != all-1 {
		t.Errorf("%d of %d texts are there, want all but one", written, all)
	}
	if d.Questions[0].Text["bg"] != "" {
		t.Error("the definition itself was changed")
	}
}
