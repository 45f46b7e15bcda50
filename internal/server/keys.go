package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// keysPage lists the API keys; of each only the first letters are known.
func (s *Server) keysPage(r *Request) error {
	ctx, w := r.HTTP().Context(), r.Words
	keys, err := s.deps.Accounts.Keys(ctx)
	if err != nil {
		return err
	}
	zone, err := s.zone(ctx)
	if err != nil {
		return err
	}
	now := s.deps.Now()
	table := ui.Table{Caption: w.T("keys.title"), Columns: []ui.Column{
		{Text: w.T("keys.name")}, {Text: w.T("keys.scopes")}, {Text: w.T("keys.state")}, {Text: w.T("keys.used")}, {Text: w.T("keys.action")},
	}}
	for _, k := range keys {
		used, state, change := w.T("keys.never"), w.T("keys.state.works"), ui.Cell{}
		if !k.LastUsedAt.IsZero() {
			used = w.Ago(now.Sub(k.LastUsedAt))
		}
		switch {
		case !k.RevokedAt.IsZero():
			state = w.T("keys.state.revoked", "date", w.DateTime(k.RevokedAt, zone))
		case !k.Works(now):
			state = w.T("keys.state.expired", "date", w.DateTime(k.ExpiresAt, zone))
		case !k.ExpiresAt.IsZero():
			state = w.T("keys.state.until", "date", w.DateTime(k.ExpiresAt, zone))
		}
		if k.Works(now) {
			change = ui.Cell{Text: w.T("keys.revoke"), Href: revokePath(k.ID)}
		}
		table.Rows = append(table.Rows, []ui.Cell{{Text: k.Name, Sub: k.Prefix + "…"}, {Text: scopeNames(w, k.Scopes)}, {Text: state}, {Text: used}, change})
	}
	sh := r.shell(w.T("keys.title"), "/settings")
	return s.render(r, http.StatusOK, templates.KeysPage(templates.Keys{S: sh, Tabs: r.settingsTabs(templates.KeysPath), Table: table}))
}

func revokePath(id int64) string {
	return templates.KeysPath + "/" + strconv.FormatInt(id, 10) + "/revoke"
}

func scopeNames(w *words.Words, scopes []account.Scope) string {
	var names []string
	for _, s := range scopes {
		names = append(names, w.T("keys.scope."+string(s)))
	}
	return strings.Join(names, "; ")
}

// newKeyForm is what the page that makes a key sends.
type newKeyForm struct {
	Name   string   `form:"name"`
	Scopes []string `form:"scopes"`
	Days   int      `form:"days"`
}

func (f newKeyForm) scopes() (all []account.Scope) {
	for _, s := range f.Scopes {
		all = append(all, account.Scope(s))
	}
	return all
}

func (s *Server) newKeyPage(r *Request) error {
	f := newKeyForm{Scopes: []string{string(account.WriteContacts), string(account.WritePurchases)}, Days: 365}
	return s.renderNewKey(r, http.StatusOK, f, nil)
}

func (s *Server) renderNewKey(r *Request, status int, f newKeyForm, problem error) error {
	w := r.Words
	p := templates.NewKey{S: r.shell(w.T("keys.new"), "/settings"), Name: f.Name}
	p.S.Problems, _ = r.problems(problem)
	for _, scope := range account.Scopes() {
		p.Scopes = append(p.Scopes, ui.Option{Value: string(scope), Label: w.T("keys.scope." + string(scope)), Hint: string(scope), Selected: slices.Contains(f.Scopes, string(scope))})
	}
	for _, days := range account.KeyDays() {
		label := w.T("keys.days_ever")
		if days > 0 {
			label = w.N("keys.days_n", int64(days))
		}
		p.Days = append(p.Days, ui.Option{Value: strconv.Itoa(days), Label: label, Selected: days == f.Days})
	}
	return s.render(r, status, templates.NewKeyPage(p))
}

// newKeyPost makes a key and shows its word, this once.
func (s *Server) newKeyPost(r *Request) error {
	var f newKeyForm
	if err := r.decode(&f); err != nil {
		return err
	}
	k, word, err := s.deps.Accounts.MakeKey(r.HTTP().Context(), *r.User, account.NewKey{Name: f.Name, Scopes: f.scopes(), Days: f.Days})
	if _, ok := r.problems(err); ok {
		return s.renderNewKey(r, http.StatusUnprocessableEntity, f, err)
	}
	if err != nil {
		return err
	}
	title := r.Words.T("keys.made.title", "name", k.Name)
	return s.render(r, http.StatusCreated, templates.MadeKeyPage(templates.MadeKey{S: r.shell(title, "/settings"), Title: title, Word: word}))
}

// keyOf reads the key that the address of the page names.
func (s *Server) keyOf(r *Request) (account.Key, error) {
	id, err := r.id("id")
	if err != nil {
		return account.Key{}, err
	}
	return s.deps.Accounts.APIKey(r.HTTP().Context(), id)
}

func (s *Server) confirmRevokeKey(r *Request) error {
	k, err := s.keyOf(r)
	if err != nil {
		return err
	}
	w := r.Words
	title := w.T("keys.revoke.title", "name", k.Name)
	return s.render(r, http.StatusOK, templates.ConfirmPage(r.shell(title, "/settings"), ui.Confirm{
		Title: title, Body: w.T("keys.revoke.body"), Action: revokePath(k.ID), Button: w.T("keys.revoke"), Risk: true,
		Cancel: w.T("common.cancel"), Back: templates.KeysPath,
	}))
}

func (s *Server) revokeKey(r *Request) error {
	if err := r.decode(&struct{}{}); err != nil {
		return err
	}
	k, err := s.keyOf(r)
	if err != nil {
		return err
	}
	if err := s.deps.Accounts.RevokeKey(r.HTTP().Context(), *r.User, k.ID); err != nil {
		return err
	}
	return r.done(templates.KeysPath, "flash.key_revoked")
}
