package server

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/web/templates"
)

// exactly is how many decimals files have beyond those of pages.
const exactly = 3

// table sends a table of a figure as a file: trend.csv or groups.csv, with the filter of the page.
func (h *figurePages) table(r *Request) error {
	name, ok := strings.CutSuffix(r.Param("table"), ".csv")
	if !ok || name != "trend" && name != "groups" {
		return errNotFound
	}
	p, err := h.read(r)
	if err != nil {
		return err
	}
	if len(p.Form.Problems) > 0 {
		return errBadForm
	}
	rows := trendOf(p.Page)
	if name == "groups" {
		rows = groupsOf(p.Page)
	}
	return sendTable(r, templates.MetricSlug(p.Metric.Key)+"-"+name+".csv", rows)
}

// allTable sends the overview as a file.
func (h *figurePages) allTable(r *Request) error {
	p, err := h.all(r)
	if err != nil {
		return err
	}
	if len(p.Form.Problems) > 0 {
		return errBadForm
	}
	rows := [][]string{figureColumns}
	for _, one := range p.Pages {
		rows = append(rows, figureCells(one, one.Now()))
	}
	return sendTable(r, "figures.csv", rows)
}

func sendTable(r *Request, name string, rows [][]string) error {
	out := csv.NewWriter(download(r, "text/csv; charset=utf-8", name))
	out.UseCRLF = true
	if err := out.WriteAll(rows); err != nil {
		return errGone
	}
	return nil
}

var figureColumns = []string{"figure", "mode", "from", "to", "value", "unit", "currency", "numerator", "denominator", "n", "estimate", "warnings", "as_of"}

// figureCells are a figure's cells. Both days are in the period; a value that was not made or has no data is empty.
func figureCells(p customers.Page, s customers.Shown) []string {
	f := s.Figure
	cells := []string{
		templates.MetricSlug(p.Metric.Key), p.Variant, s.Span.First.String(), s.Span.Last.String(), templates.MetricNumber(f.Value, p.Metric.Unit, p.Currency, exactly),
		unitName(p.Metric.Unit), p.Currency, "", "", "", "", "", "",
	}
	if !s.Known {
		return cells
	}
	warnings := make([]string, len(f.Warnings))
	for i, x := range f.Warnings {
		warnings[i] = string(x)
	}
	num, den := count(f.Num), count(f.Den)
	if p.Metric.Unit == customers.Hours || p.Metric.Unit == customers.Days {
		num, den = "", "" // the fraction of a length of time is one of milliseconds, which nobody counted
	}
	copy(cells[7:], []string{num, den, count(f.N), strconv.FormatBool(f.Estimate), strings.Join(warnings, " "), f.AsOf.UTC().Format(time.RFC3339)})
	return cells
}

// unitName is a unit in files and for programs, which have money in whole units.
func unitName(u customers.Unit) string {
	if u == customers.Money {
		return "money"
	}
	return string(u)
}

// trendOf has a row for every period, the oldest first, with what the formula was fed with.
func trendOf(p customers.Page) [][]string {
	var inputs []customers.Input
	for _, in := range p.Now().Figure.Inputs {
		if !slices.Contains(figureColumns, in.Name) { // n has its column already
			inputs = append(inputs, in)
		}
	}
	head := row(figureColumns)
	for _, in := range inputs {
		head = append(head, in.Name)
	}
	rows := [][]string{head}
	for _, s := range p.Trend {
		cells := figureCells(p, s)
		for _, in := range inputs {
			cells = append(cells, inputCell(s.Figure.Inputs, in, p.Currency))
		}
		rows = append(rows, cells)
	}
	return rows
}

func inputCell(inputs []customers.Input, wanted customers.Input, currency string) string {
	for _, in := range inputs {
		if in.Name == wanted.Name {
			return templates.MetricNumber(in.Value, in.Unit, currency, exactly)
		}
	}
	return ""
}

// monthOpen is the column that names the month of a cohort that is not over; its share stands in the column of the month, as on the page.
const monthOpen = "month_not_over"

// groupsOf has a row for every part of the chosen period.
func groupsOf(p customers.Page) [][]string {
	var names []string
	months := false
	groups := p.Now().Figure.Groups
	for _, g := range groups {
		for _, in := range g.Inputs {
			name := templates.WholeMonth(in.Name)
			months = months || name != in.Name
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	head := append([]string{"group"}, names...)
	if months {
		head = append(head, monthOpen)
	}
	rows := [][]string{head}
	for _, g := range groups {
		cells, open := map[string]string{}, ""
		for _, in := range g.Inputs {
			name := templates.WholeMonth(in.Name)
			if cells[name] = templates.MetricNumber(in.Value, in.Unit, p.Currency, exactly); name != in.Name {
				open = name
			}
		}
		row := []string{text(g.Name)}
		for _, name := range names {
			row = append(row, cells[name])
		}
		if months {
			row = append(row, open)
		}
		rows = append(rows, row)
	}
	return rows
}
