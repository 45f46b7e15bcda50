package server

import (
	"errors"
	"net/http"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// setupPage is the form of the first administrator, for whoever has the key that serve printed.
func (s *Server) setupPage(r *Request) error {
	key := r.Query("key")
	ok, err := s.setupKey(r, key)
	if !ok {
		return err
	}
	settings := account.Settings{Languages: words.Languages(), Language: r.Words.Lang(), Zone: likelyZone(r.Words.Lang())}
	return s.renderSetup(r, http.StatusOK, templates.Setup{Key: key, Company: company(r.Words, settings)}, nil)
}

// likelyZone is where somebody with this language probably is; the form lets them say otherwise.
func likelyZone(lang string) string {
	switch lang {
	case "bg":
		return "Europe/Sofia"
	case "pl":
		return "Europe/Warsaw"
	case "ru":
		return "Europe/Moscow"
	default:
		return "Europe/London"
	}
}

// setupKey checks the key. When it does not fit, the page that asks for it has gone out and ok is false.
func (s *Server) setupKey(r *Request, key string) (ok bool, err error) {
	err = s.deps.Accounts.CheckSetupKey(r.HTTP().Context(), key, r.network())
	if err == nil {
		return true, nil
	}
	sh := r.shell(r.Words.T("setup.title"), "")
	status := http.StatusOK
	var wait *account.Wait
	switch {
	case errors.As(err, &wait):
		r.retryAfter(wait.For)
		status = http.StatusTooManyRequests
		sh.Problems = ui.Problems{{Field: "key", Text: waitText(r.Words, wait.For)}}
	case !errors.Is(err, account.ErrLink):
		return false, err
	case key != "":
		status = http.StatusForbidden
		sh.Problems = ui.Problems{{Field: "key", Text: r.Words.T("setup.key_wrong")}}
	}
	return false, s.render(r, status, templates.SetupKeyPage(templates.SetupKey{S: sh}))
}

// setupPost makes the first administrator and the settings, and signs in.
func (s *Server) setupPost(r *Request) error {
	var f struct {
		Key      string `form:"key"`
		Name     string `form:"name"`
		Email    string `form:"email"`
		Password string `form:"password"`
		settingsForm
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	if ok, err := s.setupKey(r, f.Key); !ok {
		return err
	}
	form := account.SetupForm{Email: f.Email, Name: f.Name, Password: f.Password, Language: r.Words.Lang(), Settings: f.settings()}
	id, u, err := s.deps.Accounts.Setup(r.HTTP().Context(), f.Key, form, words.Languages())
	if _, ok := r.problems(err); ok {
		p := templates.Setup{Key: f.Key, Name: f.Name, Email: f.Email, Company: company(r.Words, f.settings())}
		return s.renderSetup(r, http.StatusUnprocessableEntity, p, err)
	}
	if err != nil {
		return err
	}
	if err := r.enter(id, u); err != nil {
		return err
	}
	return r.done("/dashboard", "flash.set_up")
}

func (s *Server) renderSetup(r *Request, status int, p templates.Setup, problem error) error {
	p.S = r.shell(r.Words.T("setup.title"), "")
	p.S.Problems, _ = r.problems(problem)
	p.PasswordHint = r.Words.T("auth.password_hint", "n", account.ShortestPassword)
	return s.render(r, status, templates.SetupPage(p))
}
