package server

import (
	"context"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// SavedViewStore is where lists with a name are kept.
type SavedViewStore interface {
	SavedViews(ctx context.Context, user int64) ([]followup.SavedView, error)
	SavedView(ctx context.Context, id int64) (followup.SavedView, error)
	CreateSavedView(ctx context.Context, v *followup.SavedView, at time.Time) error
	ChangeSavedView(ctx context.Context, v followup.SavedView) error
	DeleteSavedView(ctx context.Context, id int64) error
}

// longestView is how much of an address is kept, in bytes.
const longestView = 1000

const savedPath = inboxPath + "/views"

// savedForm is what is typed about a view.
type savedForm struct {
	Name   string `form:"name"`
	Shared bool   `form:"shared"`
	Query  string `form:"query"` // of a new one
}

// goodName tells whether a view can be called that.
func goodName(name string) bool {
	return !survey.Blank(name) && utf8.RuneCountInString(name) <= followup.MaxViewName
}

// mayChange tells whether somebody may rename and remove a view: their own ones, and managers everybody's.
func mayChange(r *Request, v followup.SavedView) bool {
	return v.UserID == r.User.ID || v.Shared && Managers.role(r.User.Role)
}

// saved fills in the views with a name, and whether what is chosen is one already.
func (h *inbox) saved(r *Request, v *templates.Inbox) error {
	ctx := r.HTTP().Context()
	all, err := h.Store.SavedViews(ctx, r.User.ID)
	if err != nil {
		return err
	}
	here := v.Form.Query("after", "")
	v.MaySave = here != ""
	for _, l := range v.Views {
		v.MaySave = v.MaySave && l.Href != inboxPath+"?"+here
	}
	for i, one := range all {
		form := backTo(one.Query)
		link := ui.Link{Text: one.Name, Href: form.Address(inboxPath), Current: form.Query() == here}
		v.MaySave = v.MaySave && !link.Current
		if i < topTags && form.Search == "" { // words may be looked for long
			n, err := h.count(ctx, r, form)
			if err != nil {
				return err
			}
			h.counted(r, &link, n)
		}
		v.Saved = append(v.Saved, link)
	}
	v.MarkView()
	return nil
}

// saveView keeps a list under a name.
func (h *inbox) saveView(r *Request) error {
	var f savedForm
	if err := r.decode(&f); err != nil {
		return err
	}
	if len(f.Query) > longestView {
		return errBadForm
	}
	all, err := h.Store.SavedViews(r.HTTP().Context(), r.User.ID)
	if err != nil {
		return err
	}
	own := 0
	for _, v := range all {
		if v.UserID == r.User.ID {
			own++
		}
	}
	form := backTo(f.Query)
	v := followup.SavedView{UserID: r.User.ID, Shared: f.Shared, Name: survey.Line(f.Name), Query: form.Query("after", "")}
	switch {
	case !goodName(v.Name):
		return h.showSaved(r, http.StatusUnprocessableEntity, &v, "inbox.error.name")
	case own >= followup.MaxViews:
		return h.showSaved(r, http.StatusUnprocessableEntity, &v, "inbox.error.many")
	}
	err = h.Store.CreateSavedView(r.HTTP().Context(), &v, h.s.deps.Now())
	if errors.Is(err, followup.ErrViewName) {
		return h.showSaved(r, http.StatusUnprocessableEntity, &v, "inbox.error.same_name")
	}
	if err != nil {
		return err
	}
	return r.done(form.Address(inboxPath, "after", ""), "flash.inbox.saved")
}

// savedPage lists the views with a name, to rename and remove them.
func (h *inbox) savedPage(r *Request) error {
	return h.showSaved(r, http.StatusOK, nil, "")
}

// showSaved is the page of views: with one that could not be kept, and the problem with it as a key of the words.
func (h *inbox) showSaved(r *Request, status int, refused *followup.SavedView, problem string) error {
	all, err := h.Store.SavedViews(r.HTTP().Context(), r.User.ID)
	if err != nil {
		return err
	}
	p := templates.SavedViews{Shell: r.shell(r.Words.T("inbox.saved"), inboxPath), New: refused}
	for _, v := range all {
		row := templates.SavedView{SavedView: v, Title: v.Name, MayChange: mayChange(r, v), Href: backTo(v.Query).Address(inboxPath)}
		if refused != nil && refused.ID == v.ID {
			row.SavedView = *refused
		}
		p.Views = append(p.Views, row)
	}
	if refused != nil {
		p.Shell.Problems = ui.Problems{{Field: p.FieldID(*refused), Text: r.Words.T(problem)}}
	}
	return h.s.render(r, status, templates.SavedViewsPage(p))
}

// oneView reads the view that the path names, if the person may change it. Another person's own view is not there for them.
func (h *inbox) oneView(r *Request) (followup.SavedView, error) {
	id, err := r.id("id")
	if err != nil {
		return followup.SavedView{}, err
	}
	v, err := h.Store.SavedView(r.HTTP().Context(), id)
	switch {
	case err != nil:
		return v, missing(err)
	case mayChange(r, v):
		return v, nil
	case v.Shared:
		return v, errForbidden
	}
	return v, errNotFound
}

func (h *inbox) changeView(r *Request) error {
	v, err := h.oneView(r)
	if err != nil {
		return err
	}
	var f savedForm
	if err := r.decode(&f); err != nil {
		return err
	}
	v.Name, v.Shared = survey.Line(f.Name), f.Shared
	if !goodName(v.Name) {
		return h.showSaved(r, http.StatusUnprocessableEntity, &v, "inbox.error.name")
	}
	err = h.Store.ChangeSavedView(r.HTTP().Context(), v)
	if errors.Is(err, followup.ErrViewName) {
		return h.showSaved(r, http.StatusUnprocessableEntity, &v, "inbox.error.same_name")
	}
	if err != nil {
		return missing(err)
	}
	return r.done(savedPath, "flash.saved")
}

func (h *inbox) deleteView(r *Request) error {
	v, err := h.oneView(r)
	if err != nil {
		return err
	}
	if err := h.Store.DeleteSavedView(r.HTTP().Context(), v.ID); err != nil {
		return missing(err)
	}
	return r.done(savedPath, "flash.inbox.view_gone")
}
