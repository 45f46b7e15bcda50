package templates

import (
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// quoted sets what a customer wrote between the quotation marks of its language.
func quoted(lang, text string) string {
	switch lang {
	case "ru":
		return "«" + text + "»"
	case "pl":
		return "„" + text + "”"
	case "bg":
		return "„" + text + "“"
	}
	return "“" + text + "”"
}

// rated is "10 of 10", or the points of a loyalty index; "" without a rating.
func rated(w *words.Words, r survey.Response, d survey.Definition) string {
	if q, ok := d.Primary(); ok && r.Rating != survey.NoRating {
		if def, ok := q.Scheme.Def(); ok {
			return w.T("results.rating_of", "rating", strconv.Itoa(r.Rating), "max", strconv.Itoa(def.Max))
		}
	}
	if total, ok := r.CLITotal(d); ok {
		points := scoring.Ratio{Num: int64(total), Den: 3}
		return figuresOf(w, scoring.CLI6).number(points.Text(1), false)
	}
	return ""
}

// when says how long ago an answer was given, or on which day.
func when(w *words.Words, at, now time.Time, zone *time.Location) string {
	if ago := now.Sub(at); ago < 7*24*time.Hour {
		return w.Ago(ago)
	}
	return w.DateYear(at.In(zone).Date())
}

// Feed is a list of responses with what is needed to write them out.
type Feed struct {
	Names
	Responses   []survey.Response
	Definitions map[int64]survey.Definition // by version
	Longest     int                         // characters of a comment; the rest is on its page
	Now         time.Time
	Zone        *time.Location
}

// Tag says why a response does not count.
func (f Feed) Tag(r survey.Response) string {
	switch r.Status {
	case survey.Test:
		return f.W.T("responses.status.test")
	case survey.Spam:
		return f.W.T("responses.status.spam")
	case survey.Deleted:
		return f.W.T("responses.status.deleted")
	case survey.Held:
		return f.W.T("responses.status.held")
	case survey.Counted:
	}
	return ""
}
