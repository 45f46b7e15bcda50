package server

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// suppressedPageSize is the number of addresses on a page.
const suppressedPageSize = 50

// privacy has the pages about a person's rights that staff use.
type privacy struct {
	*PrivacyDeps
	s *Server
}

// audited runs a change and records it, both or neither. An address is never written to the audit log, since nothing is ever taken out of that: the first
// characters of its key stand for it.
func (h *privacy) audited(r *Request, action, object string, do func(context.Context) error) error {
	return h.Stops.Store.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: action, Object: object})
	})
}

// suppressed lists the addresses that get no surveys.
func (h *privacy) suppressed(r *Request) error {
	return h.showSuppressed(r, http.StatusOK, "", nil)
}

func (h *privacy) showSuppressed(r *Request, status int, typed string, problems ui.Problems) error {
	ctx, w := r.HTTP().Context(), r.Words
	text, after := strings.TrimSpace(r.Query("q")), suppressedPlace(r.Query("after"))
	found, err := h.Stops.List(ctx, text, after, suppressedPageSize+1)
	if err != nil {
		return err
	}
	zone, err := h.s.zone(ctx)
	if err != nil {
		return err
	}
	p := templates.Suppressed{S: r.shell(w.T("suppressed.title"), "/contacts"), Tabs: r.contactTabs(templates.SuppressedPath), Search: text, Typed: typed, CSV: suppressedURL(templates.SuppressedPath+".csv", text, nil)}
	p.S.Problems, p.Tabs = problems, r.contactTabs(templates.SuppressedPath)
	if after != nil {
		p.Pager.Newer = suppressedURL(templates.SuppressedPath, text, nil)
	}
	if len(found) > suppressedPageSize {
		found = found[:suppressedPageSize]
		p.Pager.Older = suppressedURL(templates.SuppressedPath, text, &found[suppressedPageSize-1])
	}
	p.Table = ui.Table{Caption: w.T("suppressed.title"), Columns: []ui.Column{
		{Text: w.T("suppressed.address")}, {Text: w.T("suppressed.reason")}, {Text: w.T("suppressed.at")}, {Text: w.T("suppressed.action")},
	}}
	for _, v := range found {
		address := ui.Cell{Text: v.Email}
		if v.Email == "" {
			address = erasedCell(w, v.Key)
		}
		p.Table.Rows = append(p.Table.Rows, []ui.Cell{
			address, {Text: w.T("suppressed.reason." + string(v.Reason))}, {Text: w.DateTime(v.At, zone)}, {Text: w.T("suppressed.remove"), Href: removePath(v.Key)},
		})
	}
	return h.s.render(r, status, templates.SuppressedPage(p))
}

// erasedCell stands for an address or a number that is not kept: by the part of its key that the audit log has, too.
func erasedCell(w *words.Words, key []byte) ui.Cell {
	_, mark, _ := strings.Cut(people.KeyObject(key), " ")
	if people.IsNumberKey(key) {
		return ui.Cell{Text: w.T("suppressed.erased_number"), Sub: mark}
	}
	return ui.Cell{Text: w.T("suppressed.erased_address"), Sub: mark}
}

func removePath(key []byte) string {
	return templates.SuppressedPath + "/" + hex.EncodeToString(key) + "/remove"
}

// suppressedURL is the address of the list after a place in it.
func suppressedURL(path, text string, after *people.Suppression) string {
	q := url.Values{}
	if text != "" {
		q.Set("q", text)
	}
	if after != nil {
		q.Set("after", strconv.FormatInt(after.At.UnixMilli(), 10)+"."+hex.EncodeToString(after.Key))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// suppressedPlace reads a place in the list; what is none is the beginning.
func suppressedPlace(text string) *people.Suppression {
	at, key, _ := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	b, hexErr := hex.DecodeString(key)
	if err != nil || hexErr != nil || ms <= 0 {
		return nil
	}
	return &people.Suppression{At: time.UnixMilli(ms), Key: b}
}

// suppress adds an address that was typed.
func (h *privacy) suppress(r *Request) error {
	var f struct {
		Email string `form:"email"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	address := strings.TrimSpace(f.Email)
	err := h.audited(r, "contact.suppress", people.KeyObject(h.Stops.KeyOf(address)), func(ctx context.Context) error {
		return h.Stops.Add(ctx, address)
	})
	if errors.Is(err, people.ErrAddress) {
		return h.showSuppressed(r, http.StatusUnprocessableEntity, f.Email, ui.Problems{{Field: "email", Text: r.Words.T("error.email_invalid")}})
	}
	if err != nil {
		return err
	}
	return r.done(templates.SuppressedPath, "flash.suppressed")
}

// suppressedOf reads the suppression that the address of the page names.
func (h *privacy) suppressedOf(r *Request) (people.Suppression, error) {
	key, err := hex.DecodeString(r.Param("key"))
	if err != nil || len(key) == 0 {
		return people.Suppression{}, errNotFound
	}
	v, err := h.Stops.Get(r.HTTP().Context(), key)
	if errors.Is(err, survey.ErrNotFound) {
		return v, errNotFound
	}
	return v, err
}

func (h *privacy) confirmUnsuppress(r *Request) error {
	v, err := h.suppressedOf(r)
	if err != nil {
		return err
	}
	w := r.Words
	title := w.T("suppressed.remove.title", "email", v.Email)
	body := w.T("suppressed.remove.body." + string(v.Reason))
	switch {
	case people.IsNumberKey(v.Key):
		title, body = w.T("suppressed.remove.title_erased_number"), w.T("suppressed.remove.body.erased_number")
	case v.Email == "":
		title = w.T("suppressed.remove.title_erased")
	}
	return h.s.render(r, http.StatusOK, templates.ConfirmPage(r.shell(title, "/contacts"), ui.Confirm{
		Title: title, Body: body, Action: removePath(v.Key), Button: w.T("suppressed.remove"),
		Risk: v.Reason != people.ByHand && v.Reason != people.Bounced, Cancel: w.T("common.cancel"), Back: templates.SuppressedPath,
	}))
}

func (h *privacy) unsuppress(r *Request) error {
	if err := r.decode(&struct{}{}); err != nil {
		return err
	}
	v, err := h.suppressedOf(r)
	if err != nil {
		return err
	}
	err = h.audited(r, "contact.unsuppress", people.KeyObject(v.Key), func(ctx context.Context) error { return h.Stops.Remove(ctx, v.Key) })
	if errors.Is(err, survey.ErrNotFound) {
		return errNotFound
	}
	if err != nil {
		return err
	}
	return r.done(templates.SuppressedPath, "flash.unsuppressed")
}

// suppressedCSV sends the whole list, or what the search finds. An erased address has an empty cell.
func (h *privacy) suppressedCSV(r *Request) error {
	const page = 500
	var out bytes.Buffer
	out.Write(portage.AppendRecord(nil, []string{"email", "reason", "time"}))
	w := download(r, "text/csv; charset=utf-8", "suppressed.csv")
	for after := (*people.Suppression)(nil); ; {
		found, err := h.Stops.List(r.HTTP().Context(), strings.TrimSpace(r.Query("q")), after, page)
		if err != nil {
			return err
		}
		for _, v := range found {
			out.Write(portage.AppendRecord(nil, []string{v.Email, string(v.Reason), v.At.UTC().Format(time.RFC3339)}))
		}
		if _, err := out.WriteTo(w); err != nil {
			return errGone
		}
		if len(found) < page {
			return nil
		}
		after = &found[page-1]
	}
}
