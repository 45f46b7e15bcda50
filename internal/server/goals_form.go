package server

import (
	"context"
	"errors"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// goalForm makes or changes a goal.
type goalForm struct {
	Specific   string `form:"specific"`
	Kind       string `form:"kind"`
	Measure    string `form:"measure"` // hand, score: and the id of a survey, or metric: and a key and a form of the catalogue
	Touchpoint int64  `form:"touchpoint"`
	Unit       string `form:"unit"`
	Currency   string `form:"currency"`
	Baseline   string `form:"baseline"`
	Target     string `form:"target"`
	Achievable string `form:"achievable"`
	Relevant   string `form:"relevant"`
	Start      string `form:"start"`
	Deadline   string `form:"deadline"`
	Do         string `form:"do"` // set or draft
	Revision   int64  `form:"revision"`
}

// What stands in the form before the id of a survey, and before a metric's name in addresses and its form.
const (
	scoreOf  = "score:"
	metricOf = "metric:"
)

func goalFormOf(g customers.Goal) goalForm {
	f := goalForm{
		Specific: g.Specific, Kind: string(g.Kind), Measure: string(g.Measure.By), Touchpoint: g.Measure.Touchpoint, Unit: g.Unit, Currency: g.Measure.Currency,
		Baseline: valueText(g, g.Baseline), Target: valueText(g, g.Target), Achievable: g.Achievable, Relevant: g.Relevant, Revision: g.Revision,
	}
	switch g.Measure.By {
	case customers.MeasuredByScore:
		f.Measure = scoreOf + strconv.FormatInt(g.Measure.SurveyID, 10)
	case customers.MeasuredByMetric:
		f.Measure = metricMeasure(g.Measure.Metric, g.Measure.Variant)
	case customers.MeasuredByHand:
	}
	if g.Start != 0 {
		f.Start = g.Start.String()
	}
	if g.Deadline != 0 {
		f.Deadline = g.Deadline.String()
	}
	return f
}

// apply writes the form into a goal, and finds what can't be read and what can't be kept.
func (f goalForm) apply(r *Request, g *customers.Goal, t templates.GoalTexts) (problems ui.Problems) {
	refuse := func(field, key string) {
		problems = append(problems, ui.Problem{Field: field, Text: r.Words.T(key)})
	}
	g.Specific, g.Unit, g.Achievable, g.Relevant = f.Specific, f.Unit, f.Achievable, f.Relevant
	g.Kind = customers.GoalKind(f.Kind)
	g.Measure = f.measured()
	switch m := g.Measure; {
	case m.By == "":
		g.Measure.By = customers.MeasuredByHand
		refuse("measure", "goals.error.measure")
	case m.By != customers.MeasuredByHand && (g.Kind.Whole() || isMoney(m.Metric) != (g.Kind == customers.GoalMoney)):
		refuse("kind", "goals.error.metric_kind")
	}
	m := g.Measure
	if m.By == customers.MeasuredByScore && f.Touchpoint != survey.AllTouchpoints && (f.Touchpoint == 0 || !hasTouchpoint(t.Touchpoints, f.Touchpoint)) {
		refuse("touchpoint", "goals.error.touchpoint")
	}
	var ok bool
	if g.Baseline, ok = readValue(f.Baseline, *g); !ok {
		refuse("baseline", "goals.error.number")
	}
	if g.Target, ok = readValue(f.Target, *g); !ok {
		refuse("target", "goals.error.number")
	}
	if g.Start, ok = readDay(f.Start); !ok {
		refuse("start", "goals.error.start")
	}
	if g.Deadline, ok = readDay(f.Deadline); !ok {
		refuse("deadline", "goals.error.deadline")
	}
	g.Published = g.Published || f.Do != "draft"
	g.Tidy()
	for _, p := range fieldProblems(r, append(g.Check(), outOfRange(*g, t)...)) {
		if problems.At(p.Field) == "" {
			problems = append(problems, p)
		}
	}
	slices.SortStableFunc(problems, func(a, b ui.Problem) int {
		return slices.Index(goalOrder(), a.Field) - slices.Index(goalOrder(), b.Field)
	})
	return problems
}

// measured reads what the goal is measured by; By is "" where that can't be.
func (f goalForm) measured() customers.Measure {
	m := customers.Measure{Touchpoint: f.Touchpoint, Currency: strings.ToUpper(strings.TrimSpace(f.Currency))}
	if id, ok := strings.CutPrefix(f.Measure, scoreOf); ok {
		m.By = customers.MeasuredByScore
		m.SurveyID, _ = strconv.ParseInt(id, 10, 64)
		return m
	}
	if name, ok := strings.CutPrefix(f.Measure, metricOf); ok {
		slug, variant, _ := strings.Cut(name, ":")
		if metric, ok := templates.MetricAt(customers.Catalogue(), slug); ok && slices.Contains(metric.Variants, variant) {
			m.By, m.Metric, m.Variant = customers.MeasuredByMetric, metric.Key, variant
		}
		return m
	}
	if f.Measure == string(customers.MeasuredByHand) {
		m.By = customers.MeasuredByHand
	}
	return m
}

func metricMeasure(key, variant string) string {
	return metricOf + templates.MetricSlug(key) + ":" + variant
}

// isMoney tells whether a metric is an amount.
func isMoney(key string) bool {
	return slices.ContainsFunc(customers.Catalogue(), func(m customers.Metric) bool { return m.Key == key && m.Unit == customers.Money })
}

// goalOrder are the fields from top to bottom.
func goalOrder() []string {
	return []string{"specific", "kind", "measure", "touchpoint", "unit", "currency", "baseline", "target", "achievable", "relevant", "start", "deadline"}
}

// readDay reads a day; nothing is 0.
func readDay(text string) (survey.Day, bool) {
	if text == "" {
		return 0, true
	}
	day, err := survey.ParseDay(text)
	return day, err == nil && day > 0 && day <= farDay
}

// typedNumber is what may be typed. A comma before three digits could stand between thousands as well, so it is not taken for either.
var (
	typedNumber = regexp.MustCompile(`^[+-]?\d{1,15}([.,]\d{1,6})?$`)
	ambiguous   = regexp.MustCompile(`,\d{3}$`)
)

// readValue reads a value of a goal as it is kept: money in minor units. Nothing is nil.
func readValue(text string, g customers.Goal) (*big.Rat, bool) {
	text = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, strings.ReplaceAll(text, "−", "-"))
	if text == "" || g.Kind.Whole() && text != "0" && text != "1" {
		return nil, true
	}
	if g.Kind == customers.GoalNumber {
		text = strings.TrimSuffix(text, "%")
	}
	if !typedNumber.MatchString(text) || ambiguous.MatchString(text) {
		return nil, false
	}
	v, ok := new(big.Rat).SetString(strings.ReplaceAll(text, ",", "."))
	if ok && g.Kind == customers.GoalMoney {
		v.Mul(v, customers.MinorUnits(g.Measure.Currency))
	}
	return v, ok
}

