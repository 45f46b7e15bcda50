package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/web/templates"
)

// CareDeps is what the figures of follow-up are made with, beside the results.
type CareDeps struct {
	Log CaseLogStore
}

// CaseLogStore is what the logs of cases are read from.
type CaseLogStore interface {
	CaseLogOf(ctx context.Context, from, to time.Time, after followup.Entry, limit int) ([]followup.Entry, error)
}

// care has the pages of how unhappy customers heard back.
type care struct {
	*CareDeps
	results *results
	s       *Server
}

// filter reads the form in the address. Its period is bounded.
func (h *care) filter(r *Request) (templates.ResultsForm, reports.CareFilter, templates.Names, error) {
	names, err := h.results.names(r)
	if err != nil {
		return templates.ResultsForm{}, reports.CareFilter{}, names, err
	}
	form, f, err := h.results.filter(r, names)
	if !slices.Contains(templates.CarePeriods(), form.Period) && form.Period != "custom" {
		form.Period, f.Period = "12w", reports.LastWeeks(12, h.results.today())
	}
	if f.Period.Days() > reports.MostCareDays {
		refuse(&form, "from", r.Words.T("care.error.long", "n", reports.MostCareDays/7))
	}
	form.Survey, form.Language, form.Grain, form.Class, form.Compare = "", "", "", "", string(reports.Previous)
	return form, reports.CareFilter{Period: f.Period, Touchpoint: f.Touchpoint}, names, err
}

// read has everything that the page and its files show.
func (h *care) read(r *Request) (p templates.CarePage, err error) {
	var f reports.CareFilter
	if p.Form, f, p.Names, err = h.filter(r); err != nil || len(p.Form.Problems) > 0 {
		return p, err
	}
	ctx := r.HTTP().Context()
	if p.CareReport, err = h.results.Reports.Care(ctx, f); err != nil {
		return p, err
	}
	if p.Help, err = h.results.Reports.Helped(ctx, f); err != nil {
		return p, err
	}
	p.Users, err = h.s.deps.Accounts.List(ctx)
	return p, err
}

// page shows the figures.
func (h *care) page(r *Request) error {
	p, err := h.read(r)
	if err != nil {
		return err
	}
	if len(p.Form.Problems) == 0 {
		if p.Terms, err = h.results.Reports.Terms(r.HTTP().Context(), p.Filter); err != nil {
			return err
		}
	}
	p.Shell = r.shell(r.Words.T("care.title"), inboxPath)
	p.Shell.Problems = p.Form.Problems
	return h.s.render(r, statusOf(p.Form), templates.CareFiguresPage(p))
}

// Bounds of the page of comments.
const (
	mostBehind  = 50
	longestTerm = 60 // bytes
)

// comments shows the newest comments behind a word or a tag.
func (h *care) comments(r *Request) error {
	form, f, names, err := h.filter(r)
	if err != nil {
		return err
	}
	word, tag := r.Query("word"), r.Query("tag")
	if len(form.Problems) > 0 || (word == "") == (tag == "") || len(word)+len(tag) > 4*longestTerm {
		return errNotFound
	}
	said, err := h.results.Reports.Behind(r.HTTP().Context(), f, word, tag, mostBehind)
	if err != nil {
		return err
	}
	p := templates.CareSaid{Names: names, Form: form, Said: said, Now: h.s.deps.Now(), Zone: h.results.Zone()}
	if p.Term = r.Words.T("care.said.tag", "tag", tag); word != "" {
		p.Term = r.Words.T("care.said.word", "word", reports.Written(said, word))
	}
	p.Shell = r.shell(p.Term, inboxPath)
	return h.s.render(r, http.StatusOK, templates.CareSaidPage(p))
}

// days gives the instants between which the filter's days are.
func (h *care) days(f reports.CareFilter) (from, to time.Time) {
	zone := h.results.Zone()
	return f.Period.First.Start(zone), (f.Period.Last + 1).Start(zone)
}
