package templates

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// CarePath is where the figures of follow-up are.
const CarePath = InboxPath + "/figures"

// CaseLogPath is where the logs of cases are had as a file.
const CaseLogPath = InboxPath + "/log.csv"

// CarePage is the page of how unhappy customers heard back.
type CarePage struct {
	Shell ui.Shell
	Names
	Form  ResultsForm
	Users []account.User
	reports.CareReport
	Help  []reports.Help
	Terms []reports.Terms
}

// CarePeriods are the periods that can be chosen besides days of one's own.
func CarePeriods() []string { return []string{"4w", "12w", "26w", "52w", "quarter", "year"} }

func (p CarePage) periodOptions() (options []ui.Option) {
	for _, o := range periodOptions(p.W, p.Form.Period) {
		if o.Value != "all" {
			options = append(options, o)
		}
	}
	return options
}

func (p CarePage) touchpointOptions() []ui.Option {
	return touchpointOptions(p.Names, p.Form.Touchpoint)
}

// csv is the address of a table as a file.
func (p CarePage) csv(table string) string { return p.Form.Address(CarePath + "/" + table + ".csv") }

func (p CarePage) tools() []ui.Link {
	return []ui.Link{{Text: p.W.T("care.log"), Href: p.Form.Address(CaseLogPath, "touchpoint", "")}}
}

// lead is the sentence that says it all.
func (p CarePage) lead() string {
	w, c := p.W, p.Total
	share, _, ok := c.Share()
	switch {
	case ok:
		return w.T("care.lead", "share", w.Percent(share.Float(), 0), "n", w.Int(c.InTime), "of", w.Int(c.Owed()))
	case c.Opened > 0:
		return w.T("care.lead_waiting")
	}
	return w.T("care.lead_none")
}

// now says what is open, with the ways there.
func (p CarePage) now() []ui.Fact {
	w := p.W
	fact := func(key, view string, n int) ui.Fact {
		text := w.Int(int64(n))
		if n > reports.MostCounted {
			text = w.Int(reports.MostCounted) + "+"
		}
		f := ui.Fact{Before: w.T(key), Bold: text}
		if view != "-" {
			f.Href = InboxForm{View: view, Touchpoint: p.touchpointInInbox()}.Address(InboxPath)
		}
		return f
	}
	return []ui.Fact{fact("care.now.open", "", p.Now.Open), fact("care.now.overdue", "overdue", p.Now.Overdue), fact("care.now.long", "-", p.Now.TooLong)}
}

func (p CarePage) touchpointInInbox() string {
	if p.Form.Touchpoint == None {
		return ""
	}
	return p.Form.Touchpoint
}

// hours writes a time that customers waited.
func hours(w *words.Words, r scoring.Ratio) string {
	if !r.Defined() {
		return "–"
	}
	decimals := 1
	if r.AtLeast(100) {
		decimals = 0
	}
	return w.T("care.hours", "n", w.Dec(r.Float(), decimals))
}

func (p CarePage) tile() ui.Score {
	w, c := p.W, p.Total
	share, iv, ok := c.Share()
	if !ok {
		return ui.Score{Value: "–"}
	}
	t := ui.Score{Value: w.Dec(share.Float(), 0), Unit: figuresPercent(w), Facts: []ui.Fact{
		{Before: w.T("results.interval"), Bold: shareSpan(w, iv)},
		{Before: w.T("care.of_due"), Bold: w.T("care.of", "n", w.Int(c.InTime), "of", w.Int(c.Owed()))},
	}}
	if c.Owed() < scoring.FewBelow {
		t.Care = w.T("results.few", "n", w.Int(c.Owed()))
	}
	return t
}

// shareSpan is an interval of shares.
func shareSpan(w *words.Words, iv scoring.Interval) string {
	return w.T("date.range", "from", w.Dec(iv.Lo, 0), "to", w.Percent(iv.Hi, 0))
}

