package server

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// requestKey is where Echo's context keeps our Request.
const requestKey = "request"

// Request is one call of a staff page: who calls, in which language, and what came with it.
type Request struct {
	ID    string        // shown on error pages and in the log
	User  *account.User // nil: nobody is signed in
	Words *words.Words  // the person's language

	s     *Server
	c     echo.Context
	start time.Time
	limit int64 // of the body, in bytes
}

// request gives the Request of the context, made at the first call.
func (s *Server) request(c echo.Context) *Request {
	if r, ok := c.Get(requestKey).(*Request); ok {
		return r
	}
	r := &Request{ID: s.newID(), s: s, c: c, start: s.deps.Now()}
	r.Words = words.For(s.languageOf(c, nil))
	c.Set(requestKey, r)
	c.Response().Header().Set("X-Request-Id", r.ID)
	return r
}

// newID makes a request's id: 12 letters, enough to find one line of a log.
func (s *Server) newID() string {
	var b [6]byte
	if _, err := io.ReadFull(s.deps.Rand, b[:]); err != nil {
		return "000000000000" // an id is no reason to refuse a page
	}
	return hex.EncodeToString(b[:])
}

// HTTP is the request as net/http gives it.
func (r *Request) HTTP() *http.Request { return r.c.Request() }

// Writer is where the response goes.
func (r *Request) Writer() http.ResponseWriter { return r.c.Response() }

// Param is a part of the path: Param("id") for /users/:id.
func (r *Request) Param(name string) string { return r.c.Param(name) }

// Query is the first value of a query parameter, cleaned of what no person types.
func (r *Request) Query(name string) string { return survey.CleanText(r.c.QueryParam(name)) }

// ID reads an id from the path. What is no id is not found.
func (r *Request) id(name string) (int64, error) {
	text := r.c.Param(name)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != text {
		return 0, errNotFound
	}
	return n, nil
}

// render sends a page. It is rendered before a byte goes out, so a page that fails becomes an error page and never half a page.
func (s *Server) render(r *Request, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(r.HTTP().Context(), &b); err != nil {
		return err
	}
	h := r.c.Response().Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", r.Words.Lang())
	h.Add("Vary", "Accept-Language, Cookie")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	r.c.Response().WriteHeader(status)
	_, err := b.WriteTo(r.c.Response())
	if err != nil {
		return errGone
	}
	return nil
}

// redirect sends the browser to a page of ours with GET. The target is our own text, never the visitor's: use nextOr for that.
func (r *Request) redirect(to string) error {
	r.c.Response().Header().Set("Location", to)
	r.c.Response().WriteHeader(http.StatusSeeOther)
	return nil
}
