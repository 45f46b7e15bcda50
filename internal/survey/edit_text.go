package survey

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// QuestionField is the name of a field of question no in the builder's form, and in a Problem.
func QuestionField(no int, field string) string { return "q." + strconv.Itoa(no) + "." + field }

// mapTexts replaces every text of the definition, in the order of the form, by what f makes of it. f is given the text's field without the language.
// The definition that is returned shares nothing with d. A text that comes out empty becomes nil.
func (d Definition) mapTexts(f func(field string, t Text) Text) Definition {
	do := func(field string, t *Text) {
		if *t = f(field, *t); len(*t) == 0 {
			*t = nil
		}
	}
	do("intro", &d.Intro)
	d.Questions = slices.Clone(d.Questions)
	for i := range d.Questions {
		q := &d.Questions[i]
		do(QuestionField(q.No, "text"), &q.Text)
		do(QuestionField(q.No, "short"), &q.Short)
		do(QuestionField(q.No, "low"), &q.Low)
		do(QuestionField(q.No, "high"), &q.High)
		q.Points, q.Options = slices.Clone(q.Points), slices.Clone(q.Options)
		for j := range q.Points {
			do(QuestionField(q.No, "point."+strconv.Itoa(j+1)), &q.Points[j])
		}
		for j := range q.Options {
			do(QuestionField(q.No, "option."+strconv.Itoa(j+1)), &q.Options[j])
		}
	}
	for _, p := range []struct {
		field string
		*Prompt
	}{{"prompt", &d.CommentPrompts}, {"thanks", &d.Thanks}} {
		do(p.field+".default", &p.Default)
		do(p.field+".worst", &p.Worst)
		do(p.field+".middle", &p.Middle)
		do(p.field+".best", &p.Best)
	}
	return d
}

// needs tells whether the text of a field must be there in the survey's own language.
func (d Definition) needs(field string) bool {
	switch {
	case field == "intro":
		return false
	case strings.HasPrefix(field, "prompt."):
		return d.AskComment && (!d.NeutralPrompt || field == "prompt.default")
	case strings.HasPrefix(field, "thanks."):
		return true
	}
	no, part, _ := strings.Cut(strings.TrimPrefix(field, "q."), ".")
	n, _ := strconv.Atoi(no)
	q, _ := d.Question(n)
	switch part {
	case "short":
		return q.Aspect != ""
	case "low", "high":
		return q.Kind == Rating && len(q.Points) == 0
	}
	return true
}

// Completeness counts the texts of a language: how many are written, and how many there are to write. A text is there to write where it is
// needed, or where some language has it.
func (d Definition) Completeness(lang string) (written, all int) {
	d.mapTexts(func(field string, t Text) Text {
		if len(t) > 0 || d.needs(field) {
			all++
			if t[lang] != "" {
				written++
			}
		}
		return t
	})
	return written, all
}

// Fill writes texts that are missing in a language, where the words in other languages are still those of a phrase: then the phrase has them. Nothing that
// somebody wrote is replaced.
func (d Definition) Fill(lang string, phrases []Text) Definition {
	return d.mapTexts(func(_ string, t Text) Text {
		if t[lang] != "" {
			return t
		}
		var best Text
		most := 0
		for _, p := range phrases {
			if n := agreement(t, p); n > most && p[lang] != "" {
				best, most = p, n
			}
		}
		if best == nil {
			return t
		}
		t = maps.Clone(t)
		t[lang] = best[lang]
		return t
	})
}

// agreement counts the languages in which two texts say the same.
func agreement(a, b Text) (n int) {
	for lang, text := range a {
		if text != "" && text == b[lang] {
			n++
		}
	}
	return n
}

// Phrases are all texts that templates are made of.
func Phrases(say Say, langs []string) (phrases []Text) {
	for _, kind := range Templates() {
		for _, scheme := range kind.Schemes() {
			FromTemplate(kind, say, langs, scheme).mapTexts(func(_ string, t Text) Text {
				phrases = append(phrases, t)
				return t
			})
		}
	}
	return phrases
}

func sortedLanguages(t Text) []string { return slices.Sorted(maps.Keys(t)) }
