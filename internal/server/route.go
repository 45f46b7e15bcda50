package server

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// Route is one line of the table that tests and docs walk.
type Route struct {
	Method string // GET also answers HEAD
	Path   string // Echo's pattern: /users/:id
	Policy Policy
	Body   int64 // greatest body, in bytes
	Fast   bool  // without the middleware of staff pages
}

// staffBody is the greatest body of a staff form, in bytes.
const staffBody = 1 << 20

type handler func(*Request) error

// option changes a route as it is registered.
type option func(*Route)

// body sets the greatest body of a route, in bytes: for uploads.
func body(limit int64) option { return func(r *Route) { r.Body = limit } }

// get registers a page. It must change nothing.
func (s *Server) get(path string, p Policy, h handler, opts ...option) {
	s.add(Route{Method: http.MethodGet, Path: path, Policy: p, Body: 0}, opts, h)
}

// post registers what a form does.
func (s *Server) post(path string, p Policy, h handler, opts ...option) {
	s.add(Route{Method: http.MethodPost, Path: path, Policy: p, Body: staffBody}, opts, h)
}

func (s *Server) add(r Route, opts []option, h handler) {
	for _, o := range opts {
		o(&r)
	}
	s.record(r, s.staff(r, h))
}

// fast registers a handler that runs without sessions, access log and page headers: it sets its own headers. Only Public and Token fit, since nobody is
// signed in here. Errors it returns become pages as everywhere.
func (s *Server) fast(method, path string, p Policy, h echo.HandlerFunc) {
	if p != Public && p != Token {
		panic(fmt.Sprintf("server: the fast route %s %s can't check the policy %s", method, path, p))
	}
	s.record(Route{Method: method, Path: path, Policy: p, Fast: true}, s.bare(path, h))
}

// program registers a handler that programs call with a key.
func (s *Server) program(a *api, method, path string, p Policy, h apiHandler) {
	if _, ok := p.scope(); !ok {
		panic(fmt.Sprintf("server: %s %s is for programs, and its policy %s asks for no scope", method, path, p))
	}
	route := Route{Method: method, Path: path, Policy: p, Body: apiBody}
	s.record(route, a.call(route, h))
}

// record is the only place that hands a route to Echo.
func (s *Server) record(r Route, h echo.HandlerFunc) {
	if r.Policy == noPolicy || r.Policy > lastPolicy || h == nil {
		panic(fmt.Sprintf("server: %s %s has no policy or no handler", r.Method, r.Path))
	}
	if slices.ContainsFunc(s.routes, func(o Route) bool { return o.Method == r.Method && o.Path == r.Path }) {
		panic(fmt.Sprintf("server: %s %s is registered twice", r.Method, r.Path))
	}
	s.routes = append(s.routes, r)
	s.echo.Add(r.Method, r.Path, h)
	if r.Method == http.MethodGet {
		s.echo.Add(http.MethodHead, r.Path, h)
	}
}

// Routes lists all routes in the order of routes.go.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }
