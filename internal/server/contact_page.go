package server

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// contactRows is how much of each kind the page of a contact shows.
const contactRows = 100

// contactOf reads the contact that the address names.
func (h *contacts) contactOf(r *Request) (survey.Contact, error) {
	id, err := r.id("id")
	if err != nil {
		return survey.Contact{}, err
	}
	c, err := h.Store.Contact(r.HTTP().Context(), survey.ID(id))
	return c, missing(err)
}

// show is all that is known of one contact: what names it, when it was asked and may be asked again, what happened, what was decided, what it answered.
func (h *contacts) show(r *Request) error {
	c, err := h.contactOf(r)
	if err != nil {
		return err
	}
	ctx, w := r.HTTP().Context(), r.Words
	zone, err := h.s.zone(ctx)
	if err != nil {
		return err
	}
	p := templates.Contact{S: r.shell(contactName(r, c), contactsPath), MayEdit: may(r, account.ImportData), NewPath: contactPath(c.ID) + "/more"}
	if p.MayEdit && h.s.has(http.MethodGet, contactsPath+"/:id/erase") {
		p.Actions = []ui.Link{{Text: w.T("person.export"), Href: contactPath(c.ID) + "/export.json"}, {Text: w.T("person.erase"), Href: contactPath(c.ID) + "/erase"}}
	}
	p.About = contactFacts(r, c, zone)
	if p.Asking, err = h.askable(r, c, zone); err != nil {
		return err
	}
	names, err := h.names(ctx, r)
	if err != nil {
		return err
	}
	for _, fill := range []func(context.Context, *Request, survey.Contact, contactNames, *time.Location) (ui.Table, error){
		h.occasionTable, h.invitationTable, h.decisionTable, h.answerTable, h.mergeTable,
	} {
		t, err := fill(ctx, r, c, names, zone)
		if err != nil {
			return err
		}
		if len(t.Rows) > 0 {
			p.Tables = append(p.Tables, t)
		}
	}
	if len(p.Tables) == 0 {
		p.Nothing = w.T("contacts.nothing")
	}
	return h.s.render(r, http.StatusOK, templates.ContactPage(p))
}

// contactNames are the names of what a contact's rows point at.
type contactNames struct {
	surveys     map[int64]string
	touchpoints map[int64]string
}

func (h *contacts) names(ctx context.Context, r *Request) (contactNames, error) {
	n := contactNames{map[int64]string{}, map[int64]string{}}
	surveys, err := h.Store.Surveys(ctx)
	if err != nil {
		return n, err
	}
	for _, s := range surveys {
		n.surveys[s.ID] = s.Name
	}
	touchpoints, err := h.Store.Touchpoints(ctx)
	for _, t := range touchpoints {
		n.touchpoints[t.ID] = nameOf(r, t)
	}
	return n, err
}

// contactFacts lists what the shop told.
func contactFacts(r *Request, c survey.Contact, zone *time.Location) []templates.Pair {
	w := r.Words
	var all []templates.Pair
	add := func(key, value string) {
		if value != "" {
			all = append(all, templates.Pair{Name: w.T(key), Value: value})
		}
	}
	add("contacts.email", c.Email)
	add("contacts.bad_email", c.BadEmail)
	add("contacts.name", c.Name)
	add("contacts.number", c.ExternalID)
	add("contacts.language", c.Language)
	add("contacts.zone", c.Zone)
	add("contacts.consent", w.T("contacts.consent."+map[survey.Consent]string{survey.ConsentUnknown: "unknown", survey.ConsentGiven: "given", survey.ConsentRefused: "refused"}[c.Consent]))
	for _, name := range slices.Sorted(maps.Keys(c.Properties)) {
		all = append(all, templates.Pair{Name: name, Value: c.Properties[name]})
	}
	add("contacts.added", w.DateTime(c.CreatedAt, zone))
	add("contacts.changed", dateTimeOr(r, c.ChangedAt, zone))
	return all
}

// askable says when the contact was last asked, and when it may be asked again, or why not.
func (h *contacts) askable(r *Request, c survey.Contact, zone *time.Location) ([]templates.Pair, error) {
	ctx, w := r.HTTP().Context(), r.Words
	asked := w.T("contacts.asked.never")
	if !c.AskedAt.IsZero() {
		asked = w.DateTime(c.AskedAt, zone)
	}
	next, err := h.next(ctx, r, c, zone)
	if err != nil {
		return nil, err
	}
	return []templates.Pair{{Name: w.T("contacts.asked"), Value: asked}, {Name: w.T("contacts.next"), Value: next}}, nil
}

func (h *contacts) next(ctx context.Context, r *Request, c survey.Contact, zone *time.Location) (string, error) {
	w := r.Words
	stop, err := h.Stops.Of(ctx, c)
	if err != nil && !errors.Is(err, survey.ErrNotFound) {
		return "", err
	}
	switch {
	case err == nil:
		return w.T("contacts.next.suppressed", "reason", w.T("suppressed.reason."+string(stop.Reason)), "at", w.DateTime(stop.At, zone)), nil
	case c.Email == "":
		return w.T("contacts.next.no_address"), nil
	case !c.BouncedAt.IsZero():
		return w.T("contacts.next.bounced", "at", w.DateTime(c.BouncedAt, zone)), nil
	case c.Consent == survey.ConsentRefused:
		return w.T("contacts.next.refused"), nil
	}
	throttle, err := asking.ReadThrottle(ctx, h.Store)
	if err != nil {
		return "", err
	}
	text := w.T("contacts.next.now")
	if until := throttle.Until(c.AskedAt, "", 0); until.After(h.s.deps.Now()) {
		text = w.DateTime(until, zone)
	}
	if len(throttle.Schemes)+len(throttle.Touchpoints) > 0 {
		text += ". " + w.T("contacts.next.others")
	}
	return text, nil
}

