package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// contactObject names a contact in the audit log: by the key of the address, of the shop's number, or by our own number of one who has neither.
func (d *PrivacyDeps) contactObject(c survey.Contact) string {
	switch {
	case c.Email == "" && c.ExternalID != "":
		return people.NumberObject(d.Stops.Key, c.ExternalID)
	case c.Email == "":
		return "contact " + c.ID.String()
	}
	return people.KeyObject(d.Stops.KeyOf(c.Email))
}

// personOf reads the contact that the address of the page names.
func (h *privacy) personOf(r *Request) (survey.Contact, error) {
	id, err := r.id("id")
	if err != nil {
		return survey.Contact{}, err
	}
	c, err := h.Store.Contact(r.HTTP().Context(), survey.ID(id))
	if errors.Is(err, survey.ErrNotFound) {
		err = errNotFound
	}
	return c, err
}

// personCopy sends everything that is stored about a person.
func (h *privacy) personCopy(r *Request) error {
	c, err := h.personOf(r)
	if err != nil {
		return err
	}
	text, err := h.copyOf(r.HTTP().Context(), c, account.Entry{ActorID: r.User.ID, Actor: r.User.Email}, h.s)
	if err != nil {
		return err
	}
	header := r.Writer().Header()
	header.Set("Content-Disposition", `attachment; filename="person-`+c.ID.String()+`.json"`)
	return sendJSONText(r.c, http.StatusOK, text)
}

// copyOf writes a person's copy and records that it was made; by is who makes it.
func (d *PrivacyDeps) copyOf(ctx context.Context, c survey.Contact, by account.Entry, s *Server) ([]byte, error) {
	all, err := d.Privacy.Copy(ctx, c)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, err
	}
	by.Action, by.Object = "contact.export", d.contactObject(c)
	return text, s.deps.Accounts.Record(ctx, by)
}

// eraseOf erases a person and records it, both or neither.
func (d *PrivacyDeps) eraseOf(ctx context.Context, c survey.Contact, by account.Entry, s *Server) (done people.Erasure, err error) {
	by.Action, by.Object = "contact.erase", d.contactObject(c)
	err = d.Stops.Store.InTx(ctx, func(ctx context.Context) error {
		if done, err = d.Privacy.Erase(ctx, c.ID); err != nil {
			return err
		}
		by.Detail = map[string]string{"answers": strconv.FormatInt(done.Responses, 10)}
		return s.deps.Accounts.Record(ctx, by)
	})
	return done, err
}

func (h *privacy) confirmErase(r *Request) error {
	c, err := h.personOf(r)
	if err != nil {
		return err
	}
	w, name := r.Words, c.Name
	for _, other := range []string{c.Email, c.ExternalID, w.T("person.nameless")} {
		if name == "" {
			name = other
		}
	}
	title := w.T("person.erase.title", "name", name)
	return h.s.render(r, http.StatusOK, templates.ConfirmPage(r.shell(title, "/contacts"), ui.Confirm{
		Title: title, Body: w.T("person.erase.body"), Action: contactPath(c.ID) + "/erase", Button: w.T("person.erase.button"), Risk: true,
		Cancel: w.T("common.cancel"), Back: contactPath(c.ID),
	}))
}

func (h *privacy) erase(r *Request) error {
	if err := r.decode(&struct{}{}); err != nil {
		return err
	}
	c, err := h.personOf(r)
	if err != nil {
		return err
	}
	_, err = h.eraseOf(r.HTTP().Context(), c, account.Entry{ActorID: r.User.ID, Actor: r.User.Email}, h.s)
	if errors.Is(err, survey.ErrNotFound) {
		return errNotFound
	}
	if err != nil {
		return err
	}
	return r.done("/contacts", "flash.person_erased")
}

// by names a program in the audit log.
func (c *apiCall) by() account.Entry {
	return account.Entry{Actor: "key " + c.key.Prefix, Detail: map[string]string{"key": c.key.Name}}
}

// exportContact sends everything that is stored about a person to a program.
func (a *api) exportContact(c *apiCall) error {
	found, err := a.contactByID(c)
	if err != nil {
		return err
	}
	text, err := a.s.deps.Privacy.copyOf(c.HTTP().Context(), found, c.by(), a.s)
	if errors.Is(err, survey.ErrNotFound) {
		return errAPINotFound
	}
	if err != nil {
		return err
	}
	return sendJSONText(c.c, http.StatusOK, text)
}

// eraseContact erases a person for a program.
func (a *api) eraseContact(c *apiCall) error {
	found, err := a.contactByID(c)
	if err != nil {
		return err
	}
	done, err := a.s.deps.Privacy.eraseOf(c.HTTP().Context(), found, c.by(), a.s)
	if errors.Is(err, survey.ErrNotFound) {
		return errAPINotFound
	}
	if err != nil {
		return err
	}
	return sendJSON(c.c, http.StatusOK, map[string]any{"ok": true, "answers_kept": done.Responses, "comments_removed": done.Comments, "rows_removed": done.Rows})
}
