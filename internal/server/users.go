package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// usersPage lists all who may sign in.
func (s *Server) usersPage(r *Request) error {
	ctx := r.HTTP().Context()
	users, err := s.deps.Accounts.List(ctx)
	if err != nil {
		return err
	}
	w := r.Words
	table := ui.Table{Caption: w.T("users.title"), Columns: []ui.Column{
		{Text: w.T("users.name")}, {Text: w.T("users.role")}, {Text: w.T("users.state")}, {Text: w.T("users.seen")},
	}}
	for _, u := range users {
		state, err := s.userState(ctx, w, u)
		if err != nil {
			return err
		}
		seen := w.T("users.never")
		if !u.LastSeenAt.IsZero() {
			seen = w.Ago(s.deps.Now().Sub(u.LastSeenAt))
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: u.Name, Sub: u.Email, Href: userPath(u.ID)}, {Text: roleName(w, u.Role)}, {Text: state}, {Text: seen},
		})
	}
	sh := r.shell(w.T("users.title"), "/settings")
	return s.render(r, http.StatusOK, templates.UsersPage(templates.Users{S: sh, Tabs: r.settingsTabs("/users"), Table: table}))
}

func userPath(id int64) string { return "/users/" + strconv.FormatInt(id, 10) }

func (s *Server) userState(ctx context.Context, w *words.Words, u account.User) (string, error) {
	if u.Disabled {
		return w.T("users.state.disabled"), nil
	}
	joined, err := s.deps.Accounts.Joined(ctx, u.ID)
	if err != nil || joined {
		return w.T("users.state.active"), err
	}
	return w.T("users.state.invited"), nil
}

func roleOptions(w *words.Words, selected account.Role) []ui.Option {
	var options []ui.Option
	for _, role := range account.Roles() {
		options = append(options, ui.Option{Value: string(role), Label: roleName(w, role), Hint: w.T("role.hint." + string(role))})
	}
	return ui.Select(string(selected), options)
}

// newUserForm is what the page to invite somebody sends.
type newUserForm struct {
	Name     string       `form:"name"`
	Email    string       `form:"email"`
	Role     account.Role `form:"role"`
	Language string       `form:"language"`
}

func (s *Server) newUserPage(r *Request) error {
	return s.renderNewUser(r, http.StatusOK, newUserForm{Role: account.Support}, nil)
}

func (s *Server) renderNewUser(r *Request, status int, f newUserForm, problem error) error {
	w := r.Words
	sh := r.shell(w.T("users.invite"), "/settings")
	sh.Problems, _ = r.problems(problem)
	languages := append([]ui.Option{{Value: "", Label: w.T("profile.language_auto")}}, languageOptions("")...)
	return s.render(r, status, templates.NewUserPage(templates.NewUser{
		S: sh, Name: f.Name, Email: f.Email, Roles: roleOptions(w, f.Role), Languages: ui.Select(f.Language, languages),
	}))
}

// newUserPost invites somebody and shows the link to send them.
func (s *Server) newUserPost(r *Request) error {
	var f newUserForm
	if err := r.decode(&f); err != nil {
		return err
	}
	if f.Language != "" && !offered(f.Language) {
		f.Language = ""
	}
	n := account.NewUser{Email: f.Email, Name: f.Name, Role: f.Role, Language: f.Language}
	u, token, err := s.deps.Accounts.Invite(r.HTTP().Context(), *r.User, n)
	if _, ok := r.problems(err); ok {
		return s.renderNewUser(r, http.StatusUnprocessableEntity, f, err)
	}
	if err != nil {
		return err
	}
	return s.renderLinkOf(r, http.StatusCreated, u, account.Join, token)
}

// linkOf makes a new link for a user and shows it.
func (s *Server) linkOf(r *Request) error {
	u, err := s.userOf(r)
	if err != nil {
		return err
	}
	token, kind, err := s.deps.Accounts.NewLink(r.HTTP().Context(), *r.User, u.ID)
	if err != nil {
		return err
	}
	return s.renderLinkOf(r, http.StatusCreated, u, kind, token)
}

