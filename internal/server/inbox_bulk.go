package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// mostBulk is the greatest number of cases that one form changes.
const mostBulk = 200

// bulkForm is one thing done to several cases.
type bulkForm struct {
	Cases  []string `form:"case"` // id.version
	Do     string   `form:"do"`   // assign, tag, resolve
	Owner  string   `form:"owner"`
	Tag    string   `form:"tag"`
	Reason string   `form:"reason"`
	Back   string   `form:"back"` // query of the list
}

// bulkCount is what became of the cases.
type bulkCount struct{ changed, same, stale int64 }

// bulk changes every chosen case by itself, so that one which somebody else has just changed keeps none of the others from it.
func (h *inbox) bulk(r *Request) error {
	var f bulkForm
	if err := r.decode(&f); err != nil {
		return err
	}
	problem, err := h.check(r.HTTP().Context(), f)
	if err != nil {
		return err
	}
	if problem.Field != "" {
		return h.refuse(r, f, problem)
	}
	var n bulkCount
	for _, chosen := range f.Cases {
		if err := h.bulkOne(r, f, chosen, &n); err != nil {
			return err
		}
	}
	var said []tally
	for _, t := range []tally{{"flash.inbox.changed", n.changed}, {"flash.inbox.same", n.same}, {"flash.inbox.stale", n.stale}} {
		if t.n > 0 {
			said = append(said, t)
		}
	}
	return r.doneCounting(backTo(f.Back).Address(inboxPath), said...)
}

// backTo is the list that a form came from.
func backTo(query string) templates.InboxForm {
	q, err := url.ParseQuery(query)
	if err != nil {
		return templates.InboxForm{}
	}
	return templates.ReadInboxForm(q.Get)
}

// check finds what is wrong with a form, before any case is touched. Its Text is a key of the words.
func (h *inbox) check(ctx context.Context, f bulkForm) (ui.Problem, error) {
	if len(f.Cases) == 0 {
		return ui.Problem{Field: "bulk", Text: "inbox.error.none"}, nil
	}
	if len(f.Cases) > mostBulk {
		return ui.Problem{}, errBadForm
	}
	switch f.Do {
	case "tag":
		if tags, err := followup.CleanTags([]string{f.Tag}); err != nil || len(tags) == 0 {
			return ui.Problem{Field: "bulk-tag", Text: "inbox.error.tag"}, nil
		}
	case "assign":
		id, err := strconv.ParseInt(f.Owner, 10, 64)
		works := err == nil && id == 0
		if err == nil && id > 0 {
			if works, err = h.Store.Works(ctx, id); err != nil {
				return ui.Problem{}, err
			}
		}
		if !works {
			return ui.Problem{Field: "bulk-owner", Text: "inbox.error.owner"}, nil
		}
	case "resolve":
		var reason followup.Reason
		id, err := parseID(f.Reason)
		if err == nil {
			reason, err = h.Store.CaseReason(ctx, id)
		}
		if errors.Is(err, errNotFound) || errors.Is(err, survey.ErrNotFound) || err == nil && !reason.Offered() {
			return ui.Problem{Field: "bulk-reason", Text: "inbox.error.reason"}, nil
		}
		return ui.Problem{}, err
	default:
		return ui.Problem{}, errBadForm
	}
	return ui.Problem{}, nil
}

// bulkOne changes one case. One that is gone counts as changed by somebody else.
func (h *inbox) bulkOne(r *Request, f bulkForm, chosen string, n *bulkCount) error {
	ctx := r.HTTP().Context()
	first, second, _ := strings.Cut(chosen, ".")
	id, err := parseID(first)
	if err != nil {
		return errBadForm
	}
	version, err := parseID(second)
	if err != nil {
		return errBadForm
	}
	edit, err := h.bulkEdit(ctx, f, survey.ID(id))
	if err == nil {
		var c followup.Case
		c, err = h.Service.Change(ctx, r.User.ID, survey.ID(id), version, edit, nil)
		if err == nil && c.Version == version {
			n.same++
			return nil
		}
	}
	switch {
	case err == nil:
		n.changed++
	case errors.Is(err, survey.ErrStale), errors.Is(err, survey.ErrNotFound):
		n.stale++
	case errors.Is(err, followup.ErrTags): // it has as many as a case may have
		n.same++
	default:
		return err
	}
	return nil
}

// bulkEdit is what the form does to one case.
func (h *inbox) bulkEdit(ctx context.Context, f bulkForm, id survey.ID) (followup.Edit, error) {
	switch f.Do {
	case "assign":
		owner, err := strconv.ParseInt(f.Owner, 10, 64)
		return followup.Edit{Owner: &owner}, err
	case "resolve":
		reason, err := parseID(f.Reason)
		resolved := followup.Resolved
		return followup.Edit{Status: &resolved, Reason: reason}, err
	}
	c, err := h.Store.Case(ctx, id)
	tags := append(c.Tags, f.Tag)
	return followup.Edit{Tags: &tags}, err
}

// refuse shows the list again with what was chosen and typed.
func (h *inbox) refuse(r *Request, f bulkForm, p ui.Problem) error {
	v, err := h.frameOf(r, backTo(f.Back), 0)
	if err != nil {
		return err
	}
	v.Bulk.Chosen = map[string]bool{}
	for _, chosen := range f.Cases {
		id, _, _ := strings.Cut(chosen, ".")
		v.Bulk.Chosen[id] = true
	}
	v.Bulk.Tag, v.Bulk.Owner, v.Bulk.Reason = f.Tag, f.Owner, f.Reason
	v.Shell.Problems = ui.Problems{{Field: p.Field, Text: r.Words.T(p.Text)}}
	return h.s.render(r, http.StatusUnprocessableEntity, templates.InboxPage(v))
}
