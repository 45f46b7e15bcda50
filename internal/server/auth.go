package server

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
)

// signInPage asks for address and password; whoever is signed in goes on.
func (s *Server) signInPage(r *Request) error {
	next := nextOr(r.Query("next"), "")
	if r.User != nil {
		return r.redirect(nextOr(next, s.start(r.User)))
	}
	setUp, err := s.deps.Accounts.IsSetUp(r.HTTP().Context())
	if err != nil {
		return err
	}
	if !setUp {
		return r.redirect("/setup")
	}
	return s.renderSignIn(r, http.StatusOK, templates.SignIn{Next: next})
}

func (s *Server) renderSignIn(r *Request, status int, p templates.SignIn) error {
	p.S = r.shell(r.Words.T("auth.title"), "")
	return s.render(r, status, templates.SignInPage(p))
}

// signInPost checks address and password.
func (s *Server) signInPost(r *Request) error {
	var f struct {
		Email    string `form:"email"`
		Password string `form:"password"`
		Next     string `form:"next"`
	}
	if err := r.decode(&f); err != nil {
		return err
	}
	next := nextOr(f.Next, "")
	page := templates.SignIn{Email: f.Email, Next: next}
	id, u, err := s.deps.Accounts.SignIn(r.HTTP().Context(), f.Email, f.Password, r.network())
	var wait *account.Wait
	switch {
	case errors.As(err, &wait):
		r.retryAfter(wait.For)
		page.Problem = waitText(r.Words, wait.For)
		return s.renderSignIn(r, http.StatusTooManyRequests, page)
	case errors.Is(err, account.ErrWrongPassword):
		page.Problem = r.Words.T("auth.wrong")
		return s.renderSignIn(r, http.StatusUnprocessableEntity, page)
	case err != nil:
		return err
	}
	if err := r.enter(id, u); err != nil {
		return err
	}
	return r.redirect(nextOr(next, s.start(&u)))
}

// retryAfter tells programs how long to wait.
func (r *Request) retryAfter(d time.Duration) {
	r.Writer().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(d.Seconds()))))
}

// signOut ends the session.
func (s *Server) signOut(r *Request) error {
	if err := r.leave(); err != nil {
		return err
	}
	return r.done("/sign-in", "flash.signed_out")
}

// linkPage shows the form of a link: to join, or to set a new password.
func (s *Server) linkPage(kind account.LinkKind) handler {
	return func(r *Request) error {
		u, err := s.deps.Accounts.LinkUser(r.HTTP().Context(), kind, r.Param("token"))
		if err != nil {
			return err
		}
		return s.renderLink(r, http.StatusOK, kind, u, nil)
	}
}

// linkPost sets the password of whom the link is for, and signs in.
func (s *Server) linkPost(kind account.LinkKind) handler {
	return func(r *Request) error {
		var f struct {
			Username string `form:"username"` // for the browser's password store
			Name     string `form:"name"`
			Password string `form:"password"`
		}
		if err := r.decode(&f); err != nil {
			return err
		}
		if kind == account.Reset {
			f.Name = ""
		}
		ctx := r.HTTP().Context()
		id, u, err := s.deps.Accounts.UseLink(ctx, kind, r.Param("token"), f.Name, f.Password)
		if _, ok := r.problems(err); ok {
			u, missing := s.deps.Accounts.LinkUser(ctx, kind, r.Param("token"))
			if missing != nil {
				return missing
			}
			if f.Name != "" {
				u.Name = f.Name
			}
			return s.renderLink(r, http.StatusUnprocessableEntity, kind, u, err)
		}
		if err != nil {
			return err
		}
		if err := r.enter(id, u); err != nil {
			return err
		}
		if kind == account.Join {
			return r.redirect(s.start(&u)) // a first password is no new one, and there were no other browsers
		}
		return r.done(s.start(&u), "flash.password_changed")
	}
}

func (s *Server) renderLink(r *Request, status int, kind account.LinkKind, u account.User, problem error) error {
	w := r.Words
	p := templates.Password{Email: u.Email, Name: u.Name, Hint: w.T("auth.password_hint", "n", account.ShortestPassword)}
	p.Title, p.Body, p.Submit = w.T("auth.reset.title"), w.T("auth.reset.body", "email", u.Email), w.T("auth.reset.submit")
	if kind == account.Join {
		p.AskName = true
		p.Title, p.Body, p.Submit = w.T("auth.join.title"), w.T("auth.join.body", "email", u.Email), w.T("auth.join.submit")
	}
	p.S = r.shell(p.Title, "")
	p.S.Problems, _ = r.problems(problem)
	return s.render(r, status, templates.PasswordPage(p))
}

// demoSignIn signs a browser on this machine in: as an administrator, or as ?role= says.
func (s *Server) demoSignIn(r *Request) error {
	role := account.Role(r.Query("role"))
	if role == "" {
		role = account.Admin
	}
	ctx := r.HTTP().Context()
	users, err := s.deps.Accounts.List(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Role == role && !u.Disabled {
			id, err := s.deps.Accounts.OpenSession(ctx, u.ID)
			if err != nil {
				return err
			}
			if err := r.enter(id, u); err != nil {
				return err
			}
			return r.redirect(nextOr(r.Query("next"), s.start(&u)))
		}
	}
	return errNotFound
}
