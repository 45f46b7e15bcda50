// Package server is what people start: pages and forms over HTTP. routes.go has every route with its policy; a file per resource has the handlers.
package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/account"
)

// Deps is what the server works with. Feature areas add their services here, as small interfaces that they declare beside their handlers.
type Deps struct {
	Log  *slog.Logger
	Now  func() time.Time
	Rand io.Reader // safe for concurrent use

	// Ready tells whether the database answers and takes writes; IsDiskFull whether an error says that the disk is used up; IsAway whether one says that the database can't be
	// reached for now. Each may be nil.
	Ready      func(context.Context) error
	IsDiskFull func(error) bool
	IsAway     func(error) bool

	// BaseURL is the address that people reach surveyd at, for links: https://survey.example. Empty: what the browser asked for.
	BaseURL string
	// TrustedProxies are the networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
	TrustedProxies []netip.Prefix

	Demo    bool // a ribbon says that the data are made up
	Version string

	// Accounts may be nil in tests of public pages: then nobody can sign in.
	Accounts *account.Service

	// Results may be nil in tests of other pages.
	Results *Results
	// Goals is for the pages of what is to be reached; nil in tests of other pages. It needs Accounts.
	Goals *GoalsDeps
	// Imports is for files of answers; nil in tests of other pages.
	Imports *Imports
	// Asking is for customers' pages; nil in tests of staff pages.
	Asking *AskingDeps
	// Inviting is for the pages about who is asked, and when. Nil in tests of other pages.
	Inviting *InvitingDeps
	// Background is for the page of background work. Nil in tests of other pages.
	Background *BackgroundDeps
	// Contacts is for the pages of contacts. Nil in tests of other pages.
	Contacts *ContactsDeps
	// Privacy is for what a person may ask of the shop: to get no more mail, to see what is stored, to be erased. Nil in tests of other pages.
	Privacy *PrivacyDeps
	// Mail is for the pages about mail; nil in tests of other pages. It needs Accounts.
	Mail *MailDeps
	// API is for programs; nil in tests of other pages. It needs Accounts and Privacy.
	API *APIDeps
	// Cases is for the page of the rules of cases; nil in tests of other pages. It needs Accounts.
	Cases *CaseSettingsDeps
	// Inbox is for the pages of cases; nil in tests of other pages. It needs Accounts.
	Inbox *InboxDeps
	// Replies is for mails to the customers of cases; nil in tests of other pages. It needs Accounts.
	Replies *RepliesDeps
	// Alerts are what users want to be told; nil in tests of other pages. It needs Accounts.
	Alerts *AlertsDeps
	// Care is for the figures of follow-up; nil in tests of other pages. It needs Accounts and Results.
	Care *CareDeps
	// Worth is for the pages of segments and money; nil in tests of other pages. It needs Results.
	Worth *WorthDeps
	// Figures is for the pages of what customers and money tell; nil in tests of other pages. It needs Accounts.
	Figures *FiguresDeps
	// Building is for the pages where surveys are made; nil in tests of other pages. It needs Accounts.
	Building *BuildingDeps
}

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	deps        Deps
	echo        *echo.Echo
	routes      []Route
	meanings    []meaning
	crossOrigin *http.CrossOriginProtection
	metrics     *metrics
	front       func(http.ResponseWriter, *http.Request) bool // serves a request before the routes are searched, or reports false; nil: none
	base        *url.URL                                      // of BaseURL; nil: none
}

// New makes a server with all its routes. A BaseURL that is no http or https address is an error.
func New(d Deps) (*Server, error) {
	if d.Log == nil || d.Now == nil || d.Rand == nil {
		return nil, errors.New("server: log, clock and random source are needed")
	}
	s := &Server{deps: d, echo: echo.New(), crossOrigin: http.NewCrossOriginProtection(), metrics: newMetrics()}
	if d.BaseURL != "" {
		base, err := parseBase(d.BaseURL)
		if err != nil {
			return nil, err
		}
		s.base = base
		if err := s.crossOrigin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			return nil, err
		}
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(err, c) }
	s.echo.IPExtractor = extractor(d.TrustedProxies)
	s.register()
	return s, nil
}

// Handler is the whole application.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.front == nil || !s.front(w, r) {
			s.echo.ServeHTTP(w, r)
		}
	})
}

// HTTPServer wraps a handler with the time limits that keep slow clients from holding the server: 3 s for the headers, 10 s for the request, 30 s for the
// response, 60 s of silence. Handlers that stream move their own deadlines.
func HTTPServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 3 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
