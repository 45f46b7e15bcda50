package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// ruleForm makes or changes a rule.
type ruleForm struct {
	Survey     int64    `form:"survey"`
	Name       string   `form:"name"`
	Trigger    string   `form:"trigger"` // purchase or event
	Event      string   `form:"event"`
	Touchpoint int64    `form:"touchpoint"`
	Channel    string   `form:"channel"`
	Delay      string   `form:"delay"`
	Unit       string   `form:"unit"` // hours or days
	From       string   `form:"from"`
	Until      string   `form:"until"`
	Days       []string `form:"day"`
	Clock      string   `form:"clock"` // contact or account
	Sample     string   `form:"sample"`
	Reminder   string   `form:"reminder"`
	Expiry     string   `form:"expiry"`
	Consent    bool     `form:"consent"`
	Revision   int64    `form:"revision"`
}

const eventTrigger = "event"

// apply writes the form into a rule. What can't be read becomes something that the check refuses.
func (f ruleForm) apply(r *asking.Rule) {
	p := &r.Plan
	r.Name, r.Kind = f.Name, people.Purchase
	if f.Trigger == eventTrigger {
		r.Kind = f.Event
	}
	p.Touchpoint, p.Channel, p.ContactZone, p.ConsentRequired = f.Touchpoint, asking.Channel(f.Channel), f.Clock == "contact", f.Consent
	if p.DelayHours = wholeNumber(f.Delay); f.Unit == "days" && p.DelayHours < asking.MaxDelayHours {
		p.DelayHours *= 24
	}
	p.From, p.Until = minute(f.From), minute(f.Until)
	p.Days = 0
	for _, d := range weekdays {
		if slices.Contains(f.Days, strconv.Itoa(int(d))) {
			p.Days |= 1 << d
		}
	}
	p.SamplePercent, p.ReminderDays, p.ExpiryDays = wholeNumber(f.Sample), wholeNumber(f.Reminder), wholeNumber(f.Expiry)
	if f.Reminder == "" {
		p.ReminderDays = 0
	}
}

// check tidies the rule that the form was applied to, and finds what can't be stored of it. Nothing ticked and a window without a minute in it could be stored: they are how
// a rule says "every day" and "at any time". Nobody means that by them.
func (f ruleForm) check(r *Request, rule *asking.Rule) ui.Problems {
	problems := rule.Check()
	if f.From != "" && f.Until != "" && rule.Plan.From >= 0 && rule.Plan.From == rule.Plan.Until {
		problems = append(problems, survey.Problem{Field: "until", Key: "rules.error.window"})
	}
	if rule.Plan.Days == 0 {
		problems = append(problems, survey.Problem{Field: "day", Key: "rules.error.day"})
	}
	return fieldProblems(r, problems)
}

// minute reads 10:30; nothing is midnight, and what is no time is -1.
func minute(s string) int {
	if s == "" {
		return 0
	}
	h, m, ok := strings.Cut(s, ":")
	hour, errH := strconv.Atoi(h)
	min, errM := strconv.Atoi(m)
	if !ok || errH != nil || errM != nil || hour < 0 || hour > 23 || min < 0 || min > 59 {
		return -1
	}
	return 60*hour + min
}

func formOf(r asking.Rule) ruleForm {
	p := r.Plan
	f := ruleForm{
		Survey: r.SurveyID, Name: r.Name, Trigger: people.Purchase, Touchpoint: p.Touchpoint, Channel: string(p.Channel), Unit: "days", Delay: strconv.Itoa(p.DelayHours / 24),
		Clock: "account", Sample: strconv.Itoa(p.SamplePercent), Reminder: strconv.Itoa(p.ReminderDays), Expiry: strconv.Itoa(p.ExpiryDays),
		Consent: p.ConsentRequired, Revision: r.Revision,
	}
	if r.Kind != people.Purchase {
		f.Trigger, f.Event = eventTrigger, r.Kind
	}
	if p.DelayHours%24 != 0 {
		f.Unit, f.Delay = "hours", strconv.Itoa(p.DelayHours)
	}
	if p.From != p.Until {
		f.From, f.Until = clockTime(p.From), clockTime(p.Until)
	}
	if p.ContactZone {
		f.Clock = "contact"
	}
	for _, d := range weekdays {
		if p.Days == 0 || p.Days&(1<<d) != 0 {
			f.Days = append(f.Days, strconv.Itoa(int(d)))
		}
	}
	return f
}

func (h *inviting) newRule(r *Request) error {
	f := formOf(asking.Rule{Kind: people.Purchase, Plan: asking.NewPlan()})
	f.Survey, _ = strconv.ParseInt(r.Query("survey"), 10, 64)
	return h.rulePage(r, http.StatusOK, 0, f, nil)
}

func (h *inviting) editRule(r *Request) error {
	rule, err := h.rule(r)
	if err != nil {
		return err
	}
	return h.rulePage(r, http.StatusOK, rule.ID, formOf(rule), nil)
}

func (h *inviting) rule(r *Request) (asking.Rule, error) {
	id, err := r.id("id")
	if err != nil {
		return asking.Rule{}, err
	}
	return h.Store.Rule(r.HTTP().Context(), id)
}

