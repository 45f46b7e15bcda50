package server

import (
	"context"
	"net/http"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// views fills in what stands at the left: the views with how many cases they have, and tags of open cases.
func (h *inbox) views(r *Request, v *templates.Inbox) error {
	ctx := r.HTTP().Context()
	open := 0
	for _, name := range templates.InboxViews() {
		key := name
		if key == "" {
			key = "open"
		}
		form := templates.InboxForm{View: name}
		link := ui.Link{Text: r.Words.T("inbox.view." + key), Href: form.Address(inboxPath), Current: form.Query() == v.Form.Query("after", "", "q", "")} // a search stays in its view
		if name != "resolved" && name != "all" {                                                                                                          // of which nobody waits for a number to fall
			n, err := h.count(ctx, r, form)
			if err != nil {
				return err
			}
			if name == "" {
				open = n
			}
			h.counted(r, &link, n)
		}
		v.Views = append(v.Views, link)
	}
	if may(r, account.SeeFollowUp) && h.s.has(http.MethodGet, templates.CarePath) {
		v.Figures = templates.CarePath
	}
	tags, err := h.Store.OpenTags(ctx, mostCounted, topTags)
	if err != nil {
		return err
	}
	for _, t := range tags {
		form := templates.InboxForm{Tag: t.Tag}
		link := ui.Link{Text: t.Tag, Href: form.Address(inboxPath), Current: form.Query() == v.Form.Query("after", "")}
		if open <= mostCounted { // else not all were looked at
			h.counted(r, &link, t.N)
		}
		v.Tags = append(v.Tags, link)
	}
	return h.saved(r, v)
}

// count is how many cases a view has, as far as they are counted.
func (h *inbox) count(ctx context.Context, r *Request, form templates.InboxForm) (int, error) {
	v := templates.Inbox{Form: form, Now: h.s.deps.Now()}
	return h.Store.CountCases(ctx, h.query(r, &v), mostCounted+1)
}

func (h *inbox) counted(r *Request, link *ui.Link, n int) {
	link.Count = r.Words.Int(int64(min(n, mostCounted)))
	if n > mostCounted {
		link.Count += "+"
	}
	link.Counted = r.Words.N("inbox.counted", int64(n))
}
