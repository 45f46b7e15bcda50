package server

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// ledgerPageSize is the number of decisions on a page.
const ledgerPageSize = 50

// ledger lists every decision about asking somebody, the newest first.
func (h *inviting) ledger(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return err
	}
	f, who, found, err := h.ledgerFilter(r)
	if err != nil {
		return err
	}
	var entries []asking.Entry
	if found {
		if entries, err = h.Store.Ledger(ctx, f, ledgerPageSize+1); err != nil {
			return err
		}
	}
	frame, err := h.frame(r, "inviting.title", invitingPath)
	if err != nil {
		return err
	}
	frame.Sub = w.T("inviting.sub")
	p := templates.LedgerPage{
		F: frame, Filtered: f != asking.LedgerFilter{} || who != "", Nobody: !found,
		Decisions: decisionOptions(r, f.Decision), Surveys: surveyOptions(surveys, ui.Option{Label: w.T("ledger.survey.all")}, f.SurveyID),
		Person: ui.Field{ID: "who", Label: w.T("ledger.who"), Value: who, Type: "search", Autocomplete: "off"},
	}
	at := func(before survey.ID) string { return ledgerURL(f, who, before) }
	if f.Before > 0 {
		p.Pager.Newer = at(0)
	}
	if len(entries) > ledgerPageSize {
		entries = entries[:ledgerPageSize]
		p.Pager.Older = at(entries[ledgerPageSize-1].ID)
	}
	if p.Table, err = h.ledgerTable(r, entries, surveyNames(surveys)); err != nil {
		return err
	}
	return h.s.render(r, http.StatusOK, templates.LedgerList(p))
}

// ledgerFilter reads the filter of the address. found is false when it names a person whom nobody knows.
func (h *inviting) ledgerFilter(r *Request) (f asking.LedgerFilter, who string, found bool, err error) {
	if d := asking.Decision(r.Query("decision")); slices.Contains(asking.Decisions(), d) {
		f.Decision = d
	}
	f.SurveyID, _ = strconv.ParseInt(r.Query("survey"), 10, 64) // what is no number filters nothing
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64)
	f.Before = survey.ID(max(before, 0))
	if who = people.FoldAddress(r.Query("who")); who == "" {
		return f, who, true, nil
	}
	c, err := h.Store.ContactByEmail(r.HTTP().Context(), who)
	if errors.Is(err, survey.ErrNotFound) {
		return f, who, false, nil
	}
	f.ContactID = c.ID
	return f, who, true, err
}

func ledgerURL(f asking.LedgerFilter, who string, before survey.ID) string {
	q := url.Values{}
	for name, value := range map[string]string{"decision": string(f.Decision), "who": who} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.SurveyID != 0 {
		q.Set("survey", strconv.FormatInt(f.SurveyID, 10))
	}
	if before > 0 {
		q.Set("before", before.String())
	}
	if len(q) == 0 {
		return invitingPath
	}
	return invitingPath + "?" + q.Encode()
}

func decisionOptions(r *Request, selected asking.Decision) []ui.Option {
	options := []ui.Option{{Label: r.Words.T("ledger.decision.all")}}
	for _, d := range asking.Decisions() {
		options = append(options, ui.Option{Value: string(d), Label: decisionText(r.Words, d)})
	}
	return ui.Select(string(selected), options)
}

func (h *inviting) ledgerTable(r *Request, entries []asking.Entry, names map[int64]string) (ui.Table, error) {
	w := r.Words
	t := ui.Table{Caption: w.T("inviting.title"), Columns: []ui.Column{
		{Text: w.T("ledger.at")}, {Text: w.T("ledger.person")}, {Text: w.T("ledger.survey")}, {Text: w.T("ledger.decision")},
	}}
	var ids []survey.ID
	for _, e := range entries {
		if e.ContactID != 0 {
			ids = append(ids, e.ContactID)
		}
	}
	slices.Sort(ids)
	contacts, err := h.contactsOf(r.HTTP().Context(), slices.Compact(ids))
	if err != nil {
		return t, err
	}
	for _, e := range entries {
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: w.DateTime(e.At, h.Zone())},
			r.personCell(e.ContactID, contacts[e.ContactID]),
			{Text: names[e.SurveyID], Href: surveyPath(e.SurveyID)},
			{Text: decisionText(w, e.Decision), Sub: joined(reasonText(w, e.Reason), e.Detail)},
		})
	}
	return t, nil
}

// joined puts what is there of two texts side by side.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}
