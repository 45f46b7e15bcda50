package followup

import (
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/survey"
)

// Bounds of templates.
const (
	MaxTemplates    = 50
	MaxTemplateName = 80 // runes
)

// Template is a text that replies begin with, in the languages of customers. It may hold {name}, {order} and {company}.
type Template struct {
	ID    int64
	Names survey.Text // in the languages of staff
	Texts survey.Text
}

// Name gives the name in a language of staff, or else in any that it has.
func (t Template) Name(lang string) string {
	if name := t.Names.In(lang, "en"); name != "" {
		return name
	}
	for _, l := range []string{"pl", "ru", "bg"} {
		if t.Names[l] != "" {
			return t.Names[l]
		}
	}
	return ""
}

// Filled is what a template says to one customer. What is not known is left out, with the comma and the space before it.
func (t Template) Filled(lang string, v Values) string {
	known := map[string]string{"name": survey.Line(v.Name), "order": survey.Line(v.Order), "company": survey.Line(v.Company)}
	return placeholder.ReplaceAllStringFunc(t.Texts[lang], func(found string) string {
		m := placeholder.FindStringSubmatch(found)
		value, ok := known[m[2]]
		switch {
		case !ok:
			return found
		case value == "":
			return ""
		}
		return m[1] + value
	})
}

// Values are what stands in the place of a template's {words}; "": not known.
type Values struct{ Name, Order, Company string }

var placeholder = regexp.MustCompile(`(,? ?)\{([^{}\n]*)\}`)

// CheckTemplates cleans templates whose names were typed in a language of staff, and finds what is wrong with them, by the names name.ID and text.ID.LANGUAGE. Those that are empty are
// left out.
func CheckTemplates(typed []Template, lang string) (all []Template, ps []Problem) {
	for _, t := range typed {
		said := false
		for lang, text := range t.Texts {
			text = survey.Clean(text)
			t.Texts[lang] = text
			said = said || text != ""
		}
		named := survey.Line(t.Names[lang]) != ""
		if !said && !named {
			continue
		}
		all = append(all, t)
		ps = append(ps, t.check(named, said)...)
	}
	if len(all) > MaxTemplates {
		ps = append(ps, Problem{"name." + number(all[MaxTemplates].ID), "replies.error.many"})
	}
	return all, ps
}

func (t Template) check(named, said bool) (ps []Problem) {
	id := number(t.ID)
	if !named {
		ps = append(ps, Problem{"name." + id, "replies.error.name"})
	}
	for _, lang := range []string{"en", "pl", "ru", "bg"} {
		text, field := t.Texts[lang], "text."+id+"."+lang
		switch {
		case !said && lang == "en":
			ps = append(ps, Problem{field, "replies.error.text"})
		case utf8.RuneCountInString(text) > MaxReply:
			ps = append(ps, Problem{field, "reply.error.long"})
		case slices.ContainsFunc(placeholder.FindAllStringSubmatch(text, -1), func(m []string) bool { return !slices.Contains([]string{"name", "order", "company"}, m[2]) }):
			ps = append(ps, Problem{field, "replies.error.variable"})
		}
	}
	return ps
}

func number(id int64) string { return strconv.FormatInt(id, 10) }
