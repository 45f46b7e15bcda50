package survey

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/scoring"
)

// Limits of a survey's own texts, in runes, and of its questions.
const (
	MaxName      = 120
	MaxText      = 500
	MaxQuestions = 20
	MinOptions   = 2

	MaxRetentionDays = 3650
)

// Problem is one thing to put right, at a field of the builder's form. Key is the key of a message.
type Problem struct {
	Field string
	Key   string
	Args  []any // alternating names and values for the message
}

// Problems are found by a check, in the order of the form. They are an error, so that a use case can return them.
type Problems []Problem

// Error implements error.
func (p Problems) Error() string {
	if len(p) == 0 {
		return "no problems"
	}
	return fmt.Sprintf("%d problems, the first: %s: %s", len(p), p[0].Field, p[0].Key)
}

func (p *Problems) add(field, key string, args ...any) {
	*p = append(*p, Problem{field, key, args})
}

// tidy cleans every text, drops empty ones and keeps languages once each.
func (s *Survey) tidy() {
	s.Name = Clean(s.Name)
	var langs []string
	for _, l := range s.Settings.Languages {
		if !slices.Contains(langs, l) {
			langs = append(langs, l)
		}
	}
	s.Settings.Languages = langs
	s.Edited = s.Edited.mapTexts(func(_ string, t Text) Text {
		clean := Text{}
		for lang, text := range t {
			if text = Clean(text); text != "" {
				clean[lang] = text
			}
		}
		return clean
	})
	s.Edited.ReviewURL, s.Edited.ReviewSite = Clean(s.Edited.ReviewURL), Clean(s.Edited.ReviewSite)
}

// CheckDraft finds what cannot even be kept as a draft. Texts may still be missing.
func (s Survey) CheckDraft() (p Problems) {
	switch {
	case s.Name == "":
		p.add("name", "edit.error.name")
	case utf8.RuneCountInString(s.Name) > MaxName:
		p.add("name", "edit.error.too_long", "max", MaxName)
	}
	switch {
	case len(s.Settings.Languages) == 0:
		p.add("languages", "edit.error.languages")
	case !slices.Contains(s.Settings.Languages, s.Settings.DefaultLanguage):
		p.add("default_language", "edit.error.default_language")
	}
	if !s.OpensAt.IsZero() && !s.ClosesAt.IsZero() && !s.ClosesAt.After(s.OpensAt) {
		p.add("closes", "edit.error.dates")
	}
	if s.Settings.RetentionDays < 0 || s.Settings.RetentionDays > MaxRetentionDays {
		p.add("retention_days", "edit.error.retention")
	}
	d := s.Edited
	if len(d.Questions) > MaxQuestions {
		p.add("questions", "edit.error.questions", "max", MaxQuestions)
	}
	for _, q := range d.Questions {
		if len(q.Options) > MaxOptions {
			p.add(QuestionField(q.No, "options"), "edit.error.options_many", "max", MaxOptions)
		}
	}
	d.mapTexts(func(field string, t Text) Text {
		for _, lang := range sortedLanguages(t) {
			if utf8.RuneCountInString(t[lang]) > MaxText {
				p.add(field+"."+lang, "edit.error.too_long", "max", MaxText)
			}
		}
		return t
	})
	if d.ReviewURL != "" && !isWebAddress(d.ReviewURL) {
		p.add("review_url", "edit.error.review_url")
	}
	return p
}

// CheckPublish finds what customers cannot be shown: everything of CheckDraft, a closing time that is over, and texts missing in the survey's own language.
// Texts missing in another language are shown in the survey's own.
func (s Survey) CheckPublish(now time.Time) Problems {
	p := s.CheckDraft()
	if s.Over(now) {
		p.add("closes", "edit.error.closes_over")
	}
	d, lang := s.Edited, s.Settings.DefaultLanguage
	if len(d.Questions) == 0 {
		p.add("questions", "edit.error.no_question")
	}
	for _, q := range d.Questions {
		if q.Kind == Rating {
			if def, ok := q.Scheme.Def(); !ok || def.ReadOnly {
				p.add(QuestionField(q.No, "scheme"), "edit.error.scheme")
			}
		}
		if (q.Kind == Single || q.Kind == Multiple) && len(q.Options) < MinOptions {
			p.add(QuestionField(q.No, "options"), "edit.error.options_few", "min", MinOptions)
		}
	}
	if n := len(d.CLI()); n > 0 && (n != 3 || d.Scheme() != scoring.CLI6) {
		p.add("questions", "edit.error.cli")
	}
	if lang == "" {
		return p
	}
	d.mapTexts(func(field string, t Text) Text {
		if t[lang] == "" && d.needs(field) {
			p.add(field+"."+lang, "edit.error.text_missing")
		}
		return t
	})
	if d.ReviewURL != "" && d.ReviewSite == "" {
		p.add("review_site", "edit.error.review_site")
	}
	return p
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(s) <= 2000
}

func equalJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
