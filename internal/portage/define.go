package portage

import (
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Define writes the questionnaire of a survey that an import makes: the template of the scheme's measure, without the questions that a file has no
// column for. A scheme that no template has gets a bare scale.
func Define(say survey.Say, langs []string, scheme scoring.Scheme) survey.Definition {
	def, _ := scheme.Def()
	kind := survey.TemplateKind(def.Kind)
	if def.ReadOnly {
		kind = survey.TemplateCSAT
	}
	d := survey.FromTemplate(kind, say, langs, scheme)
	if kind == survey.TemplateCSAT && len(d.Questions) > 1 {
		d.Questions, d.Intro = d.Questions[:1], nil
	}
	if def.ReadOnly && len(d.Questions) > 0 {
		q := d.Questions[0]
		q.Scheme, q.Low, q.High, q.Points = scheme, nil, nil, nil
		d.Questions[0] = q
	}
	return d
}
