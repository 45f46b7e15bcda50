package server

import (
	"encoding/csv"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// funnelOf reads the form in the address and what became of the invitations that it is about.
func (h *inviting) funnelOf(r *Request) (p templates.Funnel, err error) {
	res := &results{h.s.deps.Results, h.s}
	if p.Names, err = res.names(r); err != nil {
		return p, err
	}
	form, f, err := res.filter(r, p.Names)
	if err != nil {
		return p, err
	}
	p.Form, p.Period = form, f.Period
	if p.Surveys, err = res.answerable(r); err != nil || len(form.Problems) > 0 {
		return p, err
	}
	p.Cohorts, err = res.Reports.Funnel(r.HTTP().Context(), f)
	return p, err
}

// funnel shows what became of invitations.
func (h *inviting) funnel(r *Request) error {
	p, err := h.funnelOf(r)
	if err != nil {
		return err
	}
	if p.F, err = h.frame(r, "funnel.title", templates.FunnelPath); err != nil {
		return err
	}
	p.F.Sub = r.Words.T("funnel.sub")
	p.F.S.Problems = p.Form.Problems
	return h.s.render(r, statusOf(p.Form), templates.FunnelPage(p))
}

// funnelCSV sends the same figures as a file.
func (h *inviting) funnelCSV(r *Request) error {
	p, err := h.funnelOf(r)
	if err != nil {
		return err
	}
	if len(p.Form.Problems) > 0 {
		return errBadForm
	}
	out := csv.NewWriter(download(r, "text/csv; charset=utf-8", "funnel.csv"))
	out.UseCRLF = true
	rows := [][]string{{"by", "name", "sent", "bounced", "delivered", "clicked", "unconfirmed", "answered", "commented", "response_rate"}}
	add := func(by, name string, f, settled survey.Funnel) {
		rows = append(rows, []string{
			by, name, count(f.Sent), count(f.Bounced), count(f.Delivered()), count(f.Clicked), count(f.Unconfirmed), count(f.Answered), count(f.Commented), reports.Rate(settled).Text(1),
		})
	}
	add("total", "", p.Total, p.Settled)
	for _, d := range p.Cohorts.Surveys {
		add("survey", count(d.Cell.SurveyID), d.Total, d.Settled)
	}
	for _, d := range p.Cohorts.Touchpoints {
		add("touchpoint", p.TouchpointKey(d.Cell.Touchpoint), d.Total, d.Settled)
	}
	for _, d := range p.Languages {
		add("language", d.Cell.Language, d.Total, d.Settled)
	}
	for _, d := range p.Weeks {
		add("week", d.Cell.Day.String(), d.Total, d.Settled)
	}
	if err := out.WriteAll(rows); err != nil {
		return errGone
	}
	return nil
}
