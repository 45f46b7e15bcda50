package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// CaseStore is what the page of one case reads, beside what the lists do.
type CaseStore interface {
	Case(ctx context.Context, id survey.ID) (followup.Case, error)
	CaseAnswers(ctx context.Context, id survey.ID) ([]followup.Answered, error)
	CaseLog(ctx context.Context, id survey.ID, limit int) ([]followup.Entry, error)
	RatedBefore(ctx context.Context, contact, response survey.ID, limit int) ([]followup.Rated, error)
	Contact(ctx context.Context, id survey.ID) (survey.Contact, error)
	Survey(ctx context.Context, id int64) (survey.Survey, error)
}

const (
	logShown = 100  // lines of a case's log
	logAll   = 2000 // of all that can be asked for
	before   = 20   // earlier answers that are looked at
)

// caseOf reads the case that the address names.
func (h *inbox) caseOf(r *Request) (followup.Case, error) {
	id, err := r.id("id")
	if err != nil {
		return followup.Case{}, err
	}
	c, err := h.One.Case(r.HTTP().Context(), survey.ID(id))
	return c, missing(err)
}

// showCase is the page of a case.
func (h *inbox) showCase(r *Request) error {
	c, err := h.caseOf(r)
	if err != nil {
		return err
	}
	v, err := h.caseView(r, c)
	if err != nil {
		return err
	}
	v.Undo = h.undoable(r, v)
	return h.s.render(r, http.StatusOK, templates.CasePage(v))
}

// caseView is a case as it is, with the user's own draft.
func (h *inbox) caseView(r *Request, c followup.Case) (v templates.Case, err error) {
	ctx := r.HTTP().Context()
	if v.Inbox, err = h.frame(r, c.ID); err != nil {
		return v, err
	}
	v.Case = c
	v.State = templates.CaseForm{Status: c.Status, Reason: c.Reason, Owner: c.Owner, Tags: strings.Join(c.Tags, ", ")}
	for _, read := range []func(context.Context, *Request, *templates.Case) error{h.readAnswers, h.readPeople, h.readLog} {
		if err := read(ctx, r, &v); err != nil {
			return v, err
		}
	}
	if v.Note.Body, err = h.Together.Draft(ctx, c.ID, r.User.ID, followup.DraftNote); err != nil {
		return v, err
	}
	if v.Reply, err = h.replyPane(r, c); err != nil {
		return v, err
	}
	v.Done, v.Shell.Flash = v.Shell.Flash, nil
	v.Shell.Title = v.Heading()
	v.Shell.Scripts = append(v.Shell.Scripts, "case.js")
	return v, nil
}

// readAnswers reads what the customer said, in this case and before.
func (h *inbox) readAnswers(ctx context.Context, _ *Request, v *templates.Case) (err error) {
	c := v.Case
	if v.Answers, err = h.One.CaseAnswers(ctx, c.ID); err != nil {
		return err
	}
	if v.Survey, err = h.One.Survey(ctx, c.SurveyID); err != nil && !errors.Is(err, survey.ErrNotFound) {
		return err
	}
	versions := map[int64]bool{}
	here := map[survey.ID]bool{}
	for _, a := range v.Answers {
		versions[a.Response.VersionID], here[a.Response.ID] = true, true
	}
	if c.ContactID != 0 {
		all, err := h.One.RatedBefore(ctx, c.ContactID, c.ResponseID, before)
		if err != nil {
			return err
		}
		v.Before = slices.DeleteFunc(all, func(b followup.Rated) bool { return here[b.ResponseID] })
		for _, b := range v.Before {
			versions[b.VersionID] = true
		}
	}
	v.Versions = map[int64]survey.Definition{}
	for id := range versions {
		version, err := h.Store.Version(ctx, id)
		if errors.Is(err, survey.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		v.Versions[id] = version.Definition
	}
	return nil
}

// readPeople reads who the customer is, who can have the case, and who else is at it.
func (h *inbox) readPeople(ctx context.Context, r *Request, v *templates.Case) (err error) {
	c := v.Case
	if c.ContactID != 0 {
		if v.Contact, err = h.One.Contact(ctx, c.ContactID); err != nil && !errors.Is(err, survey.ErrNotFound) {
			return err
		}
	}
	v.Staff = slices.DeleteFunc(slices.Clone(v.Inbox.Staff), func(u account.User) bool { return u.Disabled })
	v.Others, err = h.Together.Others(ctx, c.ID, r.User.ID)
	return err
}

// readLog reads what happened, why cases are closed, and which tags there are.
func (h *inbox) readLog(ctx context.Context, r *Request, v *templates.Case) (err error) {
	limit := logShown
	if r.Query("log") == "all" {
		limit = logAll
	}
	if v.Log, err = h.One.CaseLog(ctx, v.Case.ID, limit+1); err != nil {
		return err
	}
	if len(v.Log) > limit {
		v.Log, v.LogMore = v.Log[1:], limit == logShown
	}
	for _, l := range v.Tags {
		v.AllTags = append(v.AllTags, l.Text)
	}
	return nil
}

// replyPane is where a customer is replied to by mail, with what the user has typed of a reply.
func (h *inbox) replyPane(r *Request, c followup.Case) (templ.Component, error) {
	if h.s.deps.Replies == nil {
		return nil, nil
	}
	text, err := h.Together.Draft(r.HTTP().Context(), c.ID, r.User.ID, followup.DraftReply)
	if err != nil {
		return nil, err
	}
	pane, err := (&replies{h.s.deps.Replies, h.s, h}).pane(r, c, text)
	return templates.CaseReply(pane), err
}

// undoable are the lines of the last change that can be taken back, where one was just confirmed.
func (h *inbox) undoable(r *Request, v templates.Case) (all []templates.UndoLine) {
	if v.Done == nil || v.Done.Bad {
		return nil
	}
	w, c := r.Words, v.Case
	for _, e := range v.Log {
		if e.UserID != r.User.ID || !e.At.Equal(c.ChangedAt) {
			continue
		}
		switch e.Kind {
		case followup.LogStatus:
			if followup.Status(e.After) == followup.Resolved && c.Status == followup.Resolved {
				all = append(all, templates.UndoLine{ID: e.ID, Text: w.T("case.undo.resolve")})
			}
		case followup.LogOwner:
			all = append(all, templates.UndoLine{ID: e.ID, Text: w.T("case.undo.owner")})
		}
	}
	return all
}

// refuseCase shows a case again with what is wrong with a form. Change puts in what was typed.
func (h *inbox) refuseCase(r *Request, status int, change func(*templates.Case), ps ...ui.Problem) error {
	c, err := h.caseOf(r)
	if err != nil {
		return err
	}
	v, err := h.caseView(r, c)
	if err != nil {
		return err
	}
	v.Problems = ps
	if len(ps) > 0 {
		v.Shell.Title = r.Words.T("error.title_prefix") + v.Shell.Title
	}
	change(&v)
	return h.s.render(r, status, templates.CasePage(v))
}
