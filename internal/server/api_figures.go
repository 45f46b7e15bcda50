package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// figureOut is a figure as programs read it. Money is in whole units of its currency, as a decimal number.
type figureOut struct {
	From        string                 `json:"from"`
	To          string                 `json:"to"` // the last day, which is in the period
	Known       bool                   `json:"known"`
	Value       json.Number            `json:"value,omitempty"`
	Exact       *string                `json:"exact"` // the value as a fraction, money in minor units
	Numerator   int64                  `json:"numerator"`
	Denominator int64                  `json:"denominator"`
	N           int64                  `json:"n"`
	Estimate    bool                   `json:"estimate"`
	Inputs      map[string]json.Number `json:"inputs"`
	Warnings    []customers.Warning    `json:"warnings"`
	AsOf        *string                `json:"as_of"`
}

// metricOut is a metric as programs read it.
type metricOut struct {
	Key      string      `json:"key"`
	Mode     string      `json:"mode"`
	Modes    []string    `json:"modes"`
	Unit     string      `json:"unit"`
	Currency *string     `json:"currency"`
	Renewing bool        `json:"renewing"` // newer figures are being made
	Lacks    []string    `json:"lacks"`    // feeds that the mode needs and that have nothing
	Period   string      `json:"period"`
	Zone     string      `json:"zone"`
	Figure   figureOut   `json:"figure"`
	Trend    []figureOut `json:"trend,omitempty"` // the oldest first
	Groups   []groupOut  `json:"groups,omitempty"`
}

// groupOut is a part of a figure: a cohort, a stage, a category of costs, a person.
type groupOut struct {
	Group  string                 `json:"group"`
	Values map[string]json.Number `json:"values"`
}

func figureFor(p customers.Page, s customers.Shown) figureOut {
	f := s.Figure
	out := figureOut{
		From: s.Span.First.String(), To: s.Span.Last.String(), Known: s.Known, Numerator: f.Num, Denominator: f.Den, N: f.N, Estimate: f.Estimate,
		Value: json.Number(templates.MetricNumber(f.Value, p.Metric.Unit, p.Currency, exactly)), Inputs: numbersOf(f.Inputs, p.Currency), Warnings: f.Warnings, AsOf: stamp(f.AsOf),
	}
	if out.Warnings == nil {
		out.Warnings = []customers.Warning{}
	}
	if f.Value != nil {
		exact := f.Value.RatString()
		out.Exact = &exact
	}
	return out
}

// numbersOf are the inputs that have data.
func numbersOf(inputs []customers.Input, currency string) map[string]json.Number {
	out := make(map[string]json.Number, len(inputs))
	for _, in := range inputs {
		if in.Value != nil {
			out[in.Name] = json.Number(templates.MetricNumber(in.Value, in.Unit, currency, exactly))
		}
	}
	return out
}

func metricFor(p customers.Page, zone *time.Location) metricOut {
	lacks := make([]string, len(p.Empty))
	for i, feed := range p.Empty {
		lacks[i] = string(feed)
	}
	return metricOut{
		Key: templates.MetricSlug(p.Metric.Key), Mode: p.Variant, Modes: p.Metric.Variants, Unit: unitName(p.Metric.Unit), Currency: orNull(p.Currency), Renewing: p.Renewing,
		Period: p.Span.Name(), Zone: zone.String(), Lacks: lacks, Figure: figureFor(p, p.Now()),
	}
}

// spanAsked reads the period of a call: 2026-10, 2026-q3, 2026 or 2026-10-05_2026-11-02; without one it is the usual one.
func spanAsked(c *apiCall) (customers.Span, error) {
	name := c.Query("period")
	if name == "" {
		return customers.Span{}, nil
	}
	span, ok := customers.ParseSpan(name)
	if !ok {
		return span, &apiError{Status: http.StatusUnprocessableEntity, Errors: map[string][]string{"period": {"must be such as 2026-10, 2026-q3, 2026 or 2026-10-05_2026-11-02"}}}
	}
	return span, nil
}

// listFigures gives all metrics in their usual mode.
func (h *figurePages) listFigures(c *apiCall) error {
	span, err := spanAsked(c)
	if err != nil {
		return err
	}
	pages, err := h.Figures.Overview(c.HTTP().Context(), span)
	if err != nil {
		return err
	}
	out := make([]metricOut, len(pages))
	for i, p := range pages {
		out[i] = metricFor(p, h.Zone())
	}
	return sendJSON(c.c, http.StatusOK, map[string]any{"metrics": out})
}

// getFigure gives one metric with its trend and its parts.
func (h *figurePages) getFigure(c *apiCall) error {
	m, ok := templates.MetricAt(h.Figures.Metrics(), c.Param("key"))
	if !ok {
		return &apiError{Status: http.StatusNotFound}
	}
	span, err := spanAsked(c)
	if err != nil {
		return err
	}
	p, err := h.Figures.Page(c.HTTP().Context(), customers.Wanted{Metric: m.Key, Variant: c.Query("mode"), Currency: c.Query("currency"), Span: span})
	if errors.Is(err, survey.ErrNotFound) {
		return &apiError{Status: http.StatusNotFound}
	}
	if err != nil {
		return err
	}
	out := metricFor(p, h.Zone())
	for _, s := range p.Trend {
		out.Trend = append(out.Trend, figureFor(p, s))
	}
	for _, g := range p.Now().Figure.Groups {
		out.Groups = append(out.Groups, groupOut{g.Name, numbersOf(g.Inputs, p.Currency)})
	}
	return sendJSON(c.c, http.StatusOK, out)
}
