package server

import (
	"context"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// maxReason is how long the name of a reason may be, in runes.
const maxReason = 80

// reasonsForm is the list of reasons: names by id and language, and which can't be chosen any more.
type reasonsForm struct {
	Names map[string]string `form:"name.*"` // id.language; id 0 is a new one
	Gone  map[string]string `form:"gone.*"`
}

// read puts what was typed into the reasons, and finds the names that are missing or too long. A new one without any name is none. One that can be chosen has to stay.
func (f reasonsForm) read(reasons []followup.Reason, w *words.Words) (typed []followup.Reason, ps ui.Problems) {
	first, choice := "", false
	for _, v := range append(reasons, followup.Reason{}) {
		key, given := strconv.FormatInt(v.ID, 10), false
		v.Archived = f.Gone[key] != "" && v.ID != followup.AnswerChanged
		v.Names = survey.Text{}
		var wrong ui.Problems
		for _, lang := range words.Languages() {
			field, name := "name."+key+"."+lang, survey.Line(f.Names[key+"."+lang])
			v.Names[lang] = name
			given = given || name != ""
			switch {
			case survey.Blank(name):
				wrong = append(wrong, ui.Problem{Field: field, Text: w.T("cases.error.reason")})
			case utf8.RuneCountInString(name) > maxReason:
				wrong = append(wrong, ui.Problem{Field: field, Text: w.T("cases.error.reason_long")})
			}
		}
		if v.ID == 0 && !given {
			continue
		}
		if v.Archived && first == "" {
			first = "gone." + key
		}
		choice = choice || v.Offered()
		typed, ps = append(typed, v), append(ps, wrong...)
	}
	if !choice && first != "" {
		ps = append(ps, ui.Problem{Field: first, Text: w.T("cases.error.reasons")})
	}
	return typed, ps
}

func (h *caseSettings) saveReasons(r *Request) error {
	var f reasonsForm
	if err := r.decode(&f); err != nil {
		return err
	}
	reasons, err := h.Store.CaseReasons(r.HTTP().Context())
	if err != nil {
		return err
	}
	reasons, ps := f.read(reasons, r.Words)
	if len(ps) > 0 {
		return h.showReasons(r, reasons, ps)
	}
	if err := h.record(r, "settings.reasons", func(ctx context.Context) error { return h.Store.SaveCaseReasons(ctx, reasons, h.s.deps.Now()) }); err != nil {
		return err
	}
	return r.done(caseSettingsPath, "flash.saved")
}

func (h *caseSettings) showReasons(r *Request, reasons []followup.Reason, ps ui.Problems) error {
	rules, err := h.Store.CaseRules(r.HTTP().Context())
	if err != nil {
		return err
	}
	p, err := h.view(r, rules, nil, ps)
	if err != nil {
		return err
	}
	p.Reasons = reasonRows(reasons)
	return h.s.render(r, http.StatusUnprocessableEntity, templates.CaseSettingsPage(p))
}

// reasonRows are the reasons as the form shows them, with an empty one at the end.
func reasonRows(reasons []followup.Reason) (rows []templates.ReasonRow) {
	if len(reasons) == 0 || reasons[len(reasons)-1].ID != 0 {
		reasons = append(reasons, followup.Reason{})
	}
	for _, v := range reasons {
		rows = append(rows, templates.ReasonRow{ID: strconv.FormatInt(v.ID, 10), Names: v.Names, Archived: v.Archived, Fixed: v.ID == followup.AnswerChanged})
	}
	return rows
}
