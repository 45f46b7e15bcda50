package templates

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// ImportsView is what the page of imports and exports shows.
type ImportsView struct {
	Shell   ui.Shell
	LimitMB int64
	Runs    []portage.Run // newest first
	Surveys []ui.Option   // that can be exported
	Zone    *time.Location
}

func (v ImportsView) table() ui.Table {
	w := v.Shell.W
	t := ui.Table{Caption: w.T("imports.past"), Columns: []ui.Column{
		{Text: w.T("imports.column.file")},
		{Text: w.T("imports.column.state")},
		{Text: w.T("imports.column.new"), Num: true},
		{Text: w.T("imports.column.bad"), Num: true},
		{Text: w.T("imports.column.at")},
	}}
	for _, r := range v.Runs {
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: r.File, Href: importPath(r.ID, "")},
			{Text: w.T("import.state." + string(r.State))},
			{Text: w.Int(r.Counts.Added)},
			{Text: w.Int(r.Counts.Bad)},
			{Text: w.DateTime(r.CreatedAt, v.Zone)},
		})
	}
	return t
}

func importPath(id int64, what string) string { return "/imports/" + strconv.FormatInt(id, 10) + what }

// MappingView is what the page that asks about columns shows.
type MappingView struct {
	Shell    ui.Shell
	Run      portage.Run
	Sheet    portage.Sheet
	Setup    portage.Setup // as chosen
	NewName  string        // of a survey to be made
	Surveys  []ui.Option
	Zones    []ui.Option
	Question int // how many questions beside the first one columns may hold
}

// path is the address of what can be done with the run.
func (v MappingView) path(what string) string { return importPath(v.Run.ID, what) }

func (v MappingView) column(i int) string {
	if name := portage.Plain(v.Sheet.Header[i]); name != "" {
		return name
	}
	return v.Shell.W.T("import.column_no", "n", i+1)
}

// values shows the first values of a column; long ones are cut where they still tell what they are.
func (v MappingView) values(i int) string {
	const most = 32 // runes
	texts := make([]string, len(v.Sheet.Samples[i]))
	for k, text := range v.Sheet.Samples[i] {
		if r := []rune(text); len(r) > most {
			text = string(r[:most]) + "…"
		}
		texts[k] = text
	}
	return strings.Join(texts, " · ")
}

// uses offers what the i-th column may hold.
func (v MappingView) uses(i int) []ui.Option {
	w := v.Shell.W
	options := []ui.Option{{Value: "", Label: w.T("import.field.none")}}
	for _, f := range v.Setup.What.Fields() {
		key := "import.field." + string(f)
		if f == portage.FieldTime && slices.Contains(v.Setup.What.Fields(), portage.FieldEnds) {
			key = "import.field.starts"
		}
		options = append(options, ui.Option{Value: string(f), Label: w.T(key)})
	}
	if v.Setup.What.People() {
		if name := portage.Plain(v.Sheet.Header[i]); name != "" {
			options = append(options, ui.Option{Value: string(portage.Property(name)), Label: w.T("import.field.property", "name", name)})
		}
	}
	for n := 1; n <= v.Question && v.Setup.What == portage.Answers; n++ {
		options = append(options, ui.Option{Value: "q" + strconv.Itoa(n), Label: w.T("import.field.question", "n", n)})
	}
	for f, column := range v.Setup.Mapping {
		if column == i {
			return ui.Select(string(f), options)
		}
	}
	return options
}

func (v MappingView) whats() []ui.Option {
	var options []ui.Option
	for _, what := range portage.Whats() {
		options = append(options, ui.Option{Value: string(what), Label: v.Shell.W.T("import.what." + string(what))})
	}
	return ui.Select(string(v.Setup.What), options)
}

func (v MappingView) encodings() []ui.Option {
	var options []ui.Option
	for _, name := range portage.Encodings() {
		options = append(options, ui.Option{Value: name, Label: name})
	}
	return ui.Select(v.Setup.Format.Encoding, options)
}

func (v MappingView) separators() []ui.Option {
	w := v.Shell.W
	return ui.Select(v.Setup.Format.Comma, []ui.Option{
		{Value: ",", Label: w.T("import.separator.comma")},
		{Value: ";", Label: w.T("import.separator.semicolon")},
		{Value: "\t", Label: w.T("import.separator.tab")},
		{Value: "|", Label: w.T("import.separator.bar")},
	})
}

func (v MappingView) schemes() []ui.Option {
	w := v.Shell.W
	options := []ui.Option{{Value: "", Label: w.T("import.scheme.choose")}}
	for _, s := range slices.Concat(scoring.Schemes(), scoring.ImportSchemes()) {
		options = append(options, ui.Option{Value: string(s), Label: w.T("scheme." + string(s))})
	}
	return ui.Select(string(v.Setup.Scheme), options)
}

func (v MappingView) orders() []ui.Option {
	w := v.Shell.W
	return ui.Select(string(v.Setup.Order), []ui.Option{
		{Value: "", Label: w.T("import.dates.auto")}, {Value: string(portage.DayFirst), Label: w.T("import.dates.dmy")}, {Value: string(portage.MonthFirst), Label: w.T("import.dates.mdy")},
	})
}

