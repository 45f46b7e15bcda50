package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// contactIn is a person as a program tells about them.
type contactIn struct {
	ExternalID string `json:"external_id"`
	Email      string `json:"email"`
	Name       string `json:"name"`
	Locale     string `json:"locale"`
	TimeZone   string `json:"time_zone"`
	Consent    *bool  `json:"consent"`
	Properties bag    `json:"properties"`
}

func (in contactIn) contact() survey.Contact {
	c := survey.Contact{ExternalID: in.ExternalID, Email: in.Email, Name: in.Name, Language: in.Locale, Zone: in.TimeZone, Properties: in.Properties}
	switch {
	case in.Consent == nil:
	case *in.Consent:
		c.Consent = survey.ConsentGiven
	default:
		c.Consent = survey.ConsentRefused
	}
	return c
}

// postContacts adds or changes people.
func (a *api) postContacts(c *apiCall) error {
	return a.takeIn(c, func(_ *occasionContext, text json.RawMessage) (people.Row, map[string][]string) {
		var in contactIn
		problems := decodeItem(text, &in)
		return people.Row{Contact: in.contact()}, problems
	})
}

// takeIn reads a body of one or many things, takes them in, and says of each what became of it. Replies have ids and no data of people, since they are kept
// for a day.
func (a *api) takeIn(c *apiCall, read func(*occasionContext, json.RawMessage) (people.Row, map[string][]string)) error {
	body, err := c.read()
	if err != nil {
		return err
	}
	texts, batch, err := items(body)
	if err != nil {
		return err
	}
	return a.once(c, body, func(ctx context.Context) (int, any, error) {
		in, err := a.occasionContext(ctx)
		if err != nil {
			return 0, nil, err
		}
		replies := make([]map[string]any, len(texts))
		var rows []people.Row
		var at []int
		for i, text := range texts {
			row, problems := read(in, text)
			if problems != nil {
				replies[i] = (&apiError{Status: http.StatusUnprocessableEntity, Errors: problems}).reply()
				continue
			}
			rows, at = append(rows, row), append(at, i)
		}
		results, err := a.Intake.Take(ctx, rows)
		if err != nil {
			return 0, nil, err
		}
		for i, r := range results {
			replies[at[i]] = resultReply(r)
		}
		if !batch {
			return replies[0]["status"].(int), replies[0], nil
		}
		return http.StatusOK, map[string]any{"results": replies}, nil
	})
}

// fates are what became of a thing, as programs read it.
var fates = map[people.Fate]string{people.Same: "unchanged", people.Added: "added", people.Changed: "changed", people.Merged: "merged"}

// resultReply says what became of a row.
func resultReply(r people.Result) map[string]any {
	if r.Refused != "" {
		field, text := refusedText(r.Refused)
		return (&apiError{Status: http.StatusUnprocessableEntity, Reason: string(r.Refused), Errors: map[string][]string{field: {text}}}).reply()
	}
	if slices.Contains(r.Warnings, people.OfAnother) {
		m := (&apiError{Status: http.StatusConflict, Reason: string(people.OfAnother), Errors: map[string][]string{"id": {"was told before, of another contact"}}}).reply()
		m["contact_id"], m["contact"] = idText(r.ContactID), fates[r.Contact] // what was told of the contact is kept
		return m
	}
	m := map[string]any{"status": http.StatusOK, "contact_id": idText(r.ContactID), "contact": fates[r.Contact]}
	fate := r.Contact
	if r.OccasionID != 0 {
		m["id"], m["result"] = idText(r.OccasionID), fates[r.Occasion]
		fate = r.Occasion
	}
	if fate == people.Added {
		m["status"] = http.StatusCreated
	}
	if len(r.Warnings) > 0 {
		m["warnings"] = r.Warnings
	}
	return m
}

