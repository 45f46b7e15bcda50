package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// unconfirmedPageSize is how many clicks a page lists.
const unconfirmedPageSize = 30

// unconfirmed lists clicks and answers of one survey that no person has confirmed, with why they seem to be a program's.
func (h *inviting) unconfirmed(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	frame, err := h.frame(r, "unconfirmed.title", templates.UnconfirmedPath)
	if err != nil {
		return err
	}
	frame.Sub = w.T("unconfirmed.sub")
	surveys, err := (&results{h.s.deps.Results, h.s}).answerable(r)
	if err != nil {
		return err
	}
	id, err := surveyID(r.Query("survey"))
	if err != nil {
		return err
	}
	if id == 0 && len(surveys) > 0 {
		id = surveys[0].ID
	}
	p := templates.Unconfirmed{F: frame, Surveys: ui.Select(strconv.FormatInt(id, 10), surveyOptions(surveys, ui.Option{}, id)[1:])}
	path := templates.UnconfirmedPath + "?survey=" + strconv.FormatInt(id, 10)
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64)
	list, err := h.Store.Unconfirmed(ctx, id, survey.ID(max(before, 0)), unconfirmedPageSize+1)
	if err != nil {
		return err
	}
	if before > 0 {
		p.Pager.Newer = path
	}
	if len(list) > unconfirmedPageSize {
		list = list[:unconfirmedPageSize]
		p.Pager.Older = path + "&before=" + list[unconfirmedPageSize-1].ID.String()
	}
	var ids []survey.ID
	for _, v := range list {
		ids = append(ids, v.ContactID)
	}
	contacts, err := h.contactsOf(ctx, ids)
	if err != nil {
		return err
	}
	for _, v := range list {
		row, err := h.unconfirmedRow(r, v, contacts[v.ContactID])
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	return h.s.render(r, http.StatusOK, templates.UnconfirmedPage(p))
}

func (h *inviting) unconfirmedRow(r *Request, v survey.Invitation, c survey.Contact) (templates.UnconfirmedRow, error) {
	ctx, w := r.HTTP().Context(), r.Words
	row := templates.UnconfirmedRow{ID: v.ID.String(), Person: r.personCell(v.ContactID, c), Rating: strconv.Itoa(v.ClickRating)}
	if v.ContactID == 0 {
		if row.Person = (ui.Cell{Text: w.T("unconfirmed.nobody")}); v.OrderRef != "" {
			row.Person.Text = w.T("survey.order", "order", v.OrderRef)
		}
	}
	at := v.OpenedAt
	given, err := h.Store.Response(ctx, v.ID)
	switch {
	case err == nil:
		row.Held, row.Answer, row.Comment, at = true, "/responses/"+row.ID, given.Comment, given.AnsweredAt
		if given.Rating != survey.NoRating {
			row.Rating = strconv.Itoa(given.Rating)
		}
	case !errors.Is(err, survey.ErrNotFound):
		return row, err
	}
	if !at.IsZero() {
		row.When = w.DateTime(at, h.Zone())
	}
	clicks, err := h.Store.Clicks(ctx, v.ID)
	if err != nil {
		return row, err
	}
	verdict := survey.Judge(clicks, v.Delivered())
	row.Reasons = reasonTexts(w, verdict.Hints)
	row.Count = templates.UnconfirmedPath + "/" + row.ID
	return row, nil
}

// reasonTexts says in words why clicks are taken for a program's.
func reasonTexts(w *words.Words, why survey.Reason) (all []string) {
	for _, one := range []struct {
		bit survey.Reason
		key string
	}{
		{survey.ManyScores, "many_scores"},
		{survey.TrapHit, "trap"},
		{survey.HeadFirst, "head"},
		{survey.TooSoon, "soon"},
		{survey.ByScript, "script"},
		{survey.KnownScanner, "agent"},
	} {
		if why&one.bit != 0 {
			all = append(all, w.T("unconfirmed.reason."+one.key))
		}
	}
	return all
}

// countClick makes a click count, or what was held back.
func (h *inviting) countClick(r *Request) error {
	var none struct{}
	if err := r.decode(&none); err != nil {
		return err
	}
	id, err := r.id("id")
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	inv, err := h.Store.Invitation(ctx, survey.ID(id))
	if err != nil {
		return missing(err)
	}
	back := templates.UnconfirmedPath + "?survey=" + strconv.FormatInt(inv.SurveyID, 10)
	err = h.s.deps.Asking.Reception.Count(ctx, inv.ID, r.User.ID, func(ctx context.Context) error {
		return h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: "response.count", Object: "response " + inv.ID.String()})
	})
	if errors.Is(err, survey.ErrNothingClicked) {
		return r.done(back, "flash.click_nothing")
	}
	if err != nil {
		return missing(err)
	}
	return r.done(back, "flash.click_counted")
}
