package server

import (
	"net/http"
	"slices"
	"strings"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// filter reads the form in the address. A touchpoint that does not exist and days that cannot be are problems of the form; figures of other answers in their
// place would mislead, though the filter returned then has what is usual. Other values that it does not know it takes as not said, and leaves out of the form.
func (h *results) filter(r *Request, names templates.Names) (templates.ResultsForm, reports.Filter, error) {
	form := templates.ReadResultsForm(r.Query)
	form.Segment = "" // only dashboards have figures by segment
	f := reports.Filter{Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages}
	var err error
	if f.SurveyID, err = surveyID(form.Survey); err != nil {
		return form, f, err
	}
	f.Period = h.period(r, &form)
	f.Compare = reports.Comparison(form.Compare)
	if !slices.Contains([]reports.Comparison{reports.Previous, reports.LastYear, reports.NoComparison}, f.Compare) {
		f.Compare, form.Compare = reports.Previous, "previous"
	}
	if form.Grain == string(reports.Daily) {
		f.Grain = reports.Daily
	} else {
		form.Grain = ""
	}
	f.Touchpoint = touchpoint(r, &form, names)
	switch {
	case form.Language == templates.None:
		f.Language = ""
	case form.Language != "" && len(form.Language) <= 35:
		f.Language = form.Language
	default:
		form.Language = ""
	}
	return form, f, nil
}

// longestKey is how much of an unknown touchpoint is said back, in characters.
const longestKey = 40

func touchpoint(r *Request, form *templates.ResultsForm, names templates.Names) int64 {
	switch form.Touchpoint {
	case "":
		return survey.AllTouchpoints
	case templates.None:
		return 0
	}
	for _, t := range names.Touchpoints {
		if t.Key == form.Touchpoint {
			return t.ID
		}
	}
	refuse(form, "touchpoint", r.Words.T("results.error.touchpoint", "key", truncate(survey.Clean(form.Touchpoint), longestKey)))
	return survey.AllTouchpoints
}

func refuse(form *templates.ResultsForm, field, text string) {
	form.Problems = append(form.Problems, ui.Problem{Field: field, Text: text})
}

// period gives the days that the form names.
func (h *results) period(r *Request, form *templates.ResultsForm) reports.Period {
	today := h.today()
	usual := reports.LastWeeks(12, today)
	switch form.Period {
	case "4w":
		return reports.LastWeeks(4, today)
	case "26w":
		return reports.LastWeeks(26, today)
	case "52w":
		return reports.LastWeeks(52, today)
	case "quarter":
		return reports.ThisQuarter(today)
	case "year":
		return reports.ThisYear(today)
	case "all":
		return reports.Period{All: true}
	case "custom":
		return chosenDays(r, form, usual)
	}
	form.Period, form.From, form.To = "12w", "", ""
	return usual
}

// chosenDays reads a period's two days. What is not said is as in the usual period.
func chosenDays(r *Request, form *templates.ResultsForm, usual reports.Period) reports.Period {
	first, okFirst := dayOr(form.From, usual.First)
	last, okLast := dayOr(form.To, usual.Last)
	if !okFirst {
		refuse(form, "from", r.Words.T("results.error.day"))
	}
	if !okLast {
		refuse(form, "to", r.Words.T("results.error.day"))
	}
	if okFirst && okLast && first > last {
		form.From, form.To = first.String(), last.String()
		refuse(form, "to", r.Words.T("results.error.order"))
	}
	if len(form.Problems) > 0 {
		return usual
	}
	form.From, form.To = first.String(), last.String()
	return reports.Period{First: first, Last: last}
}

// farDay bounds custom periods: days from 1970 to 2100.
const farDay = 47482

func dayOr(text string, fallback survey.Day) (survey.Day, bool) {
	if text = strings.TrimSpace(text); text == "" {
		return fallback, true
	}
	d, err := survey.ParseDay(text)
	return d, err == nil && d >= 0 && d <= farDay
}

// statusOf is the status of a page whose filter has problems.
func statusOf(form templates.ResultsForm) int {
	switch {
	case form.Problems.At("touchpoint") != "", form.Problems.At("segment") != "":
		return http.StatusNotFound
	case len(form.Problems) > 0:
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}
