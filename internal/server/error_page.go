package server

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/web/templates"
)

// errorPage says what went wrong and where to go from here.
func (s *Server) errorPage(r *Request, e *Error) templ.Component {
	f := templates.Failure{Title: r.Words.T(e.Title), Body: e.text(r.Words), Back: "/", BackText: r.Words.T("error.to_start")}
	if e.Status >= http.StatusInternalServerError {
		f.ID = r.ID
	}
	return templates.ErrorPage(r.Words, f)
}
