package server

import (
	"net/url"
)

// home leads to the dashboard, which sends those who are not signed in to the sign-in page.
func (s *Server) home(r *Request) error { return r.redirect("/dashboard") }

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
