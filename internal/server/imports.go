package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// Imports is what the pages of imports and exports work with.
type Imports struct {
	Desk    *portage.Desk
	Store   ImportStore
	Exports portage.ExportStore
	Zone    func() *time.Location
}

// ImportStore is what the pages read beside the desk.
type ImportStore interface {
	Surveys(ctx context.Context) ([]survey.Survey, error)
	Version(ctx context.Context, id int64) (survey.Version, error)
}

// imports has the handlers.
type imports struct {
	*Imports
	s *Server
}

// runsShown is how many past imports are listed.
const runsShown = 30

// busyRefresh is how often a page shows how far an import is, in seconds.
const busyRefresh = 2

func (h *imports) list(r *Request) error { return h.listPage(r, http.StatusOK, nil) }

func (h *imports) listPage(r *Request, status int, problems ui.Problems) error {
	ctx := r.HTTP().Context()
	runs, err := h.Desk.Runs.Runs(ctx, runsShown)
	if err != nil {
		return err
	}
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return err
	}
	v := templates.ImportsView{
		Shell: r.shell(r.Words.T("imports.title"), "/imports"), LimitMB: h.Desk.Limit >> 20, Runs: runs, Surveys: templates.SurveyOptions(surveys), Zone: h.Zone(),
	}
	v.Shell.Problems = problems
	return h.s.render(r, status, templates.ImportsPage(v))
}

// run reads the run that the address names.
func (h *imports) run(r *Request) (portage.Run, error) {
	id, err := r.id("id")
	if err != nil {
		return portage.Run{}, err
	}
	run, err := h.Desk.Runs.Run(r.HTTP().Context(), id)
	return run, missing(err)
}

// show is the page of a run: what it shows depends on how far the run is.
func (h *imports) show(r *Request) error {
	run, err := h.run(r)
	if err != nil {
		return err
	}
	if run.State == portage.Mapped {
		return h.mappingPage(r, http.StatusOK, run, "", nil)
	}
	v := templates.RunView{Shell: r.shell(run.File, "/imports"), Run: run}
	if run.State.Busy() {
		v.Shell.Refresh = busyRefresh
	}
	if run.State == portage.Done && run.Setup.What == portage.Answers {
		all, err := h.Store.Surveys(r.HTTP().Context())
		if err != nil {
			return err
		}
		target, _ := portage.FindSurvey(all, run.Setup.Survey)
		v.SurveyID = target.ID
	}
	return h.s.render(r, http.StatusOK, templates.RunPage(v))
}

func (h *imports) mappingPage(r *Request, status int, run portage.Run, newName string, problems ui.Problems) error {
	ctx := r.HTTP().Context()
	sheet, err := h.Desk.Sheet(ctx, run)
	if err != nil {
		return err
	}
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return err
	}
	questions, err := h.questions(ctx, surveys)
	if err != nil {
		return err
	}
	v := templates.MappingView{
		Shell: r.shell(run.File, "/imports"), Run: run, Sheet: sheet, Setup: run.Setup, NewName: newName, Zones: zoneOptions(run.Setup.Zone), Question: questions,
	}
	v.Surveys = ui.Select(run.Setup.Survey, append([]ui.Option{{Value: "", Label: r.Words.T("import.survey.new")}}, templates.SurveyOptions(surveys)...))
	v.Shell.Problems = problems
	return h.s.render(r, status, templates.MappingPage(v))
}

// questions is the highest number of a question in any survey; a loyalty index, which may be about to be made, has three.
func (h *imports) questions(ctx context.Context, surveys []survey.Survey) (most int, err error) {
	most = 3
	for _, s := range surveys {
		if s.VersionID == 0 {
			continue
		}
		v, err := h.Store.Version(ctx, s.VersionID)
		if err != nil {
			return 0, err
		}
		for _, q := range v.Definition.Questions {
			most = max(most, q.No)
		}
	}
	return most, nil
}

// checkForm is what the page of columns asks.
type checkForm struct {
	What      string            `form:"what"`
	Encoding  string            `form:"encoding"`
	Separator string            `form:"separator"`
	Use       map[string]string `form:"use.*"`
	Survey    string            `form:"survey"`
	NewName   string            `form:"new_name"`
	Scheme    string            `form:"scheme"`
	Zone      string            `form:"zone"`
	At        string            `form:"at"`
	Order     string            `form:"order"`
	Direction string            `form:"direction"`
	Event     string            `form:"event"`
	Currency  string            `form:"currency"`
}

// rereads tells that the form wants the file read in another way than it was, so that what it says of columns is of no use any more.
func (f checkForm) rereads(s portage.Setup) bool {
	return f.What != "" && (portage.What(f.What) != s.What || f.Encoding != s.Format.Encoding || f.Separator != s.Format.Comma)
}