// split shows what became of the first replies that were due.
func (p CarePage) split() ui.StackBar {
	b := ui.StackBar{ID: "care"}
	var parts []string
	owed := p.Total.Owed()
	for _, part := range []struct {
		class ui.Class
		key   string
		n     int64
	}{{ui.Best, "care.in_time", p.Total.InTime}, {ui.Middle, "care.late", p.Total.Late}, {ui.Worst, "care.missed", p.Total.Missed}} {
		name := p.W.T(part.key)
		b.Parts = append(b.Parts, ui.Part{Class: part.class, Share: float64(part.n) / float64(max(owed, 1)), Label: p.W.Int(part.n), Name: strings.ToLower(name)})
		parts = append(parts, name+" "+p.W.Int(part.n))
	}
	b.Title = strings.Join(parts, ", ")
	return b
}

// others counts the openings that no reply was due for.
func (p CarePage) others() (all []ui.Fact) {
	c := p.Total
	for _, o := range []struct {
		key string
		n   int64
	}{{"care.opened", c.Opened}, {"care.reopened", c.Reopened}, {"care.waiting", c.Waiting}, {"care.declined", c.Declined}, {"care.withdrawn", c.Withdrawn}} {
		if o.n > 0 {
			all = append(all, ui.Fact{Before: p.W.T(o.key), Bold: p.W.Int(o.n)})
		}
	}
	return all
}

// waits are the times of the company.
func (p CarePage) waits() ui.Table {
	w := p.W
	t := ui.Table{Caption: w.T("care.waits"), Columns: []ui.Column{
		{Text: w.T("care.until")}, {Text: w.T("care.median"), Num: true}, {Text: w.T("care.mean"), Num: true}, {Text: w.T("care.p90"), Num: true}, {Text: w.T("care.n"), Num: true},
	}}
	for _, row := range []struct {
		key string
		of  scoring.Waits
	}{{"care.reply", p.Total.Reply}, {"care.resolution", p.Total.Resolution}} {
		t.Rows = append(t.Rows, ui.Cells(w.T(row.key), hours(w, row.of.Median), hours(w, row.of.Mean), hours(w, row.of.P90), w.Int(row.of.N)))
	}
	return t
}

// careTable is a table of parts with its file.
type careTable struct {
	ui.Table
	Heading, CSV string
}

func (p CarePage) parts(key, csv string, all []reports.CarePart, name func(reports.CarePart) ui.Cell) careTable {
	w := p.W
	t := careTable{Heading: w.T(key), CSV: p.csv(csv), Table: ui.Table{Caption: w.T(key), Columns: []ui.Column{
		{Text: w.T(key + "_one")},
		{Text: w.T("care.opened"), Num: true},
		{Text: w.T("care.reopened"), Num: true},
		{Text: w.T("care.in_time"), Num: true},
		{Text: w.T("care.reply"), Num: true},
		{Text: w.T("care.resolved"), Num: true},
		{Text: w.T("care.resolution"), Num: true},
	}}}
	for _, part := range all {
		t.Rows = append(t.Rows, []ui.Cell{
			name(part), {Text: w.Int(part.Opened)}, {Text: w.Int(part.Reopened)}, p.share(part.Care), p.wait(part.Reply), {Text: w.Int(part.Resolution.N)}, p.wait(part.Resolution),
		})
	}
	return t
}

func (p CarePage) share(c reports.Care) ui.Cell {
	share, iv, ok := c.Share()
	if !ok {
		return ui.Cell{Text: "–"}
	}
	w := p.W
	return ui.Cell{Text: w.Percent(share.Float(), 0), Sub: w.T("care.of", "n", w.Int(c.InTime), "of", w.Int(c.Owed())) + "; " + shareSpan(w, iv)}
}

// wait leads with the median.
func (p CarePage) wait(v scoring.Waits) ui.Cell {
	if v.N == 0 {
		return ui.Cell{Text: "–"}
	}
	return ui.Cell{Text: hours(p.W, v.Median), Sub: p.W.T("care.wait_sub", "mean", hours(p.W, v.Mean), "p90", hours(p.W, v.P90), "n", p.W.Int(v.N))}
}

