package portage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// encoder writes responses out. It is not changed once it is made, and safe for concurrent use.
type encoder struct {
	format      ExportFormat
	zone        *time.Location
	columns     []string
	versions    map[int64]version
	touchpoints map[int64]string
	questions   []int // numbers of the questions beside the primary one, of all versions
	answers     bool
}

type version struct {
	number string
	scheme string
	kinds  map[int]survey.QuestionKind
}

// exportHeader are the columns before those of the questions. An import knows what they are by their names.
var exportHeader = []string{
	"id", "external_id", "time", "rating", "comment", "touchpoint", "language", "order", "contact", "scheme", "version", "class", "status",
}

func (e *Export) encoder(ctx context.Context) (*encoder, error) {
	enc := &encoder{format: e.Format, zone: e.Zone, columns: slices.Clone(exportHeader), versions: map[int64]version{}, touchpoints: map[int64]string{}}
	versions, err := e.Store.Versions(ctx, e.SurveyID)
	if err != nil {
		return nil, fmt.Errorf("read the survey: %w", err)
	}
	for _, v := range versions {
		known := version{strconv.FormatInt(v.Number, 10), string(v.Definition.Scheme()), map[int]survey.QuestionKind{}}
		primary, ok := v.Definition.Primary()
		for _, q := range v.Definition.Questions {
			known.kinds[q.No] = q.Kind
			if (!ok || q.No != primary.No) && !slices.Contains(enc.questions, q.No) {
				enc.questions = append(enc.questions, q.No)
			}
		}
		enc.versions[v.ID] = known
	}
	slices.Sort(enc.questions)
	enc.answers = len(enc.questions) > 0
	for _, no := range enc.questions {
		enc.columns = append(enc.columns, "q"+strconv.Itoa(no))
	}
	tps, err := e.Store.Touchpoints(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the touchpoints: %w", err)
	}
	for _, tp := range tps {
		enc.touchpoints[tp.ID] = tp.Key
	}
	return enc, nil
}

func (e *encoder) header() []byte {
	if e.format == JSONL {
		return nil
	}
	return AppendRecord(nil, e.columns)
}

// append writes one response, with the name of its contact.
func (e *encoder) append(b []byte, r *survey.Response, contact string) []byte {
	if e.format == JSONL {
		return e.appendJSON(b, r, contact)
	}
	v := e.versions[r.VersionID]
	b = strconv.AppendInt(b, int64(r.ID), 10)
	b = appendCell(b, r.ExternalID, false)
	b = e.appendTime(append(b, ','), r)
	b = append(b, ',')
	b = appendRating(b, r.Rating, r.CantSay)
	for _, cell := range [...]string{r.Comment, e.touchpoints[r.Touchpoint], r.Language, r.OrderRef, contact} {
		b = appendCell(b, cell, false)
	}
	for _, cell := range [...]string{v.scheme, v.number, className(r.Class), statusName(r.Status)} {
		b = append(append(b, ','), cell...)
	}
	for _, no := range e.questions {
		a, _ := r.Answer(no)
		if a.Text != "" {
			b = appendCell(b, a.Text, false)
			continue
		}
		b = append(b, ',')
		if v.kinds[no] == survey.Rating || a.CantSay {
			b = appendRating(b, a.Rating, a.CantSay)
		} else {
			b = appendOptions(b, a.Options)
		}
	}
	return append(b, '\n')
}

// appendTime writes the account's time with its offset, so that people can read it and it stays exact; a date where only that is known.
func (e *encoder) appendTime(b []byte, r *survey.Response) []byte {
	if r.DateOnly {
		return r.AnsweredAt.In(e.zone).AppendFormat(b, time.DateOnly)
	}
	return r.AnsweredAt.In(e.zone).AppendFormat(b, "2006-01-02 15:04:05.999Z07:00")
}

func appendRating(b []byte, rating int, saysNot bool) []byte {
	switch {
	case rating != survey.NoRating:
		return strconv.AppendInt(b, int64(rating), 10)
	case saysNot:
		return append(b, cantSay...)
	}
	return b
}

func className(c scoring.Class) string {
	return [...]string{"", "worst", "middle", "best"}[c&3]
}

// statusNames are the states of a response in files, by survey.Status.
var statusNames = [...]string{"counted", "test", "spam", "deleted", "held"}

func statusName(s survey.Status) string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return ""
}

// line is an object of a JSONL export.
type line struct {
	ID         survey.ID      `json:"id"`
	ExternalID string         `json:"external_id,omitempty"`
	Time       string         `json:"time"`
	Rating     *int           `json:"rating"` // null: none
	CantSay    bool           `json:"cant_say,omitempty"`
	Comment    string         `json:"comment,omitempty"`
	Touchpoint string         `json:"touchpoint,omitempty"`
	Language   string         `json:"language,omitempty"`
	Order      string         `json:"order,omitempty"`
	Contact    string         `json:"contact,omitempty"`
	Scheme     string         `json:"scheme"`
	Version    string         `json:"version"`
	Class      string         `json:"class,omitempty"`
	Status     string         `json:"status"`
	Answers    map[string]any `json:"answers,omitempty"` // q2: a rating, numbers of options from 1 on, or text
}

func (e *encoder) appendJSON(b []byte, r *survey.Response, contact string) []byte {
	v := e.versions[r.VersionID]
	l := line{
		ID: r.ID, ExternalID: r.ExternalID, Time: string(e.appendTime(nil, r)), CantSay: r.CantSay, Comment: r.Comment, Touchpoint: e.touchpoints[r.Touchpoint],
		Language: r.Language, Order: r.OrderRef, Contact: contact, Scheme: v.scheme, Version: v.number, Class: className(r.Class), Status: statusName(r.Status),
	}
	if r.Rating != survey.NoRating {
		l.Rating = &r.Rating
	}
	for _, a := range r.Answers {
		if l.Answers == nil {
			l.Answers = map[string]any{}
		}
		l.Answers["q"+strconv.Itoa(a.Question)] = answerValue(a, v.kinds[a.Question])
	}
	text, err := json.Marshal(l)
	if err != nil {
		return b // a struct of texts and numbers always has a JSON
	}
	return append(append(b, text...), '\n')
}

func answerValue(a survey.Answer, kind survey.QuestionKind) any {
	switch {
	case a.CantSay:
		return cantSay
	case kind == survey.Open:
		return a.Text
	case kind == survey.Rating:
		return a.Rating
	}
	chosen := []int{}
	for k := range survey.MaxOptions {
		if a.Options&(1<<k) != 0 {
			chosen = append(chosen, k+1)
		}
	}
	return chosen
}
