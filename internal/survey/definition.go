package survey

import (
	"github.com/surveyd/surveyd/internal/scoring"
)

// Text is one text by language ("en", "bg" ...). {brand} and {product} in it are filled in when it is shown.
type Text map[string]string

// In gives the text in the language, or else in the fallback.
func (t Text) In(lang, fallback string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t[fallback]
}

// QuestionKind tells how a question is answered.
type QuestionKind string

// The kinds of question.
const (
	Rating   QuestionKind = "rating"   // one point of a scale
	Open     QuestionKind = "open"     // words
	Single   QuestionKind = "single"   // one of the options
	Multiple QuestionKind = "multiple" // any of the options
)

// MaxOptions is how many options a choice question may have: a rollup counts each in a column of its own.
const MaxOptions = 11

// Question is one thing that a survey asks.
type Question struct {
	No      int            `json:"no"` // 1.. within its version; answers and rollups carry it
	Kind    QuestionKind   `json:"kind"`
	Scheme  scoring.Scheme `json:"scheme,omitempty"` // of a Rating
	Aspect  string         `json:"aspect,omitempty"` // key of what is rated, for example "delivery"
	Text    Text           `json:"text"`
	Short   Text           `json:"short,omitempty"`  // a label where the whole question is too long
	Low     Text           `json:"low,omitempty"`    // the words at the lower end of the scale
	High    Text           `json:"high,omitempty"`   // and at the upper end
	Points  []Text         `json:"points,omitempty"` // a word for every point, from low to high
	Options []Text         `json:"options,omitempty"`
	CantSay bool           `json:"cant_say,omitempty"` // offers "I can't say"
}

// Definition is what a version asks and says.
type Definition struct {
	Questions []Question `json:"questions"`
	Intro     Text       `json:"intro,omitempty"` // above questions that share a screen

	AskComment     bool   `json:"ask_comment"`
	CommentPrompts Prompt `json:"comment_prompts"`
	NeutralPrompt  bool   `json:"neutral_prompt,omitempty"` // never show the class's own prompt
	AskContact     bool   `json:"ask_contact,omitempty"`    // who gave the worst class is asked whether they may be contacted
	Thanks         Prompt `json:"thanks"`
	ReviewURL      string `json:"review_url,omitempty"` // a public review site, offered to every class alike
	ReviewSite     string `json:"review_site,omitempty"`
}

// Prompt is a text for each class of answer; Default is said when there is no class.
type Prompt struct {
	Default Text `json:"default,omitempty"`
	Worst   Text `json:"worst,omitempty"`
	Middle  Text `json:"middle,omitempty"`
	Best    Text `json:"best,omitempty"`
}

// Of gives the text for a class.
func (p Prompt) Of(c scoring.Class) Text {
	switch c {
	case scoring.ClassWorst:
		return p.Worst
	case scoring.ClassMiddle:
		return p.Middle
	case scoring.ClassBest:
		return p.Best
	}
	return p.Default
}

// Primary is the question whose rating is the response's own: the first one on a scale. A CLI has none, since its score is of three questions.
func (d Definition) Primary() (Question, bool) {
	for _, q := range d.Questions {
		if q.Kind == Rating {
			return q, q.Scheme != scoring.CLI6
		}
	}
	return Question{}, false
}

// Scheme is the scheme of the survey's headline score.
func (d Definition) Scheme() scoring.Scheme {
	for _, q := range d.Questions {
		if q.Kind == Rating {
			return q.Scheme
		}
	}
	return ""
}

// CLI gives the three questions of a loyalty index, in the order recommend, buy again, try other products.
func (d Definition) CLI() (qs []Question) {
	for _, q := range d.Questions {
		if q.Kind == Rating && q.Scheme == scoring.CLI6 {
			qs = append(qs, q)
		}
	}
	return qs
}

// Question finds a question by its number.
func (d Definition) Question(no int) (Question, bool) {
	for _, q := range d.Questions {
		if q.No == no {
			return q, true
		}
	}
	return Question{}, false
}

// Screens groups the questions into pages: the headline score stands alone with the comment, questions that share a scale share a page, and
// scales never mix. Choices and words come last, together.
func (d Definition) Screens() [][]Question {
	var screens [][]Question
	var rest []Question
	primary, single := d.Primary()
	for _, q := range d.Questions {
		if q.Kind != Rating {
			rest = append(rest, q)
			continue
		}
		if n := len(screens); n > 0 {
			first := screens[n-1][0]
			if first.Scheme == q.Scheme && (!single || first.No != primary.No) {
				screens[n-1] = append(screens[n-1], q)
				continue
			}
		}
		screens = append(screens, []Question{q})
	}
	if len(rest) > 0 {
		screens = append(screens, rest)
	}
	return screens
}

// SameQuestions tells whether answers to d and to e may share a trend: the same questions on the same scales in the same words. Texts that
// only e has (a translation that was missing), prompts and thank-yous do not matter.
func (d Definition) SameQuestions(e Definition) bool {
	if len(d.Questions) != len(e.Questions) {
		return false
	}
	for i, a := range d.Questions {
		b := e.Questions[i]
		if a.No != b.No || a.Kind != b.Kind || a.Scheme != b.Scheme || a.CantSay != b.CantSay || len(a.Options) != len(b.Options) || len(a.Points) != len(b.Points) {
			return false
		}
		if !kept(a.Text, b.Text) || !kept(a.Low, b.Low) || !kept(a.High, b.High) {
			return false
		}
		for j := range a.Options {
			if !kept(a.Options[j], b.Options[j]) {
				return false
			}
		}
		for j := range a.Points {
			if !kept(a.Points[j], b.Points[j]) {
				return false
			}
		}
	}
	return true
}

// kept tells whether every text of a stands unchanged in b.
func kept(a, b Text) bool {
	for lang, s := range a {
		if s != "" && b[lang] != s {
			return false
		}
	}
	return true
}
