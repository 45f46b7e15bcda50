package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// contactForm is one person, and perhaps what happened, as staff type it.
type contactForm struct {
	Email      string `form:"email"`
	Number     string `form:"number"`
	Name       string `form:"name"`
	Language   string `form:"language"`
	Zone       string `form:"zone"`
	Consent    string `form:"consent"`
	Happened   bool   `form:"happened"`
	Event      string `form:"event"`
	Purchase   string `form:"purchase"`
	Order      string `form:"order"`
	At         string `form:"at"`
	Touchpoint string `form:"touchpoint"`
}

// inputTime is how browsers send a day and a time of day.
const inputTime = "2006-01-02T15:04"

func (h *contacts) newPage(r *Request) error {
	return h.form(r, http.StatusOK, contactsPath+"/new", contactForm{}, nil)
}

// morePage is the form about a contact that is there: what is left blank stays.
func (h *contacts) morePage(r *Request) error {
	c, err := h.contactOf(r)
	if err != nil {
		return err
	}
	f := contactForm{
		Email: c.Email, Number: c.ExternalID, Name: c.Name, Language: c.Language, Zone: c.Zone,
		Consent: map[survey.Consent]string{survey.ConsentGiven: "given", survey.ConsentRefused: "refused"}[c.Consent],
	}
	return h.form(r, http.StatusOK, contactPath(c.ID)+"/more", f, nil)
}

func (h *contacts) form(r *Request, status int, action string, f contactForm, problems ui.Problems) error {
	ctx, w := r.HTTP().Context(), r.Words
	touchpoints, err := h.Store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	title := w.T("contacts.new")
	back := ui.Link{Text: w.T("contacts.title"), Href: contactsPath}
	if action != contactsPath+"/new" {
		title = w.T("contacts.more")
		back = ui.Link{Text: w.T("contacts.back"), Href: strings.TrimSuffix(action, "/more")}
	}
	p := templates.ContactForm{S: r.shell(title, contactsPath), Back: back, Action: action, Happened: f.Happened}
	p.S.Problems = problems
	text := func(id, key, value, kind, hint string) ui.Field {
		return ui.Field{ID: id, Label: w.T(key), Value: value, Type: kind, Hint: hint, Autocomplete: "off", Error: problems.At(id)}
	}
	p.Person = []ui.Field{
		text("email", "contacts.email", f.Email, "email", ""), text("number", "contacts.number", f.Number, "", w.T("contacts.number_hint")),
		text("name", "contacts.name", f.Name, "", ""), text("language", "contacts.language", f.Language, "", w.T("contacts.language_hint")),
	}
	p.Zones = append([]ui.Option{{Label: w.T("contacts.zone.unknown"), Selected: f.Zone == ""}}, zoneOptions(f.Zone)...)
	p.Consents = ui.Select(f.Consent, []ui.Option{
		{Value: "", Label: w.T("contacts.consent.unknown")}, {Value: "given", Label: w.T("contacts.consent.given")}, {Value: "refused", Label: w.T("contacts.consent.refused")},
	})
	at := text("at", "contacts.occasion.at", f.At, "datetime-local", w.T("contacts.occasion.at_hint"))
	p.Occasion = []ui.Field{
		at, text("order", "contacts.occasion.order", f.Order, "", ""), text("purchase", "contacts.form.number", f.Purchase, "", ""),
		text("event", "import.event", f.Event, "", w.T("import.event_hint")),
	}
	p.Touchpoints = []ui.Option{{Label: w.T("contacts.occasion.by_rule")}}
	for _, t := range touchpoints {
		if t.ArchivedAt.IsZero() {
			p.Touchpoints = append(p.Touchpoints, ui.Option{Value: strconv.FormatInt(t.ID, 10), Label: nameOf(r, t)})
		}
	}
	p.Touchpoints = ui.Select(f.Touchpoint, p.Touchpoints)
	return h.s.render(r, status, templates.ContactFormPage(p))
}

func (h *contacts) create(r *Request) error { return h.take(r, contactsPath+"/new", nil) }

// more takes what is new about a contact that is there.
func (h *contacts) more(r *Request) error {
	c, err := h.contactOf(r)
	if err != nil {
		return err
	}
	return h.take(r, contactPath(c.ID)+"/more", []string{people.NumberName(c.ExternalID), people.AddressName(c.Email)})
}

// take takes the form in as a row of a file would be, about the contact with the names of.
func (h *contacts) take(r *Request, action string, of []string) error {
	var f contactForm
	if err := r.decode(&f); err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	row, problems, err := h.row(ctx, r, f)
	if err != nil {
		return err
	}
	row.Of = of
	if len(problems) > 0 {
		return h.form(r, http.StatusUnprocessableEntity, action, f, problems)
	}
	var result people.Result
	err = h.Store.InTx(ctx, func(ctx context.Context) error {
		results, err := h.Intake.Take(ctx, []people.Row{row})
		if err != nil {
			return err
		}
		if result = results[0]; result.Refused != "" {
			return nil
		}
		return h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: "contact.save", Object: "contact " + result.ContactID.String()})
	})
	if err != nil {
		return err
	}
	if result.Refused != "" {
		return h.form(r, http.StatusUnprocessableEntity, action, f, ui.Problems{{Field: refusedField(result.Refused), Text: r.Words.T("contacts.refused." + string(result.Refused))}})
	}
	return r.done(contactPath(result.ContactID), "flash.contact_saved")
}

// row reads the form. What a file's row would only be warned about is a problem here: somebody is there to mend it.
func (h *contacts) row(ctx context.Context, r *Request, f contactForm) (row people.Row, problems ui.Problems, err error) {
	w := r.Words
	problem := func(field, key string) { problems = append(problems, ui.Problem{Field: field, Text: w.T(key)}) }
	row.Contact = survey.Contact{
		Email: strings.TrimSpace(f.Email), ExternalID: f.Number, Name: f.Name, Language: f.Language, Zone: f.Zone,
		Consent: map[string]survey.Consent{"given": survey.ConsentGiven, "refused": survey.ConsentRefused}[f.Consent],
	}
	if row.Contact.Email != "" && !survey.PlainAddress(row.Contact.Email) {
		problem("email", "error.email_invalid")
	}
	if strings.TrimSpace(f.Language) != "" && people.Language(f.Language) == "" {
		problem("language", "contacts.refused.language")
	}
	if !f.Happened && f.At+f.Order+f.Purchase+f.Event == "" { // who typed something of it meant it
		return row, problems, nil
	}
	zone, err := h.s.zone(ctx)
	if err != nil {
		return row, nil, err
	}
	o := &people.Occasion{Kind: f.Event, ExternalID: f.Purchase, OrderRef: f.Order, At: h.s.deps.Now()}
	if strings.TrimSpace(o.Kind) == "" {
		o.Kind = people.Purchase
	}
	if f.At != "" {
		if o.At, err = time.ParseInLocation(inputTime, f.At, zone); err != nil {
			problem("at", "contacts.refused.at")
		}
	}
	o.Touchpoint, _ = strconv.ParseInt(f.Touchpoint, 10, 64) // the list offers only numbers; anything else is none
	row.Occasion = o
	return row, problems, nil
}

// refusedField is where the form says why it was refused.
func refusedField(reason people.Reason) string {
	switch reason {
	case people.LongName:
		return "number"
	case people.LongNumber:
		return "order"
	case people.BadKind:
		return "event"
	case people.NoTime, people.OccasionRange:
		return "at"
	}
	return "email"
}
