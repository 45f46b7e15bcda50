package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// saw is what every form of a case says of the page that it was on. It is read as text, so that what else was typed is given back where it is no number.
type saw struct {
	Version string `form:"version"`
	Seen    string `form:"seen"` // newest line of the log
}

// caseState is the form of a case's state.
type caseState struct {
	saw
	Status string `form:"status"`
	Reason string `form:"reason"`
	Owner  string `form:"owner"`
	Tags   string `form:"tags"`
}

// errUnread says that a form does not tell which version of a case it is about, or names what it can't have offered.
var errUnread = errors.New("the form can't be read")

// version is the one to change. There is no form without one; for another one it returns errUnread.
func (s saw) version() (int64, error) {
	v, err := strconv.ParseInt(s.Version, 10, 64)
	if err != nil || v < 1 {
		return 0, errUnread
	}
	return v, nil
}

// seen is the newest line that was on the page; 0: none that can be told.
func (s saw) seen() int64 {
	n, err := strconv.ParseInt(s.Seen, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// choice reads the number of what was chosen; "" is 0.
func choice(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.ParseInt(text, 10, 64)
}

// edit is what the form of a case's state does, and what the form is to show should that be refused: of what can't be read, what c has.
func (f caseState) edit(c followup.Case) (e followup.Edit, shown templates.CaseForm, err error) {
	status := followup.Status(f.Status)
	shown = templates.CaseForm{Status: status, Reason: c.Reason, Owner: c.Owner, Tags: f.Tags}
	if !slices.Contains(followup.Statuses(), status) {
		shown.Status, err = c.Status, errUnread
	}
	reason, reasonErr := choice(f.Reason)
	if reasonErr == nil {
		shown.Reason = reason
	}
	owner, ownerErr := choice(f.Owner)
	if ownerErr == nil {
		shown.Owner = owner
	}
	switch {
	case err != nil:
	case ownerErr != nil:
		err = followup.ErrOwner
	case reasonErr != nil:
		err = followup.ErrReason
	}
	return followup.Edit{Status: &status, Reason: reason, Owner: &owner, Tags: &[]string{f.Tags}}, shown, err
}

// saveCase changes status, owner and tags.
func (h *inbox) saveCase(r *Request) error {
	var f caseState
	if err := r.decode(&f); err != nil {
		return err
	}
	c, err := h.caseOf(r)
	if err != nil {
		return err
	}
	edit, shown, err := f.edit(c)
	typed := func(v *templates.Case) { v.State = shown }
	var version int64
	if err == nil {
		version, err = f.version()
	}
	now := c
	if err == nil {
		now, err = h.Service.Change(r.HTTP().Context(), r.User.ID, c.ID, version, edit, nil)
	}
	if problem, ok := h.problemOf(r, err); ok {
		return h.refuseCase(r, http.StatusUnprocessableEntity, typed, problem)
	}
	if errors.Is(err, survey.ErrStale) {
		return h.conflict(r, f.seen(), typed)
	}
	if err != nil {
		return missing(err)
	}
	return r.done(h.back(r, c.ID, ""), doneWith(c, now))
}

// doneWith says what a change came to.
func doneWith(before, now followup.Case) string {
	switch {
	case now.Status == followup.Resolved && before.Status != followup.Resolved:
		return "flash.case_resolved"
	case now.Owner != before.Owner && now.Owner == 0:
		return "flash.case_nobody"
	case now.Owner != before.Owner:
		return "flash.case_given"
	}
	return "flash.saved"
}

// problemOf says what is wrong with a form of a case; false: the error is another one.
func (h *inbox) problemOf(r *Request, err error) (ui.Problem, bool) {
	for _, p := range []struct {
		err        error
		field, key string
	}{
		{errUnread, "status", "case.error.unread"},
		{followup.ErrReason, "reason", "case.error.reason"},
		{followup.ErrOwner, "owner", "case.error.owner"},
		{followup.ErrTags, "tags", "case.error.tags"},
		{followup.ErrNote, "body", "case.error.note"},
	} {
		if errors.Is(err, p.err) {
			return ui.Problem{Field: p.field, Text: r.Words.T(p.key)}, true
		}
	}
	return ui.Problem{}, false
}

// back is the page of a case beside the list that the address has, or what lies below it.
func (h *inbox) back(r *Request, id survey.ID, below string) string {
	return templates.ReadInboxForm(r.Query).Address(casePath(id) + below)
}

// conflict shows what somebody else did meanwhile, and what the user typed.
func (h *inbox) conflict(r *Request, seen int64, typed func(*templates.Case)) error {
	return h.refuseCase(r, http.StatusConflict, func(v *templates.Case) {
		typed(v)
		v.Conflict = &templates.CaseConflict{Who: r.Words.T("case.who.program")}
		for _, e := range v.Log {
			if int64(e.ID) <= seen {
				continue
			}
			v.Conflict.Lines = append(v.Conflict.Lines, e)
			if e.UserID != 0 {
				v.Conflict.Who = v.User(e.UserID)
			}
		}
	})
}

// addNote adds an internal note, and stops the clock where the customer has heard back by telephone.
func (h *inbox) addNote(r *Request) error {
	var f struct {
		saw
		Kind  string `form:"kind"`
		Body  string `form:"body"`
		Heard bool   `form:"heard"`
	}
	typed := func(v *templates.Case) { v.Note = templates.NoteForm{Body: f.Body, Heard: f.Heard} }
	err := r.decode(&f)
	if errors.Is(err, ErrTooLarge) && f.Body != "" {
		return h.refuseCase(r, http.StatusRequestEntityTooLarge, typed, ui.Problem{Field: "body", Text: r.Words.T("case.error.note")})
	}
	if err != nil {
		return err
	}
	c, err := h.caseOf(r)
	if err != nil {
		return err
	}
	version, err := f.version()
	if err != nil {
		return h.refuseCase(r, http.StatusUnprocessableEntity, typed, ui.Problem{Field: "body", Text: r.Words.T("case.error.unread")})
	}
	if survey.Blank(f.Body) && !f.Heard {
		return h.refuseCase(r, http.StatusUnprocessableEntity, typed, ui.Problem{Field: "body", Text: r.Words.T("case.error.note_empty")})
	}
	ctx := r.HTTP().Context()
	edit := followup.Edit{Note: f.Body}
	users, err := h.Store.Users(ctx)
	if err != nil {
		return err
	}
	edit.Names = followup.Mentioned(f.Body, users)
	if f.Heard {
		edit.Reply = &followup.Entry{Kind: followup.LogReplied}
	}
	_, err = h.Service.Change(ctx, r.User.ID, c.ID, version, edit, func(ctx context.Context) error {
		return h.Together.Drop(ctx, c.ID, r.User.ID, followup.DraftNote)
	})
	if problem, ok := h.problemOf(r, err); ok {
		return h.refuseCase(r, http.StatusUnprocessableEntity, typed, problem)
	}
	if errors.Is(err, survey.ErrStale) {
		return h.conflict(r, f.seen(), typed)
	}
	if err != nil {
		return missing(err)
	}
	return r.done(h.back(r, c.ID, ""), "flash.case_note")
}

// undo takes back a resolution, or whose the case is.
func (h *inbox) undo(r *Request) error {
	var f struct {
		Version string `form:"version"`
		Line    int64  `form:"line"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	c, err := h.caseOf(r)
	if err != nil {
		return err
	}
	version, err := saw{Version: f.Version}.version()
	if err != nil {
		return errBadForm // nothing is typed there
	}
	_, err = h.Service.Undo(r.HTTP().Context(), r.User.ID, c.ID, version, survey.ID(f.Line))
	if errors.Is(err, survey.ErrStale) || errors.Is(err, followup.ErrUndo) || errors.Is(err, followup.ErrOwner) {
		return h.refuseCase(r, http.StatusConflict, func(v *templates.Case) {
			v.Done = &ui.Flash{Text: r.Words.T("case.error.undo"), Bad: true}
		})
	}
	if err != nil {
		return missing(err)
	}
	return r.done(h.back(r, c.ID, ""), "flash.case_undone")
}
