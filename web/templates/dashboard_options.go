package templates

import (
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

func (d Dashboard) surveyOptions() []ui.Option {
	return ui.Select(strconv.FormatInt(d.Survey.ID, 10), surveyOptions(d.Surveys))
}

func surveyOptions(surveys []survey.Survey) (options []ui.Option) {
	for _, v := range surveys {
		options = append(options, ui.Option{Value: strconv.FormatInt(v.ID, 10), Label: v.Name})
	}
	return options
}

func (d Dashboard) periodOptions() []ui.Option { return periodOptions(d.W, d.Form.Period) }

func periodOptions(w *words.Words, value string) []ui.Option {
	var options []ui.Option
	for _, n := range []int64{4, 12, 26, 52} {
		options = append(options, ui.Option{Value: strconv.FormatInt(n, 10) + "w", Label: w.N("results.last_weeks", n)})
	}
	return ui.Select(value, append(options,
		ui.Option{Value: "quarter", Label: w.T("results.this_quarter")}, ui.Option{Value: "year", Label: w.T("results.this_year")},
		ui.Option{Value: "all", Label: w.T("results.all_time")}, ui.Option{Value: "custom", Label: w.T("results.custom")}))
}

func (d Dashboard) compareOptions() []ui.Option {
	return ui.Select(d.Form.Compare, []ui.Option{
		{Value: "previous", Label: d.W.T("results.compare_previous")}, {Value: "lastyear", Label: d.W.T("results.compare_year")}, {Value: "none", Label: d.W.T("results.compare_none")},
	})
}

func (d Dashboard) touchpointOptions() []ui.Option {
	return touchpointOptions(d.Names, d.Form.Touchpoint)
}

func touchpointOptions(n Names, value string) []ui.Option {
	options := []ui.Option{{Value: "", Label: n.W.T("results.all")}}
	for _, t := range n.Touchpoints {
		if t.ArchivedAt.IsZero() || t.Key == value {
			options = append(options, ui.Option{Value: t.Key, Label: n.Touchpoint(t.ID)})
		}
	}
	return ui.Select(value, append(options, ui.Option{Value: None, Label: n.W.T("results.no_touchpoint")}))
}

func (d Dashboard) languageOptions() []ui.Option {
	return languageOptions(d.Names, d.Form.Language, d.Survey, d.Dashboard.Tongues)
}

// languageOptions are the languages a survey is asked in, and those that answers came in.
func languageOptions(n Names, value string, v survey.Survey, parts []reports.Part) []ui.Option {
	codes := slices.Clone(v.Settings.Languages)
	for _, p := range parts {
		codes = append(codes, p.Language)
	}
	if value != "" && value != None {
		codes = append(codes, value)
	}
	options := []ui.Option{{Value: "", Label: n.W.T("results.all")}}
	var seen []string
	for _, code := range codes {
		if code != "" && !slices.Contains(seen, code) {
			seen = append(seen, code)
			options = append(options, ui.Option{Value: code, Label: n.Language(code)})
		}
	}
	return ui.Select(value, append(options, ui.Option{Value: None, Label: n.W.T("results.no_language")}))
}

// classTabs lead to the comments of one class.
func (d Dashboard) classTabs(path, fragment string) []ui.Link {
	return classTabs(d.fig(), d.Form, path, fragment)
}

func classTabs(f figures, form ResultsForm, path, fragment string) []ui.Link {
	tabs := []ui.Link{{Text: f.w.T("results.all"), Href: form.Address(path, "class", "", "after", "") + fragment, Current: form.Class == ""}}
	for _, c := range []scoring.Class{scoring.ClassWorst, scoring.ClassMiddle, scoring.ClassBest} {
		name := classNames()[c]
		if f.d.Scheme == scoring.CSS10 && c == scoring.ClassMiddle {
			continue
		}
		tabs = append(tabs, ui.Link{Text: f.class(c), Href: form.Address(path, "class", name, "after", "") + fragment, Current: form.Class == name})
	}
	return tabs
}

// trendSub says what the dashed line is, and which points are not drawn.
func (d Dashboard) trendSub() string {
	t := d.Dashboard.Trend
	if !t.Line() {
		return ""
	}
	var parts []string
	if len(t.Before) > 0 {
		parts = append(parts, d.W.T("results.dashed", "from", dayShort(d.W, d.Before.First, d.Today), "to", dayShort(d.W, d.Before.Last, d.Today)))
	}
	sparse := reports.Sparse(t.Points)
	if slices.ContainsFunc(t.Points, func(p reports.Point) bool { return p.Score.Defined && sparse(p.Score) }) {
		parts = append(parts, d.W.T("results.sparse", "n", scoring.HideBelow))
	}
	return strings.Join(parts, ". ")
}

// mayDaily tells whether the period is short enough for a point a day.
func (d Dashboard) mayDaily() bool {
	return reports.Filter{Period: d.Filter.Period, Grain: reports.Daily}.PointWidth() == reports.Daily
}

func (d Dashboard) allComments() string {
	switch {
	case d.Comments < 0:
		return d.W.T("results.all_comments")
	case d.Comments > reports.MostCounted:
		return d.W.T("results.all_comments_more", "n", d.W.Int(reports.MostCounted)+"+")
	}
	return d.W.N("results.all_comments_n", int64(d.Comments))
}
