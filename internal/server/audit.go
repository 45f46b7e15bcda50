package server

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// auditPageSize is the number of entries on a page.
const auditPageSize = 50

// auditPage shows who changed what, the newest first.
func (s *Server) auditPage(r *Request) error {
	ctx := r.HTTP().Context()
	f := auditFilter(r)
	entries, err := s.deps.Accounts.AuditLog(ctx, f, auditPageSize+1)
	if err != nil {
		return err
	}
	users, err := s.deps.Accounts.List(ctx)
	if err != nil {
		return err
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return err
	}
	w := r.Words
	page := templates.Audit{
		S: r.shell(w.T("audit.title"), "/settings"), Tabs: r.settingsTabs("/audit"),
		Areas: auditAreas(w, f.Area), People: actorOptions(w, users, f.ActorID), CSV: auditURL("/audit.csv", f, 0),
	}
	if f.Before > 0 {
		page.Pager.Newer = auditURL("/audit", f, 0)
	}
	if len(entries) > auditPageSize {
		entries = entries[:auditPageSize]
		page.Pager.Older = auditURL("/audit", f, entries[auditPageSize-1].Seq)
	}
	page.Table = ui.Table{Caption: w.T("audit.title"), Columns: []ui.Column{
		{Text: w.T("audit.at")}, {Text: w.T("audit.actor")}, {Text: w.T("audit.action")}, {Text: w.T("audit.detail")},
	}}
	for _, e := range entries {
		page.Table.Rows = append(page.Table.Rows, []ui.Cell{
			{Text: w.DateTime(e.At, zone)}, {Text: e.Actor}, {Text: actionText(w, e.Action), Sub: objectText(e.Object, users)}, {Text: detailLine(e.Detail)},
		})
	}
	return s.render(r, http.StatusOK, templates.AuditPage(page))
}

func auditFilter(r *Request) account.AuditFilter {
	f := account.AuditFilter{}
	if area := r.Query("area"); slices.Contains(areaNames(), area) {
		f.Area = area
	}
	f.ActorID, _ = strconv.ParseInt(r.Query("actor"), 10, 64) // what is no number filters nothing
	f.Before, _ = strconv.ParseInt(r.Query("before"), 10, 64)
	return f
}

func auditURL(path string, f account.AuditFilter, before int64) string {
	q := url.Values{}
	if f.Area != "" {
		q.Set("area", f.Area)
	}
	if f.ActorID != 0 {
		q.Set("actor", strconv.FormatInt(f.ActorID, 10))
	}
	if before > 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// areaNames are the parts of actions before the dot that the page can filter by.
func areaNames() []string {
	return []string{"session", "user", "settings", "survey", "response", "event", "goal", "import", "rule", "contact", "key", "account"}
}

func auditAreas(w *words.Words, selected string) []ui.Option {
	options := []ui.Option{{Value: "", Label: w.T("audit.area.all")}}
	for _, name := range areaNames() {
		options = append(options, ui.Option{Value: name, Label: w.T("audit.area." + name)})
	}
	return ui.Select(selected, options)
}

func actorOptions(w *words.Words, users []account.User, selected int64) []ui.Option {
	options := []ui.Option{{Value: "", Label: w.T("audit.actor.all")}}
	for _, u := range users {
		options = append(options, ui.Option{Value: strconv.FormatInt(u.ID, 10), Label: u.Name})
	}
	if selected == 0 {
		return ui.Select("", options)
	}
	return ui.Select(strconv.FormatInt(selected, 10), options)
}

// actionText says what was done; an action that has no words yet stands as it is.
func actionText(w *words.Words, action string) string {
	if key := "audit.do." + action; w.Has(key) {
		return w.T(key)
	}
	return action
}

// objectText names a user by the address, everything else as it is stored.
func objectText(object string, users []account.User) string {
	if id, ok := strings.CutPrefix(object, "user "); ok {
		for _, u := range users {
			if strconv.FormatInt(u.ID, 10) == id {
				return u.Email
			}
		}
	}
	return object
}

func detailLine(detail map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(detail)) {
		parts = append(parts, key+": "+detail[key])
	}
	return strings.Join(parts, "; ")
}

// auditCSV sends all entries that fit the filter, the oldest first, as the store keeps them.
func (s *Server) auditCSV(r *Request) error {
	const page = 500
	f := auditFilter(r)
	f.Before, f.Oldest = 0, true
	h := r.Writer().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="audit.csv"`)
	out := portage.AppendRecord(nil, []string{"number", "time", "person id", "person", "action", "object", "detail", "hash"})
	for {
		entries, err := s.deps.Accounts.AuditLog(r.HTTP().Context(), f, page)
		if err != nil {
			return err
		}
		for _, e := range entries {
			f.After = e.Seq
			out = portage.AppendRecord(out, []string{
				strconv.FormatInt(e.Seq, 10), e.At.UTC().Format("2006-01-02T15:04:05.000Z"), strconv.FormatInt(e.ActorID, 10), e.Actor, e.Action, e.Object,
				e.DetailText(), e.Hash,
			})
		}
		if _, err := r.Writer().Write(out); err != nil {
			return errGone
		}
		out = out[:0]
		if len(entries) < page {
			return nil
		}
	}
}