func (h *inviting) createRule(r *Request) error {
	var f ruleForm
	if err := r.decode(&f); err != nil {
		return err
	}
	now := h.s.deps.Now()
	rule := asking.Rule{SurveyID: f.Survey, Active: true, CreatedAt: now, ChangedAt: now}
	f.apply(&rule)
	problems := f.check(r, &rule)
	surveys, err := h.Store.Surveys(r.HTTP().Context())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(surveys, func(s survey.Survey) bool { return s.ID == f.Survey && s.State == survey.Live }) {
		problems = append(ui.Problems{{Field: "survey", Text: r.Words.T("rules.error.survey")}}, problems...)
	}
	if len(problems) > 0 {
		return h.rulePage(r, http.StatusUnprocessableEntity, 0, f, problems)
	}
	if err := h.audited(r, "rule.create", surveyObject(rule.SurveyID), func(ctx context.Context) error { return h.Store.CreateRule(ctx, &rule) }); err != nil {
		return err
	}
	return r.done(rulesPath, "flash.rule_saved")
}

func (h *inviting) saveRule(r *Request) error {
	var f ruleForm
	if err := r.decode(&f); err != nil {
		return err
	}
	rule, err := h.rule(r)
	if err != nil {
		return err
	}
	f.Survey = rule.SurveyID
	f.apply(&rule)
	rule.Revision, rule.ChangedAt = f.Revision, h.s.deps.Now()
	if problems := f.check(r, &rule); len(problems) > 0 {
		return h.rulePage(r, http.StatusUnprocessableEntity, rule.ID, f, problems)
	}
	return h.updateRule(r, rule, "rule.edit")
}

func (h *inviting) updateRule(r *Request, rule asking.Rule, action string) error {
	err := h.audited(r, action, fmt.Sprintf("rule %d", rule.ID), func(ctx context.Context) error { return h.Store.UpdateRule(ctx, &rule) })
	if errors.Is(err, survey.ErrStale) {
		return errConflict
	}
	if err != nil {
		return err
	}
	return r.done(rulesPath, "flash.rule_saved")
}

// switchRule pauses a rule or has it go on.
func (h *inviting) switchRule(r *Request) error {
	var f struct {
		Do       string `form:"do"`
		Revision int64  `form:"revision"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	rule, err := h.rule(r)
	if err != nil {
		return err
	}
	rule.Active, rule.Revision, rule.ChangedAt = f.Do == "activate", f.Revision, h.s.deps.Now()
	return h.updateRule(r, rule, "rule."+map[bool]string{true: "activate", false: "pause"}[rule.Active])
}

// rulePage shows the form; id is 0 for a new rule.
func (h *inviting) rulePage(r *Request, status int, id int64, f ruleForm, problems ui.Problems) error {
	ctx, w := r.HTTP().Context(), r.Words
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return err
	}
	tps, err := h.Store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	title := "rules.new"
	p := templates.RuleFormPage{Action: rulesPath + "/new", Revision: strconv.FormatInt(f.Revision, 10), New: id == 0}
	if id != 0 {
		title, p.Action = "rules.edit", rulePath(id)
	}
	if p.F, err = h.frame(r, title, rulesPath); err != nil {
		return err
	}
	p.F.S.Problems = problems
	if id != 0 {
		p.F.Sub = surveyNames(surveys)[f.Survey]
	}
	live := slices.DeleteFunc(slices.Clone(surveys), func(s survey.Survey) bool { return s.State != survey.Live })
	field := func(id, value string) ui.Field {
		out := ui.Field{ID: id, Label: w.T("rules." + id), Value: value, Error: problems.At(id), Autocomplete: "off"}
		if hint := "rules." + id + ".hint"; w.Has(hint) {
			out.Hint = w.T(hint)
		}
		return out
	}
	short := func(id, value string) ui.Field {
		out := field(id, value)
		out.Short, out.InputMode = true, "numeric"
		return out
	}
	p.Survey, p.Surveys = field("survey", ""), surveyOptions(live, ui.Option{Value: "0", Label: w.T("rules.survey.choose")}, f.Survey)
	p.Name = field("name", f.Name)
	p.Trigger, p.Triggers = field("trigger", ""), choose(r, "rules.trigger.", f.Trigger, people.Purchase, eventTrigger)
	p.Event = field("kind", f.Event)
	p.Event.Name = "event"
	p.Touchpoint, p.Touchpoints = field("touchpoint", ""), touchpointOptions(r, tps, f.Touchpoint, w.T("links.from_survey"))
	p.Channel, p.Channels = field("channel", ""), choose(r, "rules.channel.", f.Channel, string(asking.ByMail), string(asking.ByLink))
	p.Delay, p.Unit, p.Units = short("delay", f.Delay), field("unit", ""), choose(r, "rules.unit.", f.Unit, "days", "hours")
	p.From, p.Until = field("from", f.From), field("until", f.Until)
	p.From.Type, p.Until.Type, p.From.Short, p.Until.Short = "time", "time", true, true
	p.Days = field("day", "")
	for _, d := range weekdays {
		value := strconv.Itoa(int(d))
		p.DayOptions = append(p.DayOptions, ui.Option{Value: value, Label: w.T("weekday." + value), Selected: slices.Contains(f.Days, value)})
	}
	p.Clock, p.Clocks = field("clock", ""), choose(r, "rules.clock.", f.Clock, "contact", "account")
	p.Sample, p.Reminder, p.Expiry = short("sample", f.Sample), short("reminder", f.Reminder), short("expiry", f.Expiry)
	p.Consent, p.ConsentOn = field("consent", ""), f.Consent
	return h.s.render(r, status, templates.RuleForm(p))
}

// choose makes options whose labels, and hints where there are any, are words under a prefix.
func choose(r *Request, prefix, selected string, values ...string) (options []ui.Option) {
	for _, v := range values {
		o := ui.Option{Value: v, Label: r.Words.T(prefix + v), Selected: v == selected}
		if hint := prefix + v + ".hint"; r.Words.Has(hint) {
			o.Hint = r.Words.T(hint)
		}
		options = append(options, o)
	}
	return options
}