func (p CarePage) tables() (all []careTable) {
	if len(p.People) > 0 {
		all = append(all, p.parts("care.people", "people", p.People, func(c reports.CarePart) ui.Cell { return ui.Cell{Text: p.person(c.User)} }))
	}
	if len(p.CareReport.Touchpoints) > 1 {
		all = append(all, p.parts("care.touchpoints", "touchpoints", p.CareReport.Touchpoints, func(c reports.CarePart) ui.Cell {
			return ui.Cell{Text: p.Touchpoint(c.Touchpoint), Href: p.Form.Address(CarePath, "touchpoint", p.TouchpointKey(c.Touchpoint))}
		}))
	}
	if len(p.Tags) > 0 {
		all = append(all, p.parts("care.tags", "tags", p.Tags, func(c reports.CarePart) ui.Cell {
			return ui.Cell{Text: c.Tag, Href: CareBehind(p.Form, p.Form.Touchpoint, "tag", c.Tag)}
		}))
	}
	return append(all, p.parts("care.weeks", "weeks", p.weeks(), func(c reports.CarePart) ui.Cell { return ui.Cell{Text: p.W.DateYear(c.Week.Date())} }))
}

// weeks are those from the first case on.
func (p CarePage) weeks() []reports.CarePart {
	for i, week := range p.Weeks {
		if !week.Empty() {
			return p.Weeks[i:]
		}
	}
	return nil
}

// person names a user; those who left have no name.
func (p CarePage) person(id int64) string { return UserName(p.W, p.Users, id) }

// UserName is the name of one of the staff: of nobody, or of somebody who was removed, a word for that.
func UserName(w *words.Words, users []account.User, id int64) string {
	if id == 0 {
		return w.T("care.nobody")
	}
	for _, u := range users {
		if u.ID == id {
			return u.Name
		}
	}
	return w.T("care.gone")
}

// help compares next answers with those that opened a case.
func (p CarePage) help() ui.Table {
	w := p.W
	t := ui.Table{Caption: w.T("care.help"), Columns: []ui.Column{
		{Text: w.T("care.help.who")},
		{Text: w.T("care.help.n"), Num: true},
		{Text: w.T("care.help.before"), Num: true},
		{Text: w.T("care.help.after"), Num: true},
		{Text: w.T("care.help.change"), Num: true},
		{Text: w.T("care.help.happier"), Num: true},
	}}
	for _, h := range p.Help {
		name := ui.Cell{Text: w.T("care.help.heard"), Sub: figuresOf(w, h.Scheme).name()}
		if !h.Heard {
			name.Text = w.T("care.help.not_heard")
		}
		change := ui.Cell{Text: w.Signed(h.Change.Mean.Float(), 1)}
		if h.Change.HasInterval {
			change.Sub = w.T("date.range", "from", w.Signed(h.Change.Lo, 1), "to", w.Signed(h.Change.Hi, 1))
		}
		happier := ui.Cell{Text: w.Percent(h.Happy().Float(), 0)}
		if h.HasShare {
			happier.Sub = shareSpan(w, h.Share)
		}
		t.Rows = append(t.Rows, []ui.Cell{name, {Text: w.Int(h.Change.N)}, {Text: w.Dec(h.Before.Float(), 1)}, {Text: w.Dec(h.After.Float(), 1)}, change, happier})
	}
	return t
}

// CareBehind is the address of the comments behind a word or a tag.
func CareBehind(f ResultsForm, touchpoint, kind, key string) string {
	address := f.Address(CarePath+"/comments", "touchpoint", touchpoint)
	sep := "?"
	if strings.Contains(address, sep) {
		sep = "&"
	}
	return address + sep + kind + "=" + url.QueryEscape(key)
}

// termLinks are the ways to the comments behind terms.
func (p CarePage) termLinks(touchpoint int64, kind string, terms []reports.Term) (all []ui.Link) {
	for _, t := range terms {
		key := t.Key
		all = append(all, ui.Link{
			Text: t.Text, Href: CareBehind(p.Form, p.TouchpointKey(touchpoint), kind, key), Count: p.W.Int(t.N), Counted: p.W.N("care.behind_"+kind, t.N),
		})
	}
	return all
}

// CareSaid is the page of the comments behind a word or a tag.
type CareSaid struct {
	Shell ui.Shell
	Names
	Form ResultsForm
	Term string
	Said []reports.Said
	Now  time.Time
	Zone *time.Location
}

func (p CareSaid) meta(s reports.Said) []string {
	all := []string{p.Touchpoint(s.Touchpoint), when(p.W, s.At, p.Now, p.Zone)}
	if s.Rating >= 0 {
		all = append([]string{p.W.T("care.rating", "n", strconv.Itoa(s.Rating))}, all...)
	}
	return all
}