// valueText is what readValue reads; "" for nil.
func valueText(g customers.Goal, v *big.Rat) string {
	switch {
	case v == nil || g.Kind.Whole():
		return ""
	case g.Kind == customers.GoalMoney:
		return new(big.Rat).Quo(v, customers.MinorUnits(g.Measure.Currency)).FloatString(customers.MinorDigits(g.Measure.Currency))
	}
	return strings.TrimSuffix(strings.TrimRight(v.FloatString(customers.GoalDecimals), "0"), ".")
}

func (h *goals) newPage(r *Request) error {
	g := customers.Goal{Kind: customers.GoalNumber, Start: h.Goals.Today(), Measure: customers.Measure{By: customers.MeasuredByHand, Touchpoint: survey.AllTouchpoints}}
	return h.formPage(r, http.StatusOK, g, goalFormOf(g), nil)
}

func (h *goals) editPage(r *Request) error {
	g, err := h.goal(r)
	if err != nil {
		return err
	}
	return h.formPage(r, http.StatusOK, g, goalFormOf(g), nil)
}

func (h *goals) create(r *Request) error { return h.keep(r, customers.Goal{}) }

func (h *goals) save(r *Request) error {
	g, err := h.goal(r)
	if err != nil {
		return err
	}
	return h.keep(r, g)
}

// keep saves the form over a goal; without an ID it is a new one.
func (h *goals) keep(r *Request, g customers.Goal) error {
	var f goalForm
	if err := r.decode(&f); err != nil {
		return err
	}
	t, err := h.texts(r)
	if err != nil {
		return err
	}
	was := g
	g.Revision = f.Revision
	if problems := f.apply(r, &g, t); len(problems) > 0 {
		return h.formPage(r, http.StatusUnprocessableEntity, was, f, problems)
	}
	action, said := "goal.edit", "flash.goal.changed"
	switch {
	case !g.Published:
		action, said = "goal.draft", "flash.goal.draft"
	case !was.Published:
		action, said = "goal.set", "flash.goal.set"
	}
	err = h.audited(r, action, &g, func(ctx context.Context) error { return h.Goals.Save(ctx, &g) })
	if found, ok := asProblems(err); ok {
		return h.formPage(r, http.StatusUnprocessableEntity, was, f, fieldProblems(r, found))
	}
	if errors.Is(err, survey.ErrStale) {
		f.Revision = was.Revision
		return h.formPage(r, http.StatusConflict, was, f, ui.Problems{{Field: "specific", Text: r.Words.T("goals.error.stale")}})
	}
	if err != nil && !errors.Is(err, customers.ErrGoalThere) {
		return err
	}
	return r.done(templates.GoalPath(g.ID), said)
}