func (s *Server) renderLinkOf(r *Request, status int, u account.User, kind account.LinkKind, token string) error {
	w := r.Words
	zone, err := s.zone(r.HTTP().Context())
	if err != nil {
		return err
	}
	until := w.DateTime(s.deps.Now().Add(kind.Lasts()), zone)
	body := w.T("users.link.reset", "email", u.Email, "date", until)
	if kind == account.Join {
		body = w.T("users.link.join", "email", u.Email, "date", until)
	}
	title := w.T("users.link.title", "name", u.Name)
	return s.render(r, status, templates.UserLinkPage(templates.UserLink{
		S: r.shell(title, "/settings"), Title: title, Body: body, Link: r.Base() + "/" + string(kind) + "/" + token,
	}))
}

// zone is the account's time zone.
func (s *Server) zone(ctx context.Context) (*time.Location, error) {
	v, err := s.deps.Accounts.Settings(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(v.Zone)
	if err != nil {
		return time.UTC, nil // a zone that this machine does not know is no reason to show no times
	}
	return zone, nil
}

// userOf reads the user whom the address names.
func (s *Server) userOf(r *Request) (account.User, error) {
	id, err := r.id("id")
	if err != nil {
		return account.User{}, err
	}
	return s.deps.Accounts.User(r.HTTP().Context(), id)
}

func (s *Server) userPage(r *Request) error {
	u, err := s.userOf(r)
	if err != nil {
		return err
	}
	return s.renderUser(r, http.StatusOK, u, u, nil)
}

func (s *Server) userPost(r *Request) error {
	var f struct {
		Name     string       `form:"name"`
		Role     account.Role `form:"role"`
		Disabled bool         `form:"disabled"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	u, err := s.userOf(r)
	if err != nil {
		return err
	}
	err = s.deps.Accounts.EditUser(r.HTTP().Context(), *r.User, u.ID, account.Edit{Name: f.Name, Role: f.Role, Disabled: f.Disabled})
	if _, ok := r.problems(err); ok {
		typed := u
		typed.Name, typed.Role, typed.Disabled = f.Name, f.Role, f.Disabled
		return s.renderUser(r, http.StatusUnprocessableEntity, u, typed, err)
	}
	if err != nil {
		return err
	}
	return r.done("/users", "flash.saved")
}

// renderUser shows a user as stored, with the fields as typed.
func (s *Server) renderUser(r *Request, status int, u, typed account.User, problem error) error {
	w := r.Words
	joined, err := s.deps.Accounts.Joined(r.HTTP().Context(), u.ID)
	if err != nil {
		return err
	}
	p := templates.User{
		S: r.shell(u.Name, "/settings"), Title: u.Name, Sub: u.Email, Path: userPath(u.ID), Name: typed.Name,
		Roles: roleOptions(w, typed.Role), Disabled: typed.Disabled,
	}
	p.S.Problems, _ = r.problems(problem)
	switch {
	case u.Disabled:
	case joined:
		p.Link, p.LinkHint = w.T("users.link.reset_title"), w.T("users.link.reset_hint")
	default:
		p.Link, p.LinkHint = w.T("users.link.join_title"), w.T("users.link.join_hint")
	}
	return s.render(r, status, templates.UserPage(p))
}

func (s *Server) removeUserPage(r *Request) error {
	u, err := s.userOf(r)
	if err != nil {
		return err
	}
	return s.renderRemoveUser(r, http.StatusOK, u, nil)
}

func (s *Server) renderRemoveUser(r *Request, status int, u account.User, problem error) error {
	w := r.Words
	title := w.T("users.remove.title", "name", u.Name)
	sh := r.shell(title, "/settings")
	sh.Problems, _ = r.problems(problem)
	return s.render(r, status, templates.ConfirmPage(sh, ui.Confirm{
		Title: title, Body: w.T("users.remove.body", "email", u.Email), Action: userPath(u.ID) + "/remove", Button: w.T("users.remove"),
		Risk: true, Cancel: w.T("common.cancel"), Back: userPath(u.ID),
	}))
}

func (s *Server) removeUserPost(r *Request) error {
	if err := r.decode(&struct{}{}); err != nil {
		return err
	}
	u, err := s.userOf(r)
	if err != nil {
		return err
	}
	err = s.deps.Accounts.RemoveUser(r.HTTP().Context(), *r.User, u.ID)
	if errors.Is(err, account.ErrLastAdmin) {
		return s.renderRemoveUser(r, http.StatusUnprocessableEntity, u, err)
	}
	if err != nil {
		return err
	}
	return r.done("/users", "flash.user_removed")
}
