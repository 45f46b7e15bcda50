package server

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

const rulesPath = "/invitations/rules"

// rules lists the rules, and says how seldom anybody is asked.
func (h *inviting) rules(r *Request) error { return h.rulesPage(r, http.StatusOK, nil, nil) }

// rulesPage shows the rules, with what was typed for the throttle if it could not be saved.
func (h *inviting) rulesPage(r *Request, status int, typed *throttleForm, problems ui.Problems) error {
	ctx, w := r.HTTP().Context(), r.Words
	rules, err := h.Store.Rules(ctx)
	if err != nil {
		return err
	}
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return err
	}
	frame, err := h.frame(r, "rules.title", rulesPath)
	if err != nil {
		return err
	}
	frame.Sub, frame.S.Problems = w.T("rules.sub"), problems
	p := templates.RulesPage{F: frame, MayAdd: slices.ContainsFunc(surveys, func(s survey.Survey) bool { return s.State == survey.Live })}
	names := surveyNames(surveys)
	for _, rule := range rules {
		p.Rows = append(p.Rows, templates.RuleRow{
			Name: rule.Name, Survey: names[rule.SurveyID], Path: rulePath(rule.ID), Active: rule.Active, Says: rulePhrases(w, rule, h.Zone()),
			Revision: strconv.FormatInt(rule.Revision, 10),
		})
	}
	if typed == nil {
		throttle, err := asking.ReadThrottle(ctx, h.Store)
		if err != nil {
			return err
		}
		typed = throttleFormOf(throttle)
	}
	if err := h.throttleFields(r, &p, *typed, surveys, problems); err != nil {
		return err
	}
	return h.s.render(r, status, templates.Rules(p))
}

func rulePath(id int64) string { return rulesPath + "/" + strconv.FormatInt(id, 10) }

// throttleFields has a field for all surveys, and one for each scheme and touchpoint in use.
func (h *inviting) throttleFields(r *Request, p *templates.RulesPage, f throttleForm, surveys []survey.Survey, problems ui.Problems) error {
	w := r.Words
	field := func(id, label, value string) ui.Field {
		return ui.Field{ID: id, Label: label, Value: value, InputMode: "numeric", Short: true, Error: problems.At(id), Autocomplete: "off"}
	}
	p.Days = field("days", w.T("throttle.days"), f.Days)
	p.Days.Hint = w.T("throttle.days.hint")
	for _, scheme := range schemesOf(surveys) {
		p.Schemes = append(p.Schemes, field("scheme."+string(scheme), w.T("scheme."+string(scheme)), f.Schemes[string(scheme)]))
	}
	tps, err := h.Store.Touchpoints(r.HTTP().Context())
	if err != nil {
		return err
	}
	for _, tp := range tps {
		id := strconv.FormatInt(tp.ID, 10)
		if tp.ArchivedAt.IsZero() || f.Touchpoints[id] != "" {
			p.Touchpoints = append(p.Touchpoints, field("touchpoint."+id, nameOf(r, tp), f.Touchpoints[id]))
		}
	}
	return nil
}

// schemesOf lists the schemes of surveys, each once.
func schemesOf(surveys []survey.Survey) (schemes []scoring.Scheme) {
	for _, s := range surveys {
		if scheme := s.Edited.Scheme(); scheme != "" && !slices.Contains(schemes, scheme) {
			schemes = append(schemes, scheme)
		}
	}
	slices.Sort(schemes)
	return schemes
}

// throttleForm says how seldom anybody is asked. What is left empty has no number of its own.
type throttleForm struct {
	Days        string            `form:"days"`
	Schemes     map[string]string `form:"scheme.*"`
	Touchpoints map[string]string `form:"touchpoint.*"`
}

func throttleFormOf(t asking.Throttle) *throttleForm {
	f := &throttleForm{Days: strconv.Itoa(t.Days), Schemes: map[string]string{}, Touchpoints: map[string]string{}}
	for scheme, days := range t.Schemes {
		f.Schemes[string(scheme)] = strconv.Itoa(days)
	}
	for id, days := range t.Touchpoints {
		f.Touchpoints[strconv.FormatInt(id, 10)] = strconv.Itoa(days)
	}
	return f
}

// throttle reads the form. What is no number is -1, which the check refuses.
func (f throttleForm) throttle() asking.Throttle {
	t := asking.Throttle{Days: wholeNumber(f.Days), Schemes: map[scoring.Scheme]int{}, Touchpoints: map[int64]int{}}
	for name, days := range f.Schemes {
		if _, known := scoring.Scheme(name).Def(); known && days != "" {
			t.Schemes[scoring.Scheme(name)] = wholeNumber(days)
		}
	}
	for name, days := range f.Touchpoints {
		if id, err := strconv.ParseInt(name, 10, 64); err == nil && days != "" {
			t.Touchpoints[id] = wholeNumber(days)
		}
	}
	return t
}

// wholeNumber reads a whole number that is not negative; -1 for anything else.
func wholeNumber(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func (h *inviting) saveThrottle(r *Request) error {
	var f throttleForm
	if err := r.decode(&f); err != nil {
		return err
	}
	t := f.throttle()
	if problems := t.Check(); len(problems) > 0 {
		return h.rulesPage(r, http.StatusUnprocessableEntity, &f, fieldProblems(r, problems))
	}
	if err := h.audited(r, "rule.throttle", "", func(ctx context.Context) error { return asking.SaveThrottle(ctx, h.Store, t) }); err != nil {
		return err
	}
	return r.done(rulesPath, "flash.saved")
}
