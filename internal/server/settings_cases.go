package server

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// CaseSettings is what the page of the rules of cases reads and writes.
type CaseSettings interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	CaseRules(ctx context.Context) (followup.Rules, error)
	SaveCaseRules(ctx context.Context, rules followup.Rules) error
	CaseReasons(ctx context.Context) ([]followup.Reason, error)
	SaveCaseReasons(ctx context.Context, reasons []followup.Reason, at time.Time) error
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	Users(ctx context.Context) ([]account.User, error)
}

// CaseSettingsDeps is what the page works with.
type CaseSettingsDeps struct{ Store CaseSettings }

type caseSettings struct {
	*CaseSettingsDeps
	s *Server
}

const caseSettingsPath = "/settings/cases"

// caseForm is what the page of the rules sends.
type caseForm struct {
	Class      bool              `form:"class"`
	Contact    bool              `form:"contact"`
	Words      string            `form:"words"`
	Drop       string            `form:"drop"`
	Hours      string            `form:"hours"`
	Clock      string            `form:"clock"`
	Zone       string            `form:"zone"`
	Opens      string            `form:"opens"`
	Closes     string            `form:"closes"`
	Days       []string          `form:"day"`
	Holidays   string            `form:"holidays"`
	Lead       string            `form:"lead"`
	Touchpoint map[string]string `form:"touchpoint.*"`
	Language   map[string]string `form:"language.*"`
	User       map[string]string `form:"user.*"` // row.user
}

// business is the value of the choice that only hours of work count.
const business = "business"

// rules makes rules of what was typed, and finds what can't be read.
func (f caseForm) rules(w *words.Words) (rules followup.Rules, ps ui.Problems) {
	rules = followup.Rules{Class: f.Class, Request: f.Contact, Drop: number(f.Drop)}
	for line := range strings.SplitSeq(f.Words, "\n") {
		line = survey.Line(line)
		if k, ok := followup.NewKeyword(line); ok {
			rules.Keywords = append(rules.Keywords, k)
		} else if line != "" && len(ps) == 0 {
			ps = ui.Problems{{Field: "words", Text: w.T("cases.error.no_word", "word", truncate(line, followup.MaxKeyword))}}
		}
	}
	c := followup.Calendar{Hours: number(f.Hours), Business: f.Clock == business, Zone: f.Zone, Opens: minutes(f.Opens), Closes: minutes(f.Closes)}
	if c.Closes == 0 {
		c.Closes = 24 * 60
	}
	for d := range c.Days {
		c.Days[d] = slices.Contains(f.Days, strconv.Itoa(d))
	}
	var wrong string
	if c.Holidays, wrong = followup.ParseHolidays(strings.Split(f.Holidays, "\n")); wrong != "" {
		ps = append(ps, ui.Problem{Field: "holidays", Text: w.T("cases.error.date", "date", wrong)})
	}
	rules.Calendar = c
	rules.Assign = f.assign()
	rules.Lead = chosenID(f.Lead)
	return rules, ps
}

// chosenID reads the number of what was chosen in a list: "" is 0, which is no choice, and what is no number is one that nothing has.
func chosenID(text string) int64 {
	n, err := choice(text)
	if err != nil {
		return -1
	}
	return n
}

// assign reads the rows; one without a user, a touchpoint and a language is no rule.
func (f caseForm) assign() (all []followup.Assignment) {
	for row := range followup.MaxAssignments + 1 {
		key := strconv.Itoa(row)
		a := followup.Assignment{Language: f.Language[key], Touchpoint: chosenID(f.Touchpoint[key])}
		for name := range f.User {
			if id, ok := strings.CutPrefix(name, key+"."); ok {
				a.Users = append(a.Users, chosenID(id))
			}
		}
		slices.Sort(a.Users)
		if len(a.Users) > 0 || a.Touchpoint != 0 || a.Language != "" {
			all = append(all, a)
		}
	}
	return all
}

// minutes after midnight of a time such as 09:30; -1 for what is none.
func minutes(text string) int {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

func (h *caseSettings) page(r *Request) error {
	rules, err := h.Store.CaseRules(r.HTTP().Context())
	if err != nil {
		return err
	}
	return h.show(r, http.StatusOK, rules, nil, nil)
}

func (h *caseSettings) save(r *Request) error {
	var f caseForm
	if err := r.decode(&f); err != nil {
		return err
	}
	rules, ps := f.rules(r.Words)
	for _, p := range rules.Check() {
		ps = append(ps, ui.Problem{Field: p.Field, Text: r.Words.T(p.Key)})
	}
	unknown, err := h.unknown(r, rules)
	if err != nil {
		return err
	}
	if ps = append(ps, unknown...); len(ps) > 0 {
		return h.show(r, http.StatusUnprocessableEntity, rules, &f, ps)
	}
	err = h.record(r, "settings.cases", func(ctx context.Context) error { return h.Store.SaveCaseRules(ctx, rules) })
	if err != nil {
		return err
	}
	return r.done(caseSettingsPath, "flash.saved")
}

// unknown finds people, touchpoints and languages that are not there, or not any more: another administrator may have removed them since the page was opened.
func (h *caseSettings) unknown(r *Request, rules followup.Rules) (ps ui.Problems, err error) {
	users, err := h.Store.Users(r.HTTP().Context())
	if err != nil {
		return nil, err
	}
	tps, err := h.Store.Touchpoints(r.HTTP().Context())
	if err != nil {
		return nil, err
	}
	add := func(wrong bool, field, key string) {
		if wrong {
			ps = append(ps, ui.Problem{Field: field, Text: r.Words.T(key)})
		}
	}
	there := func(id int64) bool {
		return slices.ContainsFunc(users, func(u account.User) bool { return u.ID == id })
	}
	works := func(id int64) bool {
		return slices.ContainsFunc(users, func(u account.User) bool { return u.ID == id && !u.Disabled })
	}
	add(rules.Lead != 0 && !works(rules.Lead), "lead", "cases.error.lead")
	for i, a := range rules.Assign {
		row := strconv.Itoa(i) // as the page shows them again: without those that say nothing
		add(!hasTouchpoint(tps, a.Touchpoint), "touchpoint."+row, "cases.error.touchpoint")
		add(a.Language != "" && !slices.Contains(words.Languages(), a.Language), "language."+row, "cases.error.language")
		add(slices.ContainsFunc(a.Users, func(id int64) bool { return !there(id) }), "assign", "cases.error.lead")
	}
	return ps, nil
}

// record does something together with its line in the audit log.
func (h *caseSettings) record(r *Request, action string, do func(context.Context) error) error {
	return h.Store.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: action})
	})
}

func (h *caseSettings) show(r *Request, status int, rules followup.Rules, typed *caseForm, ps ui.Problems) error {
	p, err := h.view(r, rules, typed, ps)
	if err != nil {
		return err
	}
	reasons, err := h.Store.CaseReasons(r.HTTP().Context())
	if err != nil {
		return err
	}
	p.Reasons = reasonRows(reasons)
	return h.s.render(r, status, templates.CaseSettingsPage(p))
}
