package server

import (
	"errors"
	"net/http"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

func (s *Server) profilePage(r *Request) error {
	return s.renderProfile(r, http.StatusOK, r.User.Name, r.User.Language, nil)
}

func (s *Server) profilePost(r *Request) error {
	var f struct {
		Name     string `form:"name"`
		Language string `form:"language"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	err := s.deps.Accounts.SaveProfile(r.HTTP().Context(), *r.User, f.Name, f.Language, words.Languages())
	if ps, ok := r.problems(err); ok {
		return s.renderProfile(r, http.StatusUnprocessableEntity, f.Name, f.Language, ps)
	}
	if err != nil {
		return err
	}
	// What was chosen on a page before gives way to what was chosen here.
	r.dropCookie(languageCookie)
	return r.done("/profile", "flash.saved")
}

// passwordPost changes one's own password: all other browsers are signed out, this one gets a new session.
func (s *Server) passwordPost(r *Request) error {
	var f struct {
		Username string `form:"username"` // for the browser's password store
		Old      string `form:"old"`
		Password string `form:"password"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	id, err := s.deps.Accounts.ChangePassword(r.HTTP().Context(), *r.User, f.Old, f.Password, r.network())
	var wait *account.Wait
	if errors.As(err, &wait) {
		r.retryAfter(wait.For)
		return s.renderProfile(r, http.StatusTooManyRequests, r.User.Name, r.User.Language, ui.Problems{{Field: "old", Text: waitText(r.Words, wait.For)}})
	}
	if ps, ok := r.problems(err); ok {
		return s.renderProfile(r, http.StatusUnprocessableEntity, r.User.Name, r.User.Language, ps)
	}
	if err != nil {
		return err
	}
	if err := r.enter(id, account.User{}); err != nil {
		return err
	}
	return r.done("/profile", "flash.password_changed")
}

// leaveEverywhere ends all of one's own sessions.
func (s *Server) leaveEverywhere(r *Request) error {
	if err := s.deps.Accounts.SignOutEverywhere(r.HTTP().Context(), *r.User); err != nil {
		return err
	}
	return s.signOut(r)
}

func (s *Server) renderProfile(r *Request, status int, name, language string, problems ui.Problems) error {
	w := r.Words
	sh := r.shell(w.T("profile.title"), "/profile")
	sh.Problems = problems
	alerts, err := s.alertsIn(r)
	if err != nil {
		return err
	}
	return s.render(r, status, templates.ProfilePage(templates.Profile{
		Alerts: alerts,
		S:      sh, Email: r.User.Email, Name: name, Role: roleName(w, r.User.Role),
		Language:     ui.Select(language, append([]ui.Option{{Value: "", Label: w.T("profile.language_auto")}}, languageOptions("")...)),
		PasswordHint: w.T("auth.password_hint", "n", account.ShortestPassword),
	}))
}

func roleName(w *words.Words, role account.Role) string { return w.T("role." + string(role)) }
