package server

import (
	"errors"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// problems says what is wrong with a form in the person's words. It is false for an error that is not about the form.
func (r *Request) problems(err error) (ui.Problems, bool) {
	var invalid *account.Invalid
	switch {
	case errors.As(err, &invalid):
		var ps ui.Problems
		for _, p := range invalid.Problems {
			ps = append(ps, ui.Problem{Field: p.Field, Text: r.Words.T(p.Key, "n", account.ShortestPassword)})
		}
		return ps, true
	case errors.Is(err, account.ErrEmailTaken):
		return ui.Problems{{Field: "email", Text: r.Words.T("problem.email_taken")}}, true
	case errors.Is(err, account.ErrLastAdmin):
		return ui.Problems{{Field: "role", Text: r.Words.T("problem.last_admin")}}, true
	default:
		return nil, false
	}
}

// waitText says how long to wait, in seconds or minutes.
func waitText(w *words.Words, d time.Duration) string {
	if d <= time.Minute {
		return w.N("auth.wait", int64(max(1, (d+time.Second-1)/time.Second)))
	}
	return w.N("error.rate_limited", int64((d+time.Minute-1)/time.Minute))
}

// accountMeanings says which refusals the account's errors are.
func (s *Server) accountMeanings() {
	s.means(account.ErrNotFound, errNotFound)
	s.means(account.ErrSetUp, errNotFound)
	s.means(account.ErrForbidden, errForbidden)
	s.means(account.ErrLink, &Error{Status: 410, Title: "auth.link_gone.title", Body: "auth.link_gone.body"})
	s.means(account.ErrBusy, &Error{Status: 503, Title: "error.unavailable.title", Body: "error.unavailable.body", Retry: 5 * time.Second})
	s.means(ErrTooLarge, errTooLarge)
}
