package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

const (
	goalsPath = templates.GoalsPath
	// goalsOnPage bounds a list: each goal of a score is a sum of its own.
	goalsOnPage = 25
	// goalsOnDashboard is how many of those that run it shows.
	goalsOnDashboard = 5
	// valuesOnPage is how many of the values that were written down the page of a goal shows.
	valuesOnPage = 100
)

// GoalsDeps is what the pages of goals work with.
type GoalsDeps struct {
	Goals *customers.Goals
	Store GoalsStore
}

// GoalsStore is what these pages read beside goals.
type GoalsStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Surveys(ctx context.Context) ([]survey.Survey, error)
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
}

// goals has the handlers of the pages.
type goals struct {
	*GoalsDeps
	s *Server
}

// texts reads what goals are about, in the person's language.
func (h *goals) texts(r *Request) (templates.GoalTexts, error) {
	t := templates.GoalTexts{Names: templates.Names{W: r.Words}, Surveys: map[int64]survey.Survey{}}
	ctx := r.HTTP().Context()
	var err error
	if t.Touchpoints, err = h.Store.Touchpoints(ctx); err != nil {
		return t, err
	}
	surveys, err := h.Store.Surveys(ctx)
	for _, v := range surveys {
		t.Surveys[v.ID] = v
	}
	return t, err
}

func (h *goals) list(r *Request) error {
	page := max(wholeNumber(r.Query("page")), 1)
	q := customers.GoalQuery{Archived: r.Query("show") == "archived", Offset: min(page-1, 1000) * goalsOnPage, Limit: goalsOnPage}
	p := templates.GoalsPage{Archived: q.Archived, MayEdit: may(r, account.EditSurveys)}
	var err error
	if p.GoalTexts, err = h.texts(r); err != nil {
		return err
	}
	var more bool
	if p.Goals, more, err = h.Goals.List(r.HTTP().Context(), q); err != nil {
		return err
	}
	address := func(page int) string {
		to := goalsPath + "?page=" + strconv.Itoa(page)
		if q.Archived {
			to += "&show=archived"
		}
		return to
	}
	if more || page > 1 {
		p.Pager.Text = r.Words.T("goals.page", "page", page)
	}
	if more {
		p.Pager.Older = address(page + 1)
	}
	if page > 1 {
		p.Pager.Newer = address(page - 1)
	}
	p.Shell = r.shell(r.Words.T("goals.title"), "/dashboard")
	return h.s.render(r, http.StatusOK, templates.GoalsList(p))
}

// runningGoals are the few that end next, for managers; nil where there are no pages of goals.
func (s *Server) runningGoals(r *Request) (*templates.DashboardGoals, error) {
	if s.deps.Goals == nil {
		return nil, nil
	}
	h, shown := &goals{s.deps.Goals, s}, &templates.DashboardGoals{}
	if !may(r, account.EditSurveys) {
		return shown, nil
	}
	var err error
	if shown.Running, _, err = h.Goals.List(r.HTTP().Context(), customers.GoalQuery{Running: true, Limit: goalsOnDashboard}); err != nil || len(shown.Running) == 0 {
		return shown, err
	}
	shown.GoalTexts, err = h.texts(r)
	return shown, err
}

// goal reads the goal of the address.
func (h *goals) goal(r *Request) (customers.Goal, error) {
	id, err := r.id("id")
	if err != nil {
		return customers.Goal{}, err
	}
	g, err := h.Goals.Store.Goal(r.HTTP().Context(), id)
	return g, missing(err)
}

// audited does something with a goal and has the log tell of it.
func (h *goals) audited(r *Request, action string, g *customers.Goal, do func(context.Context) error) error {
	return h.Store.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		entry := account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: action, Object: fmt.Sprintf("goal %d", g.ID)}
		return h.s.deps.Accounts.Record(ctx, entry)
	})
}

func (h *goals) show(r *Request) error {
	g, err := h.goal(r)
	if err != nil {
		return err
	}
	return h.showPage(r, http.StatusOK, g, valueForm{Day: h.usualDay(g).String()}, nil)
}

