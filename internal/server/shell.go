package server

import (
	"net/http"
	"path"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// area is an entry of the main navigation: where it leads, what it says, and what one must be allowed to see it.
type area struct {
	href string
	text string // key of the words
	may  account.Permission
}

// areas is the navigation of staff pages; the only place where it is written.
func areas() []area {
	return []area{
		{"/dashboard", "nav.overview", account.SeeResults},
		{templates.MetricsPath, "nav.metrics", account.SeeFigures},
		{"/responses", "nav.responses", account.SeeResults},
		{"/inbox", "nav.inbox", account.SeeResults},
		{"/surveys", "nav.surveys", account.SeeResults},
		{"/invitations", "nav.invitations", account.EditSurveys},
		{"/contacts", "nav.contacts", account.SeeResults},
		{"/imports", "nav.imports", account.ImportData},
		{"/settings", "nav.settings", account.EditSettings},
	}
}

// shell is the frame around a staff page. The title is written text, active the href of the area that the page belongs to, or "".
func (r *Request) shell(title, active string) ui.Shell {
	sh := ui.Shell{W: r.Words, Title: title, Home: "/", Demo: r.s.deps.Demo, Flash: r.takeFlash()}
	sh.Langs = ui.Langs(r.Words.Lang(), r.inLanguage)
	if r.User == nil {
		return sh
	}
	for _, a := range areas() {
		// A page that is not there yet has no dead link.
		if r.User.Can(a.may) && r.s.has(http.MethodGet, a.href) {
			sh.Nav = append(sh.Nav, ui.Link{Text: r.Words.T(a.text), Href: a.href, Current: a.href == active})
		}
	}
	sh.User = &ui.Menu{Name: r.User.Name, SignOut: "/sign-out"}
	if r.s.has(http.MethodGet, "/profile") {
		sh.User.Links = []ui.Link{{Text: r.Words.T("nav.profile"), Href: "/profile", Current: active == "/profile"}}
	}
	return sh
}

// has tells whether there is such a route.
func (s *Server) has(method, path string) bool {
	for _, r := range s.routes {
		if r.Method == method && r.Path == path {
			return true
		}
	}
	return false
}

// inLanguage is the address of this page in another language. The answer to a form that has no page of its own, such as a mistake in a new link of a
// survey, leads to the page above it.
func (r *Request) inLanguage(code string) string {
	u := *r.HTTP().URL
	pattern := r.c.Path()
	if r.s.has(http.MethodPost, pattern) {
		for pattern != "/" && !r.s.has(http.MethodGet, pattern) {
			pattern, u.Path, u.RawPath = path.Dir(pattern), path.Dir(u.Path), ""
		}
	}
	q := u.Query()
	q.Set("lang", code)
	u.RawQuery = q.Encode()
	u.Scheme, u.Host, u.User, u.Fragment = "", "", nil, ""
	return u.RequestURI()
}

// errorPage says what went wrong and where to go from here.
func (s *Server) errorPage(r *Request, e *Error) templ.Component {
	f := templates.Failure{Title: r.Words.T(e.Title), Body: e.text(r.Words), Back: "/", BackText: r.Words.T("error.to_start")}
	if e.Status >= http.StatusInternalServerError {
		f.ID = r.ID
	}
	return templates.ErrorPage(r.shell(f.Title, ""), f)
}
