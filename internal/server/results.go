package server

import (
	"context"
	"errors"
	"net/http"
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
	Segments   WorthStore            // nil: dashboards are not filtered by segments
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