// formPage shows the form with what was typed.
func (h *goals) formPage(r *Request, status int, g customers.Goal, f goalForm, problems ui.Problems) error {
	t, err := h.texts(r)
	if err != nil {
		return err
	}
	surveys, err := h.Store.Surveys(r.HTTP().Context())
	if err != nil {
		return err
	}
	w := r.Words
	field := func(id, value string) ui.Field {
		out := ui.Field{ID: id, Label: w.T("goals.form." + id), Value: value, Error: problems.At(id), Autocomplete: "off"}
		if hint := "goals.form." + id + ".hint"; w.Has(hint) {
			out.Hint = w.T(hint)
		}
		return out
	}
	short := func(id, value, kind string) ui.Field {
		out := field(id, value)
		out.Short, out.Type = true, kind
		return out
	}
	p := templates.GoalFormPage{
		Heading: w.T("goals.new"), Action: goalsPath + "/new", Back: goalsPath, Revision: strconv.FormatInt(f.Revision, 10), Draft: !g.Published,
		Specific: field("specific", f.Specific), Kind: field("kind", ""), Measure: field("measure", ""), Touchpoint: field("touchpoint", ""),
		Unit: short("unit", f.Unit, ""), Currency: short("currency", f.Currency, ""), Baseline: short("baseline", f.Baseline, ""), Target: short("target", f.Target, ""),
		Achievable: field("achievable", f.Achievable), Relevant: field("relevant", f.Relevant), Start: short("start", f.Start, "date"), Deadline: short("deadline", f.Deadline, "date"),
	}
	if g.ID != 0 {
		p.Heading, p.Action, p.Back = w.T("goals.edit"), templates.GoalPath(g.ID)+"/edit", templates.GoalPath(g.ID)
	}
	p.Specific.MaxLength = strconv.Itoa(customers.MostGoalTitle)
	p.Baseline.InputMode, p.Target.InputMode = "decimal", "decimal"
	for _, k := range customers.GoalKinds() {
		p.Kinds = append(p.Kinds, choose(r, "goals.kind.", f.Kind, string(k))...)
	}
	p.Measures = h.measures(t, surveys, f.Measure)
	p.Touchpoints = h.places(r, t, f.Touchpoint)
	p.Shell = r.shell(p.Heading, "/dashboard")
	p.Shell.Problems = problems
	return h.s.render(r, status, templates.GoalForm(p))
}

// measures are what there is to measure by: by hand, the scores of surveys that were published, and the figures of customers' money.
func (h *goals) measures(t templates.GoalTexts, surveys []survey.Survey, chosen string) []ui.Option {
	options := []ui.Option{{Value: string(customers.MeasuredByHand), Label: t.W.T("goals.measure.hand")}}
	for _, v := range surveys {
		value := scoreOf + strconv.FormatInt(v.ID, 10)
		_, scored := reports.HeadlineOf(v.Edited)
		if scored && v.VersionID != 0 && (v.State != survey.Archived || value == chosen) {
			options = append(options, ui.Option{Value: value, Label: t.W.T("goals.measure.score", "score", t.ScoreName(v), "survey", v.Name)})
		}
	}
	if h.Goals.Metrics == nil {
		return ui.Select(chosen, options)
	}
	for _, m := range customers.Catalogue() {
		for _, variant := range m.Variants {
			options = append(options, ui.Option{Value: metricMeasure(m.Key, variant), Label: templates.MetricTitle(t.W, m.Key, variant)})
		}
	}
	return ui.Select(chosen, options)
}

// places are the touchpoints of a score.
func (h *goals) places(r *Request, t templates.GoalTexts, chosen int64) []ui.Option {
	options := touchpointOptions(r, t.Touchpoints, chosen, "")
	options[0] = ui.Option{Value: strconv.Itoa(survey.AllTouchpoints), Label: r.Words.T("goals.all_touchpoints"), Selected: chosen == survey.AllTouchpoints}
	return options
}