// usualDay is the day that a value is for unless somebody says otherwise: today, or the last one of a goal that is over.
func (h *goals) usualDay(g customers.Goal) survey.Day {
	return min(max(h.Goals.Today(), g.Start), max(g.Deadline, g.Start))
}

// showPage shows a goal, with what was typed for a value that could not be written down.
func (h *goals) showPage(r *Request, status int, g customers.Goal, typed valueForm, problems ui.Problems) error {
	ctx, w := r.HTTP().Context(), r.Words
	p := templates.GoalPage{MayEdit: may(r, account.EditSurveys)}
	var err error
	if p.GoalTexts, err = h.texts(r); err != nil {
		return err
	}
	if p.Goal, err = h.Goals.Stand(ctx, g); err != nil {
		return err
	}
	if p.Values, err = h.Goals.Store.GoalValues(ctx, g.ID, valuesOnPage); err != nil {
		return err
	}
	p.Value = ui.Field{ID: "value", Label: w.T("goals.write.value"), Note: g.Unit + g.Measure.Currency, Value: typed.Value, Error: problems.At("value"), Short: true, InputMode: "decimal", Autocomplete: "off"}
	if g.Kind.Whole() {
		p.Value = ui.Field{ID: "value", Label: w.T("goals.write." + string(g.Kind)), Error: problems.At("value")}
		p.States = choose(r, "goals."+string(g.Kind)+".", typed.Value, "1", "0")
	}
	p.Day = ui.Field{ID: "day", Label: w.T("goals.write.day"), Type: "date", Value: typed.Day, Short: true, Error: problems.At("day")}
	p.Shell = r.shell(p.Title(g), "/dashboard")
	p.Shell.Problems = problems
	return h.s.render(r, status, templates.GoalShow(p))
}

// valueForm writes down where a goal stands.
type valueForm struct {
	Value string `form:"value"`
	Day   string `form:"day"`
}

func (h *goals) write(r *Request) error {
	var f valueForm
	if err := r.decode(&f); err != nil {
		return err
	}
	g, err := h.goal(r)
	if err != nil {
		return err
	}
	var problems ui.Problems
	refuse := func(field, key string) {
		problems = append(problems, ui.Problem{Field: field, Text: r.Words.T(key)})
	}
	value, ok := readValue(f.Value, g)
	switch {
	case !ok:
		refuse("value", "goals.error.number")
	case value == nil && g.Kind.Whole():
		refuse("value", "goals.error.state")
	case value == nil:
		refuse("value", "goals.error.value")
	}
	day, err := survey.ParseDay(f.Day)
	if err != nil {
		refuse("day", "goals.error.day")
	}
	if len(problems) > 0 {
		return h.showPage(r, http.StatusUnprocessableEntity, g, f, problems)
	}
	err = h.audited(r, "goal.value", &g, func(ctx context.Context) error { return h.Goals.Write(ctx, g, day, value, r.User.ID) })
	if found, ok := asProblems(err); ok {
		return h.showPage(r, http.StatusUnprocessableEntity, g, f, fieldProblems(r, found))
	}
	if errors.Is(err, customers.ErrNotByHand) {
		return errConflict
	}
	if err != nil {
		return err
	}
	return r.done(templates.GoalPath(g.ID), "flash.goal.written")
}

// archive puts a goal away, or brings it back.
func (h *goals) archive(r *Request) error {
	var f struct {
		Do       string `form:"do"`
		Revision int64  `form:"revision"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	g, err := h.goal(r)
	if err != nil {
		return err
	}
	said := map[string]string{"archive": "flash.goal.archived", "restore": "flash.goal.restored"}[f.Do]
	if said == "" {
		return errBadForm
	}
	g.Revision = f.Revision
	err = h.audited(r, "goal."+f.Do, &g, func(ctx context.Context) error { return h.Goals.Archive(ctx, g, f.Do == "archive") })
	if errors.Is(err, survey.ErrStale) {
		return errConflict
	}
	if err != nil {
		return err
	}
	return r.done(templates.GoalPath(g.ID), said)
}