// setup reads the form over what is known of the file.
func (f checkForm) setup(r *Request, s portage.Setup) (portage.Setup, ui.Problems) {
	var problems ui.Problems
	s.Mapping = portage.Mapping{}
	for column, name := range f.Use {
		i, err := strconv.Atoi(column)
		field, fieldErr := s.What.ParseField(name)
		if err != nil || i < 0 || name == "" || fieldErr != nil {
			continue
		}
		if _, twice := s.Mapping[field]; twice {
			text := r.Words.T("import.problem.twice", "field", fieldText(r, field))
			problems = append(problems, ui.Problem{Field: "columns", Text: text})
		}
		s.Mapping[field] = i
	}
	s.Zone, s.At, s.Order, s.Reversed, s.Language = f.Zone, f.At, "", f.Direction == "no", r.Words.Lang()
	if o := portage.DateOrder(f.Order); o == portage.DayFirst || o == portage.MonthFirst {
		s.Order = o
	}
	if s.What.Feed() != "" {
		s.Currency = strings.ToUpper(strings.TrimSpace(f.Currency))
		return s, problems
	}
	if s.What.People() {
		s.Event = strings.ToLower(strings.TrimSpace(f.Event))
		return s, problems
	}
	// A survey that is there has its own scale.
	s.Survey, s.Scheme = f.Survey, ""
	if f.Survey == "" {
		s.Survey, s.Scheme = strings.Join(strings.Fields(survey.Clean(f.NewName)), " "), scoring.Scheme(f.Scheme)
		if _, ok := s.Scheme.Def(); !ok {
			s.Scheme = ""
		}
	}
	return s, problems
}

func fieldText(r *Request, f portage.Field) string {
	if n, ok := strings.CutPrefix(string(f), "q"); ok {
		return r.Words.T("import.field.question", "n", n)
	}
	if name := portage.PropertyOf(f); name != "" {
		return name
	}
	return r.Words.T("import.field." + string(f))
}

// check has the file checked as the form says, or read anew where the form says that it holds something else, or is written in another way: then the columns are to be
// looked at again.
func (h *imports) check(r *Request) error {
	run, err := h.run(r)
	if err != nil {
		return err
	}
	var form checkForm
	if err := r.decode(&form); err != nil {
		return err
	}
	if form.rereads(run.Setup) {
		return h.reread(r, run, form)
	}
	setup, problems := form.setup(r, run.Setup)
	if problems == nil {
		_, err = h.Desk.Check(r.HTTP().Context(), run, setup)
		if err == nil {
			return r.redirect(r.HTTP().URL.Path[:strings.LastIndexByte(r.HTTP().URL.Path, '/')])
		}
		p, ok := importProblem(r, err)
		if !ok {
			return stale(err)
		}
		problems = ui.Problems{p}
	}
	run.Setup = setup
	if form.Survey == "" {
		run.Setup.Survey = ""
	}
	return h.mappingPage(r, http.StatusUnprocessableEntity, run, form.NewName, problems)
}

func (h *imports) reread(r *Request, run portage.Run, form checkForm) error {
	next, err := h.Desk.Reread(r.HTTP().Context(), run, portage.What(form.What), portage.Format{Encoding: form.Encoding, Comma: form.Separator})
	switch {
	case errors.Is(err, portage.ErrHeader) || errors.Is(err, portage.ErrFormat):
		return h.mappingPage(r, http.StatusUnprocessableEntity, run, "", ui.Problems{{Field: "encoding", Text: r.Words.T("import.problem.encoding")}})
	case err != nil:
		return stale(err)
	}
	return r.done("/imports/"+strconv.FormatInt(next.ID, 10), "flash.import_reread")
}

// importProblem says what is wrong with a setup, at its field.
func importProblem(r *Request, err error) (ui.Problem, bool) {
	for _, known := range []struct {
		err   error
		field string
	}{
		{portage.ErrNeedsPerson, "columns"},
		{portage.ErrEvent, "event"},
		{portage.ErrNeedsTime, "at"},
		{portage.ErrNeedsRating, "columns"},
		{portage.ErrNeedsScheme, "scheme"},
		{portage.ErrScheme, "survey"},
		{portage.ErrNeedsSurvey, "survey"},
		{portage.ErrZone, "zone"},
		{portage.ErrAt, "at"},
		{portage.ErrDates, "order"},
		{portage.ErrHeader, "encoding"},
		{portage.ErrNeedsNumber, "columns"},
		{portage.ErrNeedsCurrency, "currency"},
		{portage.ErrUnits, "columns"},
		{portage.ErrNeedsEnds, "columns"},
		{portage.ErrNeedsAmount, "columns"},
		{portage.ErrNeedsAgent, "columns"},
		{portage.ErrNeedsStage, "columns"},
	} {
		if errors.Is(err, known.err) {
			return ui.Problem{Field: known.field, Text: r.Words.T(known.err.Error())}, true
		}
	}
	return ui.Problem{}, false
}

// stale says that the run is not where the page thought: the page shows where it is.
func stale(err error) error {
	if errors.Is(err, survey.ErrStale) {
		return errConflict
	}
	return err
}

// start has a checked file imported.
func (h *imports) start(r *Request) error {
	return h.step(r, func(ctx context.Context, run portage.Run) error {
		if err := h.Desk.Start(ctx, run); err != nil {
			return err
		}
		return h.s.deps.Accounts.Record(ctx, account.Entry{
			ActorID: r.User.ID, Actor: r.User.Email, Action: "import.start", Object: "import " + strconv.FormatInt(run.ID, 10),
		})
	}, "")
}

// back goes from the check to the columns.
func (h *imports) back(r *Request) error { return h.step(r, h.Desk.Back, "") }

func (h *imports) cancel(r *Request) error { return h.step(r, h.Desk.Cancel, "flash.import_cancelled") }

// step does one step of a run and shows it. A run that has moved on meanwhile is only shown.
func (h *imports) step(r *Request, do func(context.Context, portage.Run) error, flash string) error {
	run, err := h.run(r)
	if err != nil {
		return err
	}
	if err := do(r.HTTP().Context(), run); err != nil && !errors.Is(err, survey.ErrStale) {
		return err
	}
	to := "/imports/" + strconv.FormatInt(run.ID, 10)
	if flash != "" {
		return r.done(to, flash)
	}
	return r.redirect(to)
}
