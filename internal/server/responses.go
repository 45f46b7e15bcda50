package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

const (
	pageLength   = 50
	responseScan = 20000 // responses looked at for a page, of all surveys
)

// responses lists answers: those with a comment by the time they were given, or all by the time they came in.
func (h *results) responses(r *Request) error {
	names, err := h.names(r)
	if err != nil {
		return err
	}
	form, f, err := h.filter(r, names)
	if err != nil {
		return err
	}
	if form.Tab == templates.AllTab { // it has no period
		form.Problems = slices.DeleteFunc(form.Problems, func(p ui.Problem) bool { return p.Field != "touchpoint" })
	}
	surveys, err := h.answerable(r)
	if err != nil {
		return err
	}
	page := templates.Responses{
		Surveys: surveys, Feed: templates.Feed{Names: names, Longest: survey.MaxComment, Now: h.s.deps.Now(), Zone: h.Zone()},
	}
	if f.SurveyID == 0 && len(surveys) == 0 {
		return h.s.render(r, http.StatusOK, templates.NoSurveyPage(r.shell(r.Words.T("responses.title"), "/responses"), may(r, account.EditSurveys), false))
	}
	if page.Survey, page.Answered, err = h.Reports.Opening(r.HTTP().Context(), f.SurveyID); err != nil {
		return missing(err)
	}
	f.SurveyID = page.Survey.ID
	if page.Definitions, err = h.definitions(r, f.SurveyID); err != nil {
		return err
	}
	form.Survey = strconv.FormatInt(f.SurveyID, 10)
	page.Scheme = h.scheme(page.Definitions, page.Survey.VersionID)
	if form.Tab == templates.AllTab {
		err = h.listResponses(r, &page, &form, f)
	} else {
		form.Tab, form.Status = "", ""
		err = h.listComments(r, &page, &form, f)
	}
	if err != nil {
		return err
	}
	page.Form = form
	page.Shell = r.shell(r.Words.T("responses.title"), "/responses")
	page.Shell.Problems = form.Problems
	return h.s.render(r, statusOf(form), templates.ResponsesPage(page))
}

// scheme is that of the survey's current version.
func (h *results) scheme(definitions map[int64]survey.Definition, version int64) scoring.Scheme {
	return definitions[version].Scheme()
}

func (h *results) listResponses(r *Request, page *templates.Responses, form *templates.ResultsForm, f reports.Filter) error {
	q := reports.ResponseQuery{
		SurveyID: f.SurveyID, Touchpoint: f.Touchpoint, Language: f.Language, Class: classOf(form), Limit: pageLength, Scan: responseScan,
	}
	form.Search = ""
	switch form.Status {
	case "test":
		q.Status = survey.Test
	case "spam":
		q.Status = survey.Spam
	case "deleted":
		q.Status = survey.Deleted
	case "held":
		q.Status = survey.Held
	case "any":
		q.AnyStatus = true
	default:
		form.Status = ""
	}
	if after, err := parseID(form.After); err == nil {
		q.After = survey.ID(after)
	} else {
		form.After = ""
	}
	got, err := h.Reports.Responses(r.HTTP().Context(), q)
	page.Responses, page.More, page.Next = got.Responses, got.More, got.Next.ID.String()
	return err
}

func (h *results) listComments(r *Request, page *templates.Responses, form *templates.ResultsForm, f reports.Filter) error {
	q := reports.CommentQuery{Class: classOf(form), Search: shortened(form.Search), Limit: pageLength}
	form.Search = q.Search
	var ok bool
	if q.After, ok = place(form.After); !ok {
		form.After = ""
	}
	ctx := r.HTTP().Context()
	got, err := h.Reports.Comments(ctx, f, q)
	if err != nil {
		return err
	}
	page.Responses, page.More, page.Next = got.Responses, got.More, placeText(got.Next)
	n, err := h.Reports.CountComments(ctx, f, q)
	if err != nil {
		return err
	}
	page.Total = r.Words.N("count.comments", int64(n))
	if n > reports.MostCounted {
		page.Total = r.Words.T("responses.more_than", "n", reports.MostCounted)
	}
	return nil
}

// longestSearch is how much of a search is looked for, in bytes.
const longestSearch = 200

func shortened(search string) string {
	if len(search) > longestSearch {
		return strings.ToValidUTF8(search[:longestSearch], "")
	}
	return search
}

// placeText is a place in a feed as it stands in addresses: milliseconds and id.
func placeText(p reports.Place) string {
	return strconv.FormatInt(p.At.UnixMilli(), 10) + "." + p.ID.String()
}

// place reads what placeText wrote. "" is the zero place.
func place(text string) (reports.Place, bool) {
	if text == "" {
		return reports.Place{}, true
	}
	at, id, ok := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	n, err2 := parseID(id)
	if !ok || err != nil || err2 != nil {
		return reports.Place{}, false
	}
	return reports.Place{At: time.UnixMilli(ms), ID: survey.ID(n)}, true
}

// parseID reads a positive number as an id.
func parseID(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != text {
		return 0, errNotFound
	}
	return n, nil
}
