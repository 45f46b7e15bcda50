package server

import (
	"context"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// WorthStore is where what a job found about customers and money is read.
type WorthStore interface {
	Pictures(ctx context.Context) ([]worth.Picture, error)
	FeedStates(ctx context.Context) (map[customers.Feed]customers.FeedState, error)
	SegmentMembers(ctx context.Context, currency string, segment scoring.Segment) ([]survey.ID, error)
}

// WorthDeps is what the pages about segments and about money work with.
type WorthDeps struct {
	Store  WorthStore
	Caller Caller
	Zone   func() *time.Location
}

// worthPages has the pages about segments and about what scores are worth.
type worthPages struct {
	*WorthDeps
	results *results
	s       *Server
}

// read has what all the pages show: the picture of a currency, the one asked for or the one with the most customers.
func (h *worthPages) read(r *Request) (templates.Worth, error) {
	names, err := h.results.names(r)
	if err != nil {
		return templates.Worth{}, err
	}
	p := templates.Worth{Names: names, Zone: h.Zone(), MayAsk: h.Caller != nil}
	feeds, err := h.Store.FeedStates(r.HTTP().Context())
	if err != nil {
		return p, err
	}
	p.Orders = feeds[customers.Orders]
	if p.All, err = h.Store.Pictures(r.HTTP().Context()); err != nil || len(p.All) == 0 {
		return p, err
	}
	most := func(a, b worth.Picture) int { return int(min(max(customersOf(a)-customersOf(b), -1), 1)) }
	p.Picture = slices.MaxFunc(p.All, most)
	if asked := r.Query("currency"); asked != "" {
		i := slices.IndexFunc(p.All, func(v worth.Picture) bool { return v.Currency == asked })
		if i < 0 {
			return p, errNotFound
		}
		p.Picture = p.All[i]
	}
	p.Surveys, err = h.results.answerable(r)
	return p, err
}

func customersOf(p worth.Picture) (n int64) {
	for _, s := range p.Segments {
		n += s.Customers
	}
	return n
}

// segments shows who the customers are.
func (h *worthPages) segments(r *Request) error {
	p, err := h.read(r)
	if err != nil {
		return err
	}
	p.Tabs = r.contactTabs(templates.SegmentsPath)
	p.Shell = r.shell(r.Words.T("worth.segments.title"), contactsPath)
	return h.s.render(r, http.StatusOK, templates.SegmentsPage(p))
}

// money reads the page of what scores are worth, with its filter.
func (h *worthPages) readMoney(r *Request) (m templates.WorthMoney, err error) {
	if m.Worth, err = h.read(r); err != nil || len(m.All) == 0 {
		return m, err
	}
	m.Tabs = r.contactTabs(templates.MoneyPath)
	var asked int64
	if asked, err = surveyID(r.Query("survey")); err != nil {
		return m, errNotFound
	}
	most := int64(-1) // the survey that the most customers have answered, unless one is asked for
	for _, g := range m.Picture.Groups {
		if g.SurveyID == asked {
			m.SurveyID = asked
			break
		}
		if n := g.Customers(); g.Touchpoint == survey.AllTouchpoints && n > most {
			m.SurveyID, most = g.SurveyID, n
		}
	}
	if asked != 0 && m.SurveyID != asked {
		return m, errNotFound
	}
	m.Touchpoint = survey.AllTouchpoints
	if key := r.Query("touchpoint"); key != "" {
		i := slices.IndexFunc(m.Touchpoints, func(t survey.Touchpoint) bool { return t.Key == key })
		switch {
		case key == templates.None:
			m.Touchpoint = 0
		case i < 0:
			return m, errNotFound
		default:
			m.Touchpoint = m.Touchpoints[i].ID
		}
	}
	return m, nil
}

func (h *worthPages) money(r *Request) error {
	m, err := h.readMoney(r)
	if err != nil {
		return err
	}
	m.Shell = r.shell(r.Words.T("worth.money.title"), contactsPath)
	return h.s.render(r, http.StatusOK, templates.MoneyPage(m))
}

// file sends one table of the two pages.
func (h *worthPages) file(tables map[string]func(templates.WorthMoney) [][]string) handler {
	return func(r *Request) error {
		name, ok := strings.CutSuffix(r.Param("table"), ".csv")
		rows := tables[name]
		if !ok || rows == nil {
			return errNotFound
		}
		m, err := h.readMoney(r)
		if err != nil {
			return err
		}
		out := csv.NewWriter(download(r, "text/csv; charset=utf-8", name+".csv"))
		out.UseCRLF = true
		if err := out.WriteAll(rows(m)); err != nil {
			return errGone
		}
		return nil
	}
}

// members reads the segment that a filter names, as EUR.champions.
func (h *results) members(r *Request, form *templates.ResultsForm, f *reports.Filter) error {
	if h.Segments == nil || form.Segment == "" {
		form.Segment = ""
		return nil
	}
	currency, segment, _ := strings.Cut(form.Segment, ".")
	f.Of = reports.Members{Currency: currency, Segment: scoring.Segment(segment)}
	all, err := h.Segments.Pictures(r.HTTP().Context())
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(all, func(p worth.Picture) bool { return p.Currency == currency })
	if !known || !slices.Contains(scoring.Segments(), f.Of.Segment) {
		f.Of = reports.Members{}
		refuse(form, "segment", r.Words.T("worth.error.segment", "key", truncate(survey.Clean(form.Segment), longestKey)))
	}
	return nil
}

// segments reads which segments a dashboard can be filtered by.
func (h *results) segments(r *Request, page *templates.Dashboard) (err error) {
	if h.Segments != nil {
		page.Pictures, err = h.Segments.Pictures(r.HTTP().Context())
	}
	return err
}
