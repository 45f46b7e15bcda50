package server

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/web/templates"
)

// table sends one table of the figures as a file: /inbox/figures/people.csv with the filter of the page.
func (h *care) table(r *Request) error {
	name, ok := strings.CutSuffix(r.Param("table"), ".csv")
	rows := careTables()[name]
	if !ok || rows == nil {
		return errNotFound
	}
	p, err := h.read(r)
	if err != nil {
		return err
	}
	if len(p.Form.Problems) > 0 {
		return errBadForm
	}
	out := csv.NewWriter(download(r, "text/csv; charset=utf-8", "follow-up-"+name+".csv"))
	out.UseCRLF = true
	if err := out.WriteAll(rows(p)); err != nil {
		return errGone
	}
	return nil
}

// careTables make the rows of each file; the first has the names of the columns.
func careTables() map[string]func(templates.CarePage) [][]string {
	parts := func(head []string, all func(templates.CarePage) []reports.CarePart, name func(templates.CarePage, reports.CarePart) []string) func(templates.CarePage) [][]string {
		return func(p templates.CarePage) [][]string {
			rows := [][]string{row(head, careColumns)}
			for _, part := range all(p) {
				rows = append(rows, row(name(p, part), careCells(part.Care)))
			}
			return rows
		}
	}
	return map[string]func(templates.CarePage) [][]string{
		"total": func(p templates.CarePage) [][]string {
			return [][]string{row([]string{"from", "to"}, careColumns), row([]string{p.Filter.Period.First.String(), p.Filter.Period.Last.String()}, careCells(p.Total))}
		},
		"people": parts([]string{"user_id", "name"}, func(p templates.CarePage) []reports.CarePart { return p.People }, func(p templates.CarePage, c reports.CarePart) []string {
			return []string{idOrNone(c.User), text(templates.UserName(p.W, p.Users, c.User))}
		}),
		"touchpoints": parts([]string{"touchpoint", "name"}, func(p templates.CarePage) []reports.CarePart { return p.CareReport.Touchpoints }, func(p templates.CarePage, c reports.CarePart) []string {
			return []string{text(p.TouchpointKey(c.Touchpoint)), text(p.Touchpoint(c.Touchpoint))}
		}),
		"tags":  parts([]string{"tag"}, func(p templates.CarePage) []reports.CarePart { return p.Tags }, func(_ templates.CarePage, c reports.CarePart) []string { return []string{text(c.Tag)} }),
		"weeks": parts([]string{"week"}, func(p templates.CarePage) []reports.CarePart { return p.Weeks }, func(_ templates.CarePage, c reports.CarePart) []string { return []string{c.Week.String()} }),
		"help":  helpRows,
	}
}

func idOrNone(id int64) string {
	if id == 0 {
		return ""
	}
	return count(id)
}

var careColumns = []string{
	"opened", "reopened", "withdrawn", "in_time", "late", "declined", "missed", "waiting", "due", "in_time_percent", "low", "high",
	"replies", "reply_mean_hours", "reply_median_hours", "reply_p90_hours", "resolved", "resolution_mean_hours", "resolution_median_hours", "resolution_p90_hours",
}

func careCells(c reports.Care) []string {
	share, iv, ok := c.Share()
	in := []string{"", "", ""}
	if ok {
		in = []string{share.Text(1), scoring.RoundFloat(iv.Lo, 1), scoring.RoundFloat(iv.Hi, 1)}
	}
	return row([]string{count(c.Opened), count(c.Reopened), count(c.Withdrawn), count(c.InTime), count(c.Late), count(c.Declined), count(c.Missed), count(c.Waiting), count(c.Owed())},
		in, waitCells(c.Reply), waitCells(c.Resolution))
}

// waitCells are a wait's figures; those of nobody are empty.
func waitCells(w scoring.Waits) []string {
	return []string{count(w.N), w.Mean.Text(2), w.Median.Text(2), w.P90.Text(2)}
}

func helpRows(p templates.CarePage) [][]string {
	rows := [][]string{{"scheme", "replied_to", "customers", "before", "after", "change", "change_low", "change_high", "not_worst_class", "percent", "low", "high"}}
	for _, h := range p.Help {
		change := []string{h.Change.Mean.Text(2), "", ""}
		if h.Change.HasInterval {
			change[1], change[2] = scoring.RoundFloat(h.Change.Lo, 2), scoring.RoundFloat(h.Change.Hi, 2)
		}
		rows = append(rows, row([]string{string(h.Scheme), strconv.FormatBool(h.Heard), count(h.Change.N), h.Before.Text(2), h.After.Text(2)}, change,
			[]string{count(h.Happier), h.Happy().Text(1), scoring.RoundFloat(h.Share.Lo, 1), scoring.RoundFloat(h.Share.Hi, 1)}))
	}
	return rows
}

// logPage is how many lines of logs are read at once.
const logPage = 500

// log sends what happened to all cases in the filter's days, the oldest first, as it is read.
func (h *care) log(r *Request) error {
	form, f, _, err := h.filter(r)
	if err != nil {
		return err
	}
	if len(form.Problems) > 0 {
		return errBadForm
	}
	users, err := h.s.deps.Accounts.List(r.HTTP().Context())
	if err != nil {
		return err
	}
	from, to := h.days(f)
	out := csv.NewWriter(download(r, "text/csv; charset=utf-8", "cases-log.csv"))
	out.UseCRLF = true
	rows := [][]string{{"time", "case", "line", "user_id", "user", "what", "before", "after", "text", "answer", "mail"}}
	var after followup.Entry
	for {
		lines, err := h.Log.CaseLogOf(r.HTTP().Context(), from, to, after, logPage)
		if err != nil {
			panic(http.ErrAbortHandler) // the head has been sent: what came must not look whole
		}
		for _, e := range lines {
			name := ""
			if e.UserID != 0 {
				name = templates.UserName(r.Words, users, e.UserID)
			}
			rows = append(rows, []string{
				e.At.UTC().Format(time.RFC3339Nano), e.CaseID.String(), e.ID.String(), idOrNone(e.UserID), text(name), e.Kind, text(e.Before), text(e.After), text(e.Body),
				idOrNone(int64(e.ResponseID)), idOrNone(int64(e.MailID)),
			})
			after = e
		}
		if err := out.WriteAll(rows); err != nil {
			return errGone
		}
		if len(lines) < logPage {
			return nil
		}
		rows = rows[:0]
	}
}
