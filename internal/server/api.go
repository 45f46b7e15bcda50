package server

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// apiBody is the greatest body of a call, in bytes, and apiItems the greatest number of things in one.
const (
	apiBody  = 4 << 20
	apiItems = 1000
)

// APIDeps is what the API works with.
type APIDeps struct {
	Store  APIStore
	Intake *people.Intake
	Feeds  *customers.Intake
}

// APIStore is what the API reads.
type APIStore interface {
	Contact(ctx context.Context, id survey.ID) (survey.Contact, error)
	ContactByEmail(ctx context.Context, folded string) (survey.Contact, error)
	ContactByExternalID(ctx context.Context, externalID string) (survey.Contact, error)
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
}

// api serves programs. It knows nothing of cookies: the key that comes with each call is the authority.
type api struct {
	*APIDeps
	s      *Server
	misses *missLimit
	calls  *callLimit
}

func (s *Server) newAPI(d *APIDeps) *api {
	return &api{APIDeps: d, s: s, misses: newMissLimit(s.deps.Now), calls: newCallLimit(s.deps.Now)}
}

// apiCall is one call of a program.
type apiCall struct {
	*Request
	key account.Key
}

// apiHandler answers a call.
type apiHandler func(*apiCall) error

// call makes a handler that programs call; only those whose key has the policy's scope reach it.
func (a *api) call(route Route, h apiHandler) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := a.s.request(c)
		setHeaders(c.Response().Header())
		if err := a.guard(r, route, h); err != nil {
			a.s.fail(err, c)
		}
		a.s.logAccess(r, route)
		a.s.metrics.count(route.Path, c.Response().Status, a.s.deps.Now().Sub(r.start))
		return nil
	}
}

func (a *api) guard(r *Request, route Route, h apiHandler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = recovered(p)
		}
	}()
	call := &apiCall{Request: r}
	if call.key, err = a.admit(r, route.Policy); err != nil {
		return err
	}
	r.limit = route.Body
	return h(call)
}

// admit finds the key of a call. Unknown, expired and revoked keys are told nothing more than that.
func (a *api) admit(r *Request, p Policy) (account.Key, error) {
	word := keyWord(r.HTTP().Header.Get("Authorization"))
	k, err := a.s.deps.Accounts.KeyFor(r.HTTP().Context(), word)
	if errors.Is(err, account.ErrNotFound) {
		if word != "" {
			if wait := a.misses.miss(r.c.RealIP()); wait > 0 {
				return k, errTooMany(wait)
			}
		}
		r.c.Response().Header().Set("WWW-Authenticate", `Bearer realm="surveyd"`)
		return k, &apiError{Status: http.StatusUnauthorized}
	}
	if err != nil {
		return k, err
	}
	if scope, ok := p.scope(); !ok || !k.Has(scope) {
		return k, &apiError{Status: http.StatusForbidden, Errors: map[string][]string{"key": {"lacks the scope " + string(scope)}}}
	}
	if wait := a.calls.count(k.ID); wait > 0 {
		return k, errTooMany(wait)
	}
	return k, nil
}

// keyWord reads the key out of the header: "Bearer KEY", or as the user of "Basic", as many libraries send one.
func keyWord(header string) string {
	kind, rest, _ := strings.Cut(header, " ")
	rest = strings.TrimSpace(rest)
	switch strings.ToLower(kind) {
	case "bearer":
		return rest
	case "basic":
		b, err := base64.StdEncoding.DecodeString(rest)
		if err != nil {
			return ""
		}
		user, _, _ := strings.Cut(string(b), ":") // a library in use leaves the colon out
		return user
	default:
		return ""
	}
}

// apiError is a refusal of a call.
type apiError struct {
	Status int
	Reason string              // a word that programs may compare; "": none
	Errors map[string][]string // by field
}

func (e *apiError) Error() string { return http.StatusText(e.Status) + " " + e.Reason }

// reply is the refusal as it is sent.
func (e *apiError) reply() map[string]any {
	m := map[string]any{"status": e.Status, "message": http.StatusText(e.Status)}
	if e.Reason != "" {
		m["reason"] = e.Reason
	}
	if len(e.Errors) > 0 {
		m["errors"] = e.Errors
	}
	return m
}

// isAPI tells whether a request is a program's, so that it is refused in JSON.
func isAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/api/") }

// failAPI answers an error in JSON; e is what it means.
func (s *Server) failAPI(c echo.Context, err error, e *Error) error {
	refused := &apiError{Status: e.Status}
	errors.As(err, &refused)
	return sendJSON(c, refused.Status, refused.reply())
}

func sendJSON(c echo.Context, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return sendJSONText(c, status, text)
}

func sendJSONText(c echo.Context, status int, text []byte) error {
	h := c.Response().Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	if _, err := c.Response().Write(text); err != nil {
		return errGone
	}
	return nil
}

// read reads the body of a call, which must be JSON.
func (c *apiCall) read() ([]byte, error) {
	req := c.HTTP()
	if enc := req.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return nil, &apiError{Status: http.StatusUnsupportedMediaType, Errors: map[string][]string{"Content-Encoding": {"must be absent"}}}
	}
	if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, &apiError{Status: http.StatusUnsupportedMediaType, Errors: map[string][]string{"Content-Type": {"must be application/json"}}}
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, c.limit+1))
	if err != nil {
		return nil, &apiError{Status: http.StatusBadRequest, Errors: map[string][]string{"body": {"broke off"}}}
	}
	if int64(len(body)) > c.limit {
		return nil, &apiError{Status: http.StatusRequestEntityTooLarge, Errors: map[string][]string{"body": {"is longer than " + strconv.FormatInt(c.limit, 10) + " bytes"}}}
	}
	return body, nil
}

// mostWord is how long an Idempotency-Key may be, in bytes.
const mostWord = 255

// once carries a call out, or gives its first reply again when the caller repeats it under the same Idempotency-Key within a day.
func (a *api) once(c *apiCall, body []byte, do func(ctx context.Context) (int, any, error)) error {
	word := c.HTTP().Header.Get("Idempotency-Key")
	if len(word) > mostWord || strings.IndexFunc(word, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		return &apiError{Status: http.StatusUnprocessableEntity, Errors: map[string][]string{"Idempotency-Key": {"must be 1 to 255 visible ASCII characters"}}}
	}
	what := append([]byte(c.HTTP().Method+" "+c.HTTP().URL.Path+"\n"), body...)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.HTTP().Context()), apiTime)
	defer cancel()
	reply, again, err := a.s.deps.Accounts.Once(ctx, c.key, word, what, func(ctx context.Context) (account.Reply, error) {
		status, v, err := do(ctx)
		if err != nil {
			return account.Reply{}, err
		}
		text, err := json.Marshal(v)
		return account.Reply{Status: status, Body: string(text)}, err
	})
	switch {
	case errors.Is(err, account.ErrOtherCall):
		return &apiError{Status: http.StatusUnprocessableEntity, Reason: "idempotency_key_reused", Errors: map[string][]string{"Idempotency-Key": {err.Error()}}}
	case errors.Is(err, account.ErrInFlight):
		c.Writer().Header().Set("Retry-After", "1")
		return &apiError{Status: http.StatusConflict, Reason: "in_flight", Errors: map[string][]string{"Idempotency-Key": {err.Error()}}}
	case err != nil:
		return err
	}
	if again {
		c.Writer().Header().Set("Idempotency-Replayed", "true")
	}
	return sendJSONText(c.c, reply.Status, []byte(reply.Body))
}

// apiTime is how long a call may take. Whoever hangs up meanwhile does not break it off halfway.
const apiTime = 25 * time.Second
