package server

import (
	"net/http"
	"strings"

	"github.com/surveyd/surveyd/web/templates/ui"
)

// flashCookie carries what the last form did to the page after the redirect.
const flashCookie = "done"

// done redirects after a form and says there what it did: a key of the words, "flash.saved".
func (r *Request) done(to, key string) error {
	r.setCookie(&http.Cookie{Name: flashCookie, Value: key, MaxAge: 60})
	return r.redirect(to)
}

// takeFlash gives what the last form did, once. The key comes from the browser, so only those of our own area count.
func (r *Request) takeFlash() *ui.Flash {
	cookie, err := r.c.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	r.setCookie(&http.Cookie{Name: flashCookie, MaxAge: -1})
	if !strings.HasPrefix(cookie.Value, "flash.") || !r.Words.Has(cookie.Value) {
		return nil
	}
	return &ui.Flash{Text: r.Words.T(cookie.Value)}
}