func (h *contacts) occasionTable(ctx context.Context, r *Request, c survey.Contact, names contactNames, zone *time.Location) (ui.Table, error) {
	w := r.Words
	found, err := h.Store.Occasions(ctx, c.ID, contactRows)
	t := ui.Table{Caption: w.T("contacts.occasions"), Columns: []ui.Column{
		{Text: w.T("contacts.occasion.at")}, {Text: w.T("contacts.occasion.kind")}, {Text: w.T("contacts.occasion.number")}, {Text: w.T("contacts.occasion.order")}, {Text: w.T("results.touchpoint")},
	}}
	for _, o := range found {
		kind, number := o.Kind, o.ExternalID
		switch kind {
		case people.Purchase:
			kind = w.T("contacts.occasion.purchase")
		case asking.CallKind:
			kind, number = w.T("contacts.occasion.segment"), ""
		}
		if number == "" || number[:1] == people.NamelessMark {
			number = "–"
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: w.DateTime(o.At, zone)}, {Text: kind}, {Text: number}, {Text: dash(o.OrderRef)}, {Text: dash(names.touchpoints[o.Touchpoint])}})
	}
	return t, err
}

func (h *contacts) invitationTable(ctx context.Context, r *Request, c survey.Contact, names contactNames, zone *time.Location) (ui.Table, error) {
	w := r.Words
	found, err := h.Store.ContactInvitations(ctx, c.ID, contactRows)
	t := ui.Table{Caption: w.T("contacts.invitations"), Columns: []ui.Column{
		{Text: w.T("contacts.invitation.made")}, {Text: w.T("results.survey")}, {Text: w.T("contacts.invitation.state")}, {Text: w.T("contacts.invitation.sent")}, {Text: w.T("contacts.invitation.answered")},
	}}
	for _, v := range found {
		answered := ui.Cell{Text: dash(dateTimeOr(r, v.AnsweredAt, zone))}
		if !v.AnsweredAt.IsZero() {
			answered.Href = "/responses/" + v.ID.String()
		}
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: w.DateTime(v.CreatedAt, zone)},
			{Text: names.surveys[v.SurveyID], Sub: names.touchpoints[v.Touchpoint]},
			{Text: decisionText(w, asking.Decision(v.State))},
			{Text: dash(dateTimeOr(r, v.SentAt, zone))},
			answered,
		})
	}
	return t, err
}

func (h *contacts) decisionTable(ctx context.Context, r *Request, c survey.Contact, names contactNames, zone *time.Location) (ui.Table, error) {
	w := r.Words
	found, err := h.Store.Ledger(ctx, asking.LedgerFilter{ContactID: c.ID}, contactRows)
	t := ui.Table{Caption: w.T("contacts.decisions"), Columns: []ui.Column{
		{Text: w.T("contacts.decision.at")}, {Text: w.T("results.survey")}, {Text: w.T("contacts.decision.what")}, {Text: w.T("contacts.decision.why")},
	}}
	for _, e := range found {
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: w.DateTime(e.At, zone)}, {Text: names.surveys[e.SurveyID]}, {Text: decisionText(w, e.Decision)}, {Text: dash(reasonText(w, e.Reason)), Sub: e.Detail},
		})
	}
	return t, err
}

func (h *contacts) answerTable(ctx context.Context, r *Request, c survey.Contact, names contactNames, zone *time.Location) (ui.Table, error) {
	w := r.Words
	found, err := h.Store.ContactResponses(ctx, c.ID, contactRows)
	t := ui.Table{Caption: w.T("contacts.answers"), Columns: []ui.Column{
		{Text: w.T("responses.when")}, {Text: w.T("results.survey")}, {Text: w.T("responses.rating"), Num: true}, {Text: w.T("responses.comment")},
	}}
	for _, a := range found {
		rating := "–"
		if a.Rating != survey.NoRating {
			rating = w.Int(int64(a.Rating))
		}
		t.Rows = append(t.Rows, []ui.Cell{
			{Text: w.DateTime(a.AnsweredAt, zone), Href: "/responses/" + a.ID.String()},
			{Text: names.surveys[a.SurveyID], Sub: names.touchpoints[a.Touchpoint]},
			{Text: rating},
			{Text: a.Comment, Lang: a.Language},
		})
	}
	return t, err
}

func (h *contacts) mergeTable(ctx context.Context, r *Request, c survey.Contact, _ contactNames, zone *time.Location) (ui.Table, error) {
	w := r.Words
	found, err := h.Store.MergesInto(ctx, c.ID, contactRows)
	t := ui.Table{Caption: w.T("contacts.merges"), Columns: []ui.Column{{Text: w.T("contacts.merge.at")}, {Text: w.T("contacts.merge.gone")}, {Text: w.T("contacts.merge.why")}}}
	for _, m := range found {
		t.Rows = append(t.Rows, []ui.Cell{{Text: w.DateTime(m.At, zone)}, {Text: mergedNames(m)}, {Text: w.T("contacts.merge." + string(m.Reason))}})
	}
	return t, err
}
