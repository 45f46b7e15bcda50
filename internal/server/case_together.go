package server

import (
	"errors"
	"net/http"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// keepDraft keeps what the user has typed: by itself while they type, or by a button.
func (h *inbox) keepDraft(r *Request) error {
	var f struct {
		saw
		Kind     string `form:"kind"`
		Body     string `form:"body"`
		Heard    bool   `form:"heard"`
		Template string `form:"template"`
		Quiet    bool   `form:"quiet"` // by the script, which wants no page
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	c, err := h.caseOf(r)
	if err != nil {
		return err
	}
	err = h.Together.Keep(r.HTTP().Context(), c.ID, r.User.ID, f.Kind, f.Body)
	switch {
	case errors.Is(err, followup.ErrDraft) && f.Kind == followup.DraftNote && !f.Quiet:
		return h.refuseCase(r, http.StatusUnprocessableEntity, func(v *templates.Case) { v.Note.Body = f.Body },
			ui.Problem{Field: "body", Text: r.Words.T("case.error.note")})
	case errors.Is(err, followup.ErrDraft):
		return errBadForm
	case err != nil:
		return err
	case f.Quiet:
		return r.c.NoContent(http.StatusNoContent)
	}
	return r.done(h.back(r, c.ID, ""), "flash.case_draft")
}

// here notes that the user still has the case before them, and says who else has.
func (h *inbox) here(r *Request) error {
	var f struct {
		Left bool `form:"left"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	c, err := h.caseOf(r)
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	if f.Left {
		if err := h.Together.Left(ctx, c.ID, r.User.ID); err != nil {
			return err
		}
		return r.c.NoContent(http.StatusNoContent)
	}
	if err := h.Together.Here(ctx, c.ID, r.User.ID); err != nil {
		return err
	}
	v := templates.Case{Case: c}
	v.Names.W, v.Me, v.Now, v.Zone = r.Words, r.User.ID, h.s.deps.Now(), h.Zone()
	if v.Inbox.Staff, err = h.Store.Users(ctx); err != nil {
		return err
	}
	if v.Others, err = h.Together.Others(ctx, c.ID, r.User.ID); err != nil {
		return err
	}
	return h.s.render(r, http.StatusOK, templates.CaseOthers(v))
}
