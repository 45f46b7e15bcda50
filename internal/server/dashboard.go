package server

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

const (
	feedLength = 6    // comments on the dashboard
	feedScan   = 2000 // comments looked at for them
)

// dashboard shows the results of a survey.
func (h *results) dashboard(r *Request) error {
	names, err := h.names(r)
	if err != nil {
		return err
	}
	form, f, err := h.filter(r, names)
	if err != nil {
		return err
	}
	form.Segment = r.Query("segment")
	if err := h.members(r, &form, &f); err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	d, err := h.Reports.Dashboard(ctx, f)
	if errors.Is(err, reports.ErrNoSurvey) {
		return h.s.render(r, http.StatusOK, templates.NoSurveyPage(r.shell(r.Words.T("nav.overview"), "/dashboard"), may(r, account.EditSurveys), h.s.deps.Goals != nil))
	}
	if err != nil {
		return missing(err)
	}
	form.Survey = strconv.FormatInt(d.Survey.ID, 10)
	page := templates.Dashboard{
		Dashboard: d, Names: names, Form: form, Today: h.today(), Now: h.s.deps.Now(), Zone: h.Zone(),
		MayEdit: may(r, account.EditSurveys), Class: classOf(&form), Comments: -1,
	}
	page.Form = form
	if err := h.segments(r, &page); err != nil {
		return err
	}
	if page.Surveys, err = h.answerable(r); err != nil {
		return err
	}
	if len(form.Problems) == 0 {
		if err := h.feed(r, &page); err != nil {
			return err
		}
	}
	if err := h.followUp(r, &page); err != nil {
		return err
	}
	if page.Goals, err = h.s.runningGoals(r); err != nil {
		return err
	}
	page.Shell = r.shell(r.Words.T("nav.overview"), "/dashboard")
	page.Shell.Problems = form.Problems
	return h.s.render(r, statusOf(form), templates.DashboardPage(page))
}

// followUp reads how unhappy customers hear back.
func (h *results) followUp(r *Request, page *templates.Dashboard) error {
	if !h.s.has(http.MethodGet, inboxPath) || !page.Answered || len(page.Form.Problems) > 0 || page.Of() {
		return nil
	}
	ctx := r.HTTP().Context()
	c := &templates.DashboardCare{Figures: may(r, account.SeeFollowUp)}
	var err error
	if c.Now, err = h.Reports.Standing(ctx, page.Filter.Touchpoint); err != nil {
		return err
	}
	if c.Figures {
		if c.Total, err = h.Reports.CareTotal(ctx, reports.CareFilter{Period: page.Filter.Period, Touchpoint: page.Filter.Touchpoint}); err != nil {
			return err
		}
	}
	page.Care = c
	return nil
}

// answerable lists the surveys that were published.
func (h *results) answerable(r *Request) ([]survey.Survey, error) {
	all, err := h.Store.Surveys(r.HTTP().Context())
	if err != nil {
		return nil, err
	}
	var out []survey.Survey
	for _, v := range all {
		if v.VersionID != 0 {
			out = append(out, v)
		}
	}
	return out, nil
}

// feed reads the latest comments. How many are looked at is bounded; beyond that the page does not say how many there are.
func (h *results) feed(r *Request, page *templates.Dashboard) error {
	if !page.Answered || page.Of() {
		return nil
	}
	ctx := r.HTTP().Context()
	q := reports.CommentQuery{Class: page.Class, Limit: feedLength, Scan: feedScan}
	got, err := h.Reports.Comments(ctx, page.Filter, q)
	if err != nil {
		return err
	}
	page.Feed = got.Responses
	if page.Definitions, err = h.definitions(r, page.Survey.ID); err != nil {
		return err
	}
	q.Class = 0
	narrow := page.Filter.Touchpoint != survey.AllTouchpoints || page.Filter.Language != survey.AllLanguages
	n, err := h.Reports.CountComments(ctx, page.Filter, q)
	if err != nil || narrow && n < reports.MostCounted {
		return err // it may be more than what was looked at
	}
	page.Comments = n
	return nil
}

// definitions are the questions of a survey's versions.
func (h *results) definitions(r *Request, surveyID int64) (map[int64]survey.Definition, error) {
	versions, err := h.Store.Versions(r.HTTP().Context(), surveyID)
	if err != nil {
		return nil, err
	}
	out := map[int64]survey.Definition{}
	for _, v := range versions {
		out[v.ID] = v.Definition
	}
	return out, nil
}
