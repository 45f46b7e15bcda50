package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/web/words"
)

// Error is a refusal: a status and the words that say what to do. Err, where there is one, goes to the log only.
type Error struct {
	Status int
	Title  string        // key of the words
	Body   string        // key of the words; "": none
	Retry  time.Duration // how long to wait; 0: not said
	Err    error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return http.StatusText(e.Status)
}

func (e *Error) Unwrap() error { return e.Err }

// The refusals that handlers return.
var (
	errNotFound    = &Error{Status: http.StatusNotFound, Title: "error.not_found.title", Body: "error.not_found.body"}
	errForbidden   = &Error{Status: http.StatusForbidden, Title: "error.forbidden.title", Body: "error.forbidden.body"}
	errCrossOrigin = &Error{Status: http.StatusForbidden, Title: "error.cross_origin.title", Body: "error.cross_origin.body"}
	errBadForm     = &Error{Status: http.StatusBadRequest, Title: "error.bad_form.title", Body: "error.bad_form.body"}
	errMethod      = &Error{Status: http.StatusMethodNotAllowed, Title: "error.method.title", Body: "error.method.body"}
	errTooLarge    = &Error{Status: http.StatusRequestEntityTooLarge, Title: "error.too_large.title", Body: "error.too_large_lost.body"}
	errMediaType   = &Error{Status: http.StatusUnsupportedMediaType, Title: "error.bad_form.title", Body: "error.bad_form.body"}
	errConflict    = &Error{Status: http.StatusConflict, Title: "error.conflict.title", Body: "error.conflict.body"}

	// errSignedOut sends the browser to the sign-in page.
	errSignedOut = errors.New("nobody is signed in")
	// errGone says that the browser is not there any more.
	errGone = errors.New("the browser went away")
)

// errBusy says that the work can't be taken now, and when to come back.
func errBusy(after time.Duration, cause error) *Error {
	return &Error{Status: http.StatusServiceUnavailable, Title: "error.unavailable.title", Body: "error.unavailable.body", Retry: after, Err: cause}
}

// errTooMany says that somebody tried too often.
func errTooMany(after time.Duration) error {
	return &Error{Status: http.StatusTooManyRequests, Title: "error.rate_limited.title", Body: "error.rate_limited.body", Retry: after}
}

// refusal finds out what an error means to the person. What it does not know is our own fault.
func (s *Server) refusal(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var call *apiError
	if errors.As(err, &call) {
		return &Error{Status: call.Status, Err: err}
	}
	var fromEcho *echo.HTTPError
	if errors.As(err, &fromEcho) {
		switch fromEcho.Code {
		case http.StatusNotFound:
			return errNotFound
		case http.StatusMethodNotAllowed:
			return errMethod
		}
	}
	for _, m := range s.meanings {
		if errors.Is(err, m.is) {
			return &Error{Status: m.as.Status, Title: m.as.Title, Body: m.as.Body, Retry: m.as.Retry, Err: err}
		}
	}
	if s.deps.IsDiskFull != nil && s.deps.IsDiskFull(err) {
		return &Error{Status: http.StatusServiceUnavailable, Title: "error.unavailable.title", Body: "error.unavailable.body", Retry: time.Minute, Err: err}
	}
	if s.away(err) {
		return errBusy(5*time.Second, err)
	}
	return &Error{Status: http.StatusInternalServerError, Title: "error.internal.title", Body: "error.internal.body", Err: err}
}

// away tells whether the database can't be reached for now.
func (s *Server) away(err error) bool { return s.deps.IsAway != nil && s.deps.IsAway(err) }

// meaning says which refusal an error of a domain package is.
type meaning struct {
	is error
	as *Error
}

// means adds a line to what errors mean; called where routes are registered.
func (s *Server) means(err error, as *Error) { s.meanings = append(s.meanings, meaning{err, as}) }

// fail answers an error: the one place that decides page, status and log line.
func (s *Server) fail(err error, c echo.Context) {
	r := s.request(c)
	if errors.Is(err, errGone) || errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		// Nobody is left to read a page, or whoever is was too slow. Saying nothing would come out as 200.
		if !c.Response().Committed {
			c.Response().WriteHeader(http.StatusRequestTimeout)
		}
		return
	}
	if errors.Is(err, errSignedOut) {
		s.toSignIn(r)
		return
	}
	e := s.refusal(err)
	s.logFailure(r, e)
	if c.Response().Committed {
		// Half of it is out already: cut the connection rather than let it look whole.
		panic(http.ErrAbortHandler)
	}
	h := c.Response().Header()
	setHeaders(h)
	for _, stale := range []string{"Content-Encoding", "Content-Length", "Content-Disposition", "ETag"} {
		h.Del(stale)
	}
	if e.Retry > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((e.Retry+time.Second-1)/time.Second), 10))
	}
	if isAPI(c) {
		if err := s.failAPI(c, err, e); err != nil {
			s.deps.Log.Error("a refusal was not sent", "id", r.ID, "err", err)
		}
		return
	}
	if err := s.render(r, e.Status, s.errorPage(r, e)); err != nil {
		s.deps.Log.Error("the error page failed", "id", r.ID, "err", err)
	}
}

// logFailure writes what is our own fault as an error, with the stack of a panic; refusals are no news.
func (s *Server) logFailure(r *Request, e *Error) {
	if e.Status < http.StatusInternalServerError {
		return
	}
	attrs := []any{slog.String("id", r.ID), slog.String("route", r.c.Path()), slog.Int("status", e.Status), slog.String("err", e.Error())}
	var p *panicked
	if errors.As(e.Err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	s.deps.Log.Error("request failed", attrs...)
}

// text is the sentence under a refusal's title, in the words of the person.
func (e *Error) text(w *words.Words) string {
	switch {
	case e.Body == "":
		return ""
	case e.Body == "error.rate_limited.body":
		return w.N(e.Body, int64(max(1, (e.Retry+time.Minute-1)/time.Minute)))
	default:
		return w.T(e.Body)
	}
}
