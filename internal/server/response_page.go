package server

import (
	"context"
	"net/http"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
)

// response shows one answer.
func (h *results) response(r *Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	names, err := h.names(r)
	if err != nil {
		return err
	}
	v, err := h.Store.Version(ctx, one.VersionID)
	if err != nil {
		return missing(err)
	}
	page := templates.Response{
		Feed: templates.Feed{Names: names, Definitions: map[int64]survey.Definition{v.ID: v.Definition}, Now: h.s.deps.Now(), Zone: h.Zone()},
		One:  one, MayDrop: may(r, account.EditResponses),
	}
	if page.Survey, err = h.Store.Survey(ctx, one.SurveyID); err != nil {
		return missing(err)
	}
	if page.History, err = h.Store.History(ctx, one.ID); err != nil {
		return err
	}
	if page.Users, err = h.users(ctx, page.History); err != nil {
		return err
	}
	page.Shell = r.shell(r.Words.T("responses.one.title", "survey", page.Survey.Name), "/responses")
	return h.s.render(r, http.StatusOK, templates.ResponsePage(page))
}

// one reads the answer that the path names.
func (h *results) one(r *Request) (survey.Response, error) {
	id, err := r.id("id")
	if err != nil {
		return survey.Response{}, err
	}
	one, err := h.Store.Response(r.HTTP().Context(), survey.ID(id))
	return one, missing(err)
}

// users names those who changed an answer. Who is gone has a number.
func (h *results) users(ctx context.Context, history []survey.Change) (map[int64]string, error) {
	names := map[int64]string{}
	for _, c := range history {
		if c.By != 0 {
			names[c.By] = "#" + strconv.FormatInt(c.By, 10)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	all, err := h.s.deps.Accounts.List(ctx)
	for _, u := range all {
		if names[u.ID] != "" {
			names[u.ID] = u.Name
		}
	}
	return names, err
}

// mark makes an answer count or not. What was deleted comes back only by those who may delete.
func (h *results) mark(r *Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	var form struct {
		Status string `form:"status"`
	}
	if err := r.decode(&form); err != nil {
		return err
	}
	status, known := map[string]survey.Status{"counted": survey.Counted, "test": survey.Test, "spam": survey.Spam}[form.Status]
	switch {
	case !known:
		return errBadForm
	case one.Status == survey.Deleted && !may(r, account.EditResponses):
		return errForbidden
	}
	action := "response.mark"
	if status == survey.Counted {
		action = "response.restore"
	}
	return h.setStatus(r, one, status, action, "flash.response."+form.Status)
}

// confirmDelete asks before an answer is deleted.
func (h *results) confirmDelete(r *Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	return h.s.render(r, http.StatusOK, templates.DeleteResponsePage(r.shell(r.Words.T("responses.delete.title"), "/responses"), one))
}

func (h *results) delete(r *Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	return h.setStatus(r, one, survey.Deleted, "response.delete", "flash.response.deleted")
}

// setStatus changes the answer together with its entry in the audit log.
func (h *results) setStatus(r *Request, one survey.Response, status survey.Status, action, flash string) error {
	_, err := h.Moderation.SetStatus(r.HTTP().Context(), one.ID, status, r.User.ID, func(ctx context.Context) error {
		return h.record(ctx, r, action, "response "+one.ID.String())
	})
	if err != nil {
		return missing(err)
	}
	return r.done("/responses/"+one.ID.String(), flash)
}

// record adds to the audit log, in the transaction of ctx.
func (h *results) record(ctx context.Context, r *Request, action, object string) error {
	return h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: action, Object: object})
}