// refusedText says which field a row was refused for, and why.
func refusedText(r people.Reason) (field, text string) {
	switch r {
	case people.Unnamed:
		return "email", "must be given, or an external_id"
	case people.NoAddress:
		return "email", "is no address that can get mail"
	case people.LongName:
		return "external_id", "is too long"
	case people.WasErased:
		return "email", "belongs to a person who was erased on request"
	case people.NoTime:
		return "at", "must be given"
	case people.OccasionRange:
		return "at", "is too far away"
	case people.BadKind:
		return "event", "must be small letters, digits and . _ - in between"
	case people.LongNumber:
		return "id", "is too long, or the order is"
	default:
		return "body", string(r)
	}
}

// contactOut is a person as a program reads them.
type contactOut struct {
	ID          string            `json:"id"`
	ExternalID  *string           `json:"external_id"`
	Email       *string           `json:"email"`
	Name        *string           `json:"name"`
	Locale      *string           `json:"locale"`
	TimeZone    *string           `json:"time_zone"`
	Consent     *bool             `json:"consent"`
	Properties  map[string]string `json:"properties"`
	Suppressed  *string           `json:"suppressed"`
	LastAskedAt *string           `json:"last_asked_at"`
	BouncedAt   *string           `json:"bounced_at"`
	CreatedAt   *string           `json:"created_at"`
	ChangedAt   *string           `json:"changed_at"`
}

// contactOf writes a person out.
func (a *api) contactOf(ctx context.Context, c survey.Contact) (contactOut, error) {
	out := contactOut{
		ID: idText(c.ID), ExternalID: orNull(c.ExternalID), Email: orNull(c.Email), Name: orNull(c.Name), Locale: orNull(c.Language), TimeZone: orNull(c.Zone),
		Properties: c.Properties, LastAskedAt: stamp(c.AskedAt), BouncedAt: stamp(c.BouncedAt), CreatedAt: stamp(c.CreatedAt), ChangedAt: stamp(c.ChangedAt),
	}
	if out.Properties == nil {
		out.Properties = map[string]string{}
	}
	if c.Consent != survey.ConsentUnknown {
		given := c.Consent == survey.ConsentGiven
		out.Consent = &given
	}
	stopped, err := a.s.deps.Privacy.Stops.Of(ctx, c)
	if errors.Is(err, survey.ErrNotFound) {
		return out, nil
	}
	out.Suppressed = orNull(string(stopped.Reason))
	return out, err
}

// errAPINotFound says that there is no such thing.
var errAPINotFound = &apiError{Status: http.StatusNotFound}

// contactByID reads the contact that the address names.
func (a *api) contactByID(c *apiCall) (survey.Contact, error) {
	id, err := c.id("id")
	if err != nil {
		return survey.Contact{}, errAPINotFound
	}
	found, err := a.Store.Contact(c.HTTP().Context(), survey.ID(id))
	if errors.Is(err, survey.ErrNotFound) {
		err = errAPINotFound
	}
	return found, err
}

// getContact reads one person.
func (a *api) getContact(c *apiCall) error {
	found, err := a.contactByID(c)
	if err != nil {
		return err
	}
	out, err := a.contactOf(c.HTTP().Context(), found)
	if err != nil {
		return err
	}
	return sendJSON(c.c, http.StatusOK, out)
}

// findContacts finds people by their address or the shop's number: none or one.
func (a *api) findContacts(c *apiCall) error {
	ctx := c.HTTP().Context()
	email, number := c.Query("email"), c.Query("external_id")
	var found survey.Contact
	var err error
	switch {
	case (email == "") == (number == ""):
		return &apiError{Status: http.StatusUnprocessableEntity, Errors: map[string][]string{"email": {"or external_id must be given, and not both"}}}
	case email != "":
		found, err = a.Store.ContactByEmail(ctx, people.FoldAddress(email))
	default:
		found, err = a.Store.ContactByExternalID(ctx, number)
	}
	list := []contactOut{}
	if err == nil {
		var out contactOut
		out, err = a.contactOf(ctx, found)
		list = append(list, out)
	}
	if err != nil && !errors.Is(err, survey.ErrNotFound) {
		return err
	}
	return sendJSON(c.c, http.StatusOK, list)
}
