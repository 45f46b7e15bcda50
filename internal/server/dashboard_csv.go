package server

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// chartCSV sends the figures of one chart: /dashboard/trend.csv with the filter of the page. The figures are those of the page, with a decimal point.
func (h *results) chartCSV(r *Request) error {
	chart, ok := strings.CutSuffix(r.Param("chart"), ".csv")
	table := charts()[chart]
	if !ok || table == nil {
		return errNotFound
	}
	names, err := h.names(r)
	if err != nil {
		return err
	}
	form, f, err := h.filter(r, names)
	if err == nil {
		form.Segment = r.Query("segment")
		err = h.members(r, &form, &f)
	}
	switch {
	case err != nil:
		return err
	case statusOf(form) == http.StatusNotFound:
		return errNotFound
	case len(form.Problems) > 0:
		return errBadForm
	}
	d, err := h.Reports.Dashboard(r.HTTP().Context(), f)
	if err != nil {
		return missing(err)
	}
	w := r.Writer()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+chart+`.csv"`)
	w.WriteHeader(http.StatusOK)
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range table(d, names) {
		if err := out.Write(row); err != nil {
			return errGone
		}
	}
	if out.Flush(); out.Error() != nil {
		return errGone
	}
	return nil
}

// charts make the rows of each file; the first has the names of the columns.
func charts() map[string]func(reports.Dashboard, templates.Names) [][]string {
	return map[string]func(reports.Dashboard, templates.Names) [][]string{
		"score": scoreRows, "trend": trendRows, "touchpoints": touchpointRows, "languages": languageRows,
		"distribution": distributionRows, "questions": questionRows, "choices": choiceRows,
	}
}

var scoreColumns = []string{"score", "low", "high", "answers", "best", "middle", "worst"}

// scoreCells are a score's figures, as rounded on the page.
func scoreCells(s scoring.Score) []string {
	lo, hi := reports.IntervalText(s)
	return []string{s.Text(), lo, hi, count(s.N), count(s.Best), count(s.Middle), count(s.Worst)}
}

func changeCells(c reports.Compared) []string {
	if !c.Change.Defined {
		return []string{"", "", ""}
	}
	return []string{c.From.Text(), c.Change.Text(), strconv.FormatBool(c.Real)}
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

// row joins groups of cells.
func row(groups ...[]string) (all []string) {
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// text keeps a spreadsheet from taking a text for a formula.
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

var changeColumns = []string{"before", "change", "more_than_chance"}

func scoreRows(d reports.Dashboard, _ templates.Names) [][]string {
	rows := [][]string{row([]string{"survey", "scheme", "version", "from", "to"}, scoreColumns, changeColumns)}
	line := func(v survey.Version, s scoring.Score, c reports.Compared) {
		rows = append(rows, row([]string{text(d.Survey.Name), string(s.Scheme), count(v.Number), d.Filter.Period.First.String(), d.Filter.Period.Last.String()}, scoreCells(s), changeCells(c)))
	}
	line(d.Version, d.Score.To, d.Score)
	for _, o := range d.Older {
		line(o.Version, o.Score, reports.Compared{})
	}
	for _, o := range d.Others {
		rows = append(rows, row([]string{text(o.Survey.Name), string(o.Scheme), "", d.Filter.Period.First.String(), d.Filter.Period.Last.String()}, scoreCells(o.Change.To), changeCells(o.Change)))
	}
	return rows
}

func trendRows(d reports.Dashboard, _ templates.Names) [][]string {
	rows := [][]string{row([]string{"from", "version"}, scoreColumns)}
	for _, p := range d.Trend.Rows {
		rows = append(rows, row([]string{p.Day.String(), count(p.Version)}, scoreCells(p.Score)))
	}
	return rows
}

func partRows(head []string, parts []reports.Part, name func(reports.Part) []string) [][]string {
	rows := [][]string{row(head, scoreColumns, []string{"gap", "gap_more_than_chance"}, changeColumns)}
	for _, p := range parts {
		gap := []string{"", ""}
		if p.Gap.Change.Defined {
			gap = []string{p.Gap.Change.Text(), strconv.FormatBool(p.Gap.Real)}
		}
		rows = append(rows, row(name(p), scoreCells(p.Score()), gap, changeCells(p.Change)))
	}
	return rows
}

func touchpointRows(d reports.Dashboard, n templates.Names) [][]string {
	return partRows([]string{"touchpoint", "name"}, d.Parts, func(p reports.Part) []string {
		key := n.TouchpointKey(p.Touchpoint)
		if key == templates.None {
			key = ""
		}
		return []string{text(key), text(n.Touchpoint(p.Touchpoint))}
	})
}

func languageRows(d reports.Dashboard, _ templates.Names) [][]string {
	return partRows([]string{"language"}, d.Tongues, func(p reports.Part) []string { return []string{text(p.Language)} })
}

func distributionRows(d reports.Dashboard, _ templates.Names) [][]string {
	rows := [][]string{{"rating", "answers"}}
	def, _ := d.Scheme.Def()
	if d.Question == survey.Respondent {
		return rows
	}
	for rating := def.Min; rating <= def.Max; rating++ {
		rows = append(rows, []string{strconv.Itoa(rating), count(d.Counts.R[rating])})
	}
	return rows
}

func questionRows(d reports.Dashboard, n templates.Names) [][]string {
	rows := [][]string{row([]string{"question", "text", "scheme"}, scoreColumns, []string{"cant_say"}, changeColumns)}
	for _, a := range d.Aspects {
		q := a.Question
		rows = append(rows, row([]string{strconv.Itoa(q.No), text(q.Text.In(n.W.Lang(), d.Survey.Settings.DefaultLanguage)), string(q.Scheme)},
			scoreCells(a.Change.To), []string{count(a.CantSay)}, changeCells(a.Change)))
	}
	return rows
}

func choiceRows(d reports.Dashboard, n templates.Names) [][]string {
	rows := [][]string{{"question", "option", "text", "percent", "low", "high", "chosen", "answers"}}
	for _, c := range d.Choices {
		for k, o := range c.Options {
			rows = append(rows, []string{
				strconv.Itoa(c.Question.No), strconv.Itoa(k + 1), text(c.Question.Options[k].In(n.W.Lang(), d.Survey.Settings.DefaultLanguage)),
				o.Share.Text(1), scoring.RoundFloat(o.Interval.Lo, 1), scoring.RoundFloat(o.Interval.Hi, 1), count(o.Count), count(c.N),
			})
		}
	}
	return rows
}
