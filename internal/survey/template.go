package survey

import (
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/scoring"
)

// TemplateKind names a questionnaire that a survey can start from.
type TemplateKind string

// The templates.
const (
	TemplateNPS  TemplateKind = "nps"
	TemplateCSAT TemplateKind = "csat" // overall and four aspects
	TemplateCES  TemplateKind = "ces"
	TemplateCLI  TemplateKind = "cli" // three questions
)

// Templates lists the templates in the order in which they are offered.
func Templates() []TemplateKind {
	return []TemplateKind{TemplateNPS, TemplateCSAT, TemplateCES, TemplateCLI}
}

// Schemes lists the schemes of a template, the usual one first.
func (k TemplateKind) Schemes() (schemes []scoring.Scheme) {
	for _, s := range scoring.Schemes() {
		if d, _ := s.Def(); string(d.Kind) == string(k) {
			schemes = append(schemes, s)
		}
	}
	return schemes
}

// Aspects lists what a CSAT survey asks about beside the whole purchase.
func Aspects() []string { return []string{"product_quality", "service", "delivery", "price"} }

// Say gives the text under a key in a language. Placeholders such as {brand} stay as they are.
type Say func(lang, key string) string

// FromTemplate writes a questionnaire in the languages. A scheme that is not one of the template's is replaced by its usual one; an unknown template
// gives a definition without questions.
func FromTemplate(kind TemplateKind, say Say, langs []string, scheme scoring.Scheme) Definition {
	schemes := kind.Schemes()
	if len(schemes) == 0 {
		return Definition{}
	}
	if !slices.Contains(schemes, scheme) {
		scheme = schemes[0]
	}
	w := writer{say, langs}
	d := Definition{AskComment: true, AskContact: true, CommentPrompts: w.prompts(), Thanks: w.thanks()}
	switch kind {
	case TemplateNPS:
		d.Questions = []Question{w.rating(scheme, "nps.question")}
	case TemplateCSAT:
		d.Intro = w.text("csat.intro")
		d.Questions = []Question{w.rating(scheme, "csat.overall")}
		for _, aspect := range Aspects() {
			d.Questions = append(d.Questions, w.aspect(scheme, aspect))
		}
	case TemplateCES:
		d.Intro = w.text("ces.intro")
		d.Questions = []Question{w.rating(scheme, "ces.statement_checkout")}
	case TemplateCLI:
		d.Intro = w.text("cli.intro")
		for _, key := range []string{"cli.recommend", "cli.repurchase", "cli.cross_buy"} {
			d.Questions = append(d.Questions, w.rating(scheme, key))
		}
	}
	for i := range d.Questions {
		d.Questions[i].No = i + 1
	}
	return d
}

// AspectQuestion asks about one of Aspects on a scale, with "I can't say".
func AspectQuestion(say Say, langs []string, scheme scoring.Scheme, aspect string) Question {
	return writer{say, langs}.aspect(scheme, aspect)
}

// Rescale puts the question on another scale, with the usual words for its points.
func (q Question) Rescale(say Say, langs []string, scheme scoring.Scheme) Question {
	q.Scheme = scheme
	q.Low, q.High, q.Points = writer{say, langs}.labels(scheme)
	return q
}

// writer writes texts in some languages.
type writer struct {
	say   Say
	langs []string
}

func (w writer) text(key string) Text {
	t := make(Text, len(w.langs))
	for _, lang := range w.langs {
		t[lang] = w.say(lang, key)
	}
	return t
}

func (w writer) rating(scheme scoring.Scheme, key string) Question {
	return Question{Kind: Rating, Text: w.text(key)}.Rescale(w.say, w.langs, scheme)
}

func (w writer) aspect(scheme scoring.Scheme, aspect string) Question {
	q := w.rating(scheme, "csat."+aspect)
	q.Aspect, q.Short, q.CantSay = aspect, w.text("csat.aspect."+aspect), true
	return q
}

// labels gives the words of a scale: for its two ends where it is long, or for every point, from the least to the most agreeable one.
func (w writer) labels(scheme scoring.Scheme) (low, high Text, points []Text) {
	switch scheme {
	case scoring.NPS11:
		return w.text("nps.low"), w.text("nps.high"), nil
	case scoring.NPS10:
		return w.text("nps10.low"), w.text("nps10.high"), nil
	case scoring.CSS10:
		return w.text("css10.low"), w.text("css10.high"), nil
	case scoring.CSAT10Top3:
		return w.text("csat10.low"), w.text("csat10.high"), nil
	case scoring.NPS5, scoring.NPS5Strict:
		return w.ends("nps5.scale.", 5)
	case scoring.CSAT5:
		return w.ends("csat.scale.", 5)
	case scoring.CSAT7, scoring.CSAT7Top3:
		return w.ends("csat7.scale.", 7)
	case scoring.CES7:
		return w.ends("ces.scale.", 7)
	case scoring.CLI6:
		return w.ends("cli.position.", 6)
	}
	return nil, nil, nil
}

// ends gives the words of n points and, for layouts without room, those of the two ends.
func (w writer) ends(prefix string, n int) (low, high Text, points []Text) {
	for i := range n {
		points = append(points, w.text(prefix+strconv.Itoa(i+1)))
	}
	return points[0], points[n-1], points
}

func (w writer) prompts() Prompt {
	return Prompt{
		Default: w.text("comment.label.default"),
		Worst:   w.text("comment.label.detractor"), Middle: w.text("comment.label.passive"), Best: w.text("comment.label.promoter"),
	}
}

func (w writer) thanks() Prompt {
	return Prompt{
		Default: w.text("thanks.passive.body"),
		Worst:   w.text("thanks.detractor.body"), Middle: w.text("thanks.passive.body"), Best: w.text("thanks.promoter.body"),
	}
}
