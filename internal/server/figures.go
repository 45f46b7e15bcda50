package server

import (
	"errors"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// FiguresDeps is what the pages of customers' figures work with.
type FiguresDeps struct {
	Figures *customers.Figures
	IDs     *survey.IDs
	Zone    func() *time.Location // of the account
}

// figurePages has the pages of figures.
type figurePages struct {
	*FiguresDeps
	s *Server
}

// form reads the filter in the address. Days that cannot be are problems of the form; a period that there is not is taken as not said.
func (h *figurePages) form(r *Request) (f templates.MetricForm, w customers.Wanted) {
	f = templates.MetricForm{
		Period: r.Query("period"), From: r.Query("from"), To: r.Query("to"), Mode: r.Query("mode"), Currency: r.Query("currency"), Search: truncate(survey.Clean(r.Query("q")), longestKey),
	}
	w = customers.Wanted{Variant: f.Mode, Currency: f.Currency}
	today := survey.DayOf(h.s.deps.Now(), h.Zone())
	switch span, ok := customers.ParseSpan(f.Period); {
	case f.Period == "custom":
		days := templates.ResultsForm{From: f.From, To: f.To}
		period := chosenDays(r, &days, reports.LastWeeks(4, today))
		f.From, f.To, f.Problems = days.From, days.To, days.Problems
		w.Span = customers.DaysBetween(period.First, period.Last)
	case ok:
		w.Span = span
		if span.Stretch == customers.OwnDays {
			f = f.InSpan(span)
		}
	default:
		f.Period, f.From, f.To = "", "", ""
	}
	return f, w
}

// overview shows all figures.
func (h *figurePages) overview(r *Request) error {
	p, err := h.all(r)
	if err != nil {
		return err
	}
	p.Shell = r.shell(r.Words.T("metrics.title"), templates.MetricsPath)
	p.Shell.Problems = p.Form.Problems
	return h.s.render(r, statusOf(templates.ResultsForm{Problems: p.Form.Problems}), templates.MetricsPage(p))
}

// all reads what the overview shows.
func (h *figurePages) all(r *Request) (p templates.MetricsView, err error) {
	form, w := h.form(r)
	form.Mode, form.Currency = "", ""
	now := h.s.deps.Now()
	p = templates.MetricsView{Form: form, Span: w.Span, Today: survey.DayOf(now, h.Zone()), Now: now, Zone: h.Zone(), MayImport: may(r, account.ImportData)}
	if len(form.Problems) > 0 {
		return p, nil
	}
	ctx := r.HTTP().Context()
	if p.Span == (customers.Span{}) {
		if p.Span, err = h.Figures.UsualSpan(ctx); err != nil {
			return p, err
		}
	}
	p.Pages, err = h.Figures.Overview(ctx, p.Span)
	return p, err
}

// read has everything that a figure's page and its files show.
func (h *figurePages) read(r *Request) (p templates.MetricPage, err error) {
	m, ok := templates.MetricAt(h.Figures.Metrics(), r.Param("key"))
	if !ok {
		return p, errNotFound
	}
	form, w := h.form(r)
	w.Metric = m.Key
	now := h.s.deps.Now()
	p = templates.MetricPage{Form: form, Today: survey.DayOf(now, h.Zone()), Now: now, Zone: h.Zone(), Settings: may(r, account.EditSettings)}
	if len(form.Problems) > 0 {
		p.Metric, p.Wanted = m, w
		return p, nil
	}
	p.Page, err = h.Figures.Page(r.HTTP().Context(), w)
	if errors.Is(err, survey.ErrNotFound) {
		return p, errNotFound
	}
	return p, err
}

// page shows a figure.
func (h *figurePages) page(r *Request) error {
	p, err := h.read(r)
	if err != nil {
		return err
	}
	p.Shell = r.shell(templates.MetricName(r.Words, p.Metric.Key), templates.MetricsPath)
	p.Shell.Problems = p.Form.Problems
	return h.s.render(r, statusOf(templates.ResultsForm{Problems: p.Form.Problems}), templates.MetricFigurePage(p))
}
