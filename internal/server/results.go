package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// Results is what the pages of results work with.
type Results struct {
	Reports    *reports.Service
	Store      ResultsStore
	Moderation *survey.Moderation
	Zone       func() *time.Location // of the account
}

// ResultsStore is what the pages read and write beside reports.
type ResultsStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Surveys(ctx context.Context) ([]survey.Survey, error)
	Versions(ctx context.Context, surveyID int64) ([]survey.Version, error)
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	Response(ctx context.Context, id survey.ID) (survey.Response, error)
	History(ctx context.Context, id survey.ID) ([]survey.Change, error)
	Survey(ctx context.Context, id int64) (survey.Survey, error)
	Version(ctx context.Context, id int64) (survey.Version, error)
	Events(ctx context.Context, first, last survey.Day) ([]survey.Event, error)
	CreateEvent(ctx context.Context, e *survey.Event) error
	DeleteEvent(ctx context.Context, id int64) error
}

// results has the handlers of the results pages.
type results struct {
	*Results
	s *Server
}

// today is the day it is now for the account.
func (h *results) today() survey.Day { return survey.DayOf(h.s.deps.Now(), h.Zone()) }

// names reads what things are called, in the person's language.
func (h *results) names(r *Request) (templates.Names, error) {
	ctx := r.HTTP().Context()
	all, err := h.Store.Touchpoints(ctx)
	if err != nil {
		return templates.Names{}, err
	}
	settings, err := h.s.deps.Accounts.Settings(ctx)
	return templates.Names{W: r.Words, Touchpoints: all, Brand: settings.Company}, err
}

// filter reads the form in the address. What it does not know it takes as not said, and tells so by leaving it out of the form.
func (h *results) filter(r *Request, names templates.Names) (templates.ResultsForm, reports.Filter, error) {
	form := templates.ReadResultsForm(r.Query)
	f := reports.Filter{Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages}
	var err error
	if f.SurveyID, err = surveyID(form.Survey); err != nil {
		return form, f, err
	}
	f.Period = h.period(&form)
	f.Compare = reports.Comparison(form.Compare)
	if !slices.Contains([]reports.Comparison{reports.Previous, reports.LastYear, reports.NoComparison}, f.Compare) {
		f.Compare, form.Compare = reports.Previous, "previous"
	}
	if form.Grain == string(reports.Daily) {
		f.Grain = reports.Daily
	} else {
		form.Grain = ""
	}
	f.Touchpoint = touchpoint(&form, names)
	switch {
	case form.Language == templates.None:
		f.Language = ""
	case form.Language != "" && len(form.Language) <= 35:
		f.Language = form.Language
	default:
		form.Language = ""
	}
	return form, f, nil
}

func touchpoint(form *templates.ResultsForm, names templates.Names) int64 {
	if form.Touchpoint == templates.None {
		return 0
	}
	for _, t := range names.Touchpoints {
		if t.Key == form.Touchpoint {
			return t.ID
		}
	}
	form.Touchpoint = ""
	return survey.AllTouchpoints
}

// period gives the days that the form names. A custom period that can't be read is the usual one.
func (h *results) period(form *templates.ResultsForm) reports.Period {
	today := h.today()
	switch form.Period {
	case "4w":
		return reports.LastWeeks(4, today)
	case "26w":
		return reports.LastWeeks(26, today)
	case "52w":
		return reports.LastWeeks(52, today)
	case "quarter":
		return reports.ThisQuarter(today)
	case "year":
		return reports.ThisYear(today)
	case "all":
		return reports.Period{All: true}
	case "custom":
		usual := reports.LastWeeks(12, today)
		first, last := dayOr(form.From, usual.First), dayOr(form.To, usual.Last)
		if first > last {
			first, last = last, first
		}
		form.From, form.To = first.String(), last.String()
		return reports.Period{First: first, Last: last}
	}
	form.Period, form.From, form.To = "12w", "", ""
	return reports.LastWeeks(12, today)
}

// farDay bounds custom periods: days from 1970 to 2100.
const farDay = 47482

func dayOr(text string, fallback survey.Day) survey.Day {
	if d, err := survey.ParseDay(text); err == nil && d >= 0 && d <= farDay {
		return d
	}
	return fallback
}

// classOf reads which comments are wanted.
func classOf(form *templates.ResultsForm) scoring.Class {
	switch form.Class {
	case "worst":
		return scoring.ClassWorst
	case "middle":
		return scoring.ClassMiddle
	case "best":
		return scoring.ClassBest
	}
	form.Class = ""
	return scoring.ClassNone
}

// surveyID reads an id from the address: "" is none said.
func surveyID(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	return parseID(text)
}

// missing makes the domain's word for what is not there ours.
func missing(err error) error {
	if errors.Is(err, survey.ErrNotFound) {
		return errNotFound
	}
	return err
}

// how explains the figures.
func (h *results) how(r *Request) error {
	return h.s.render(r, http.StatusOK, templates.HowPage(r.shell(r.Words.T("how.title"), "/dashboard")))
}

func may(r *Request, p account.Permission) bool { return r.User.Can(p) }
