package server

import (
	"net/http"
	"net/url"

	"github.com/surveyd/surveyd/internal/account"
)

// home leads to where a person's work is; who is not signed in comes to the sign-in page from there.
func (s *Server) home(r *Request) error { return r.redirect(s.start(r.User)) }

// start is where somebody begins who wanted no page in particular: support with the cases, everybody else with the scores.
func (s *Server) start(u *account.User) string {
	if u != nil && u.Role == account.Support && s.has(http.MethodGet, inboxPath) {
		return inboxPath
	}
	return "/dashboard"
}

// toSignIn sends the browser to the sign-in page and remembers a page that it wanted; a form that was sent is lost, so there is nothing to return to.
func (s *Server) toSignIn(r *Request) {
	to := "/sign-in"
	if req := r.HTTP(); req.Method == "GET" || req.Method == "HEAD" {
		if next := nextOr(req.URL.RequestURI(), ""); next != "" && next != "/dashboard" {
			to += "?next=" + url.QueryEscape(next)
		}
	}
	_ = r.redirect(to)
}