func (v MappingView) directions() []ui.Option {
	w := v.Shell.W
	chosen := ""
	if v.Setup.Reversed {
		chosen = "no"
	}
	return ui.Select(chosen, []ui.Option{{Value: "", Label: w.T("cli.position.6")}, {Value: "no", Label: w.T("cli.position.1")}})
}

// RunView is what the page of a run shows once its columns are known.
type RunView struct {
	Shell    ui.Shell
	Run      portage.Run
	SurveyID int64 // where the answers went; 0: not yet
}

func (v RunView) path(what string) string { return importPath(v.Run.ID, what) }

// step is how far the wizard is.
func (v RunView) step() int {
	switch v.Run.State {
	case portage.Checking, portage.Checked:
		return 2
	default:
		return 3
	}
}

// percent is how much of the file is read.
func (v RunView) percent() int {
	if v.Run.Size == 0 {
		return 0
	}
	return int(min(99, 100*v.Run.Counts.Bytes/v.Run.Size))
}

func importSteps(w *words.Words) []string {
	return []string{w.T("import.step.upload"), w.T("import.step.map"), w.T("import.step.check"), w.T("import.step.import")}
}

// news is how many rows of a file tell something new.
func news(what portage.What, c portage.Counts) int64 {
	if what == portage.Contacts || what.Feed() != "" {
		return c.Added + c.Changed + c.Merged
	}
	return c.Added
}

func countTable(w *words.Words, caption string, what portage.What, c portage.Counts) ui.Table {
	t := ui.Table{Caption: caption, Columns: []ui.Column{{Text: w.T("import.what")}, {Text: w.T("import.count"), Num: true}}}
	row := func(key string, n int64) { t.Rows = append(t.Rows, []ui.Cell{{Text: w.T(key)}, {Text: w.Int(n)}}) }
	row("import.rows", c.Read)
	switch {
	case what.Feed() != "":
		row("import.new_records", c.Added)
		row("import.changed_records", c.Changed)
	case what == portage.Contacts:
		row("import.new_contacts", c.Added)
	case what == portage.Purchases:
		row("import.new_purchases", c.Added)
		row("import.new_contacts", c.People)
	default:
		row("import.new", c.Added)
		row("import.comments", c.Comments)
	}
	if what.People() {
		row("import.changed_contacts", c.Changed)
		row("import.merged_contacts", c.Merged)
	}
	row("import.known", c.Known)
	row("import.bad", c.Bad)
	return t
}

// warningTable says what was left out of rows that are kept.
func warningTable(w *words.Words, c portage.Counts) ui.Table {
	t := ui.Table{Caption: w.T("import.warnings"), Columns: []ui.Column{{Text: w.T("import.what")}, {Text: w.T("import.count"), Num: true}}}
	all := people.Warnings()
	for _, w := range customers.Notices() {
		all = append(all, people.Warning(w))
	}
	for _, warning := range all {
		if n := c.Warnings[warning]; n > 0 {
			t.Rows = append(t.Rows, []ui.Cell{{Text: w.T("import.warning." + string(warning))}, {Text: w.Int(n)}})
		}
	}
	return t
}

func reasonTable(w *words.Words, c portage.Counts) ui.Table {
	t := ui.Table{Caption: w.T("import.bad"), Columns: []ui.Column{{Text: w.T("import.reason")}, {Text: w.T("import.count"), Num: true}}}
	var reasons []portage.Reason
	for r := range c.Reasons {
		reasons = append(reasons, r)
	}
	slices.SortFunc(reasons, func(a, b portage.Reason) int {
		if c.Reasons[a] != c.Reasons[b] {
			return int(c.Reasons[b] - c.Reasons[a])
		}
		return strings.Compare(string(a), string(b))
	})
	for _, r := range reasons {
		t.Rows = append(t.Rows, []ui.Cell{{Text: w.T("import.reason." + string(r))}, {Text: w.Int(c.Reasons[r])}})
	}
	return t
}

func badTable(w *words.Words, rows []portage.BadRow) ui.Table {
	t := ui.Table{Caption: w.T("import.bad.first"), Columns: []ui.Column{{Text: w.T("import.line")}, {Text: w.T("import.reason")}, {Text: w.T("import.row")}}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []ui.Cell{{Text: w.Int(r.Line)}, {Text: w.T("import.reason." + string(r.Reason))}, {Text: r.Text}})
	}
	return t
}

func joinTexts(w *words.Words, texts []string) string {
	return w.T("import.made", "names", strings.Join(texts, ", "))
}

// SurveyOptions lists surveys that are published.
func SurveyOptions(all []survey.Survey) (options []ui.Option) {
	for _, v := range all {
		if v.VersionID != 0 {
			options = append(options, ui.Option{Value: strconv.FormatInt(v.ID, 10), Label: v.Name})
		}
	}
	return options
}
