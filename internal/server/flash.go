package server

import (
	"net/http"
	"strconv"
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

// tally is how much of something a form did: a counted key of the words, "flash.inbox.changed", and its number.
type tally struct {
	key string
	n   int64
}

// doneCounting is done for what is counted: a sentence for each.
func (r *Request) doneCounting(to string, said ...tally) error {
	parts := make([]string, len(said))
	for i, t := range said {
		parts[i] = t.key + "=" + strconv.FormatInt(t.n, 10)
	}
	return r.done(to, strings.Join(parts, "|"))
}

// takeFlash gives what the last form did, once. The keys come from the browser, so only those of our own area count.
func (r *Request) takeFlash() *ui.Flash {
	cookie, err := r.c.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	r.setCookie(&http.Cookie{Name: flashCookie, MaxAge: -1})
	var said []string
	for part := range strings.SplitSeq(cookie.Value, "|") {
		key, count, counted := strings.Cut(part, "=")
		if !strings.HasPrefix(key, "flash.") || !r.Words.Has(key) {
			return nil
		}
		if !counted {
			said = append(said, r.Words.T(key))
			continue
		}
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil {
			return nil
		}
		said = append(said, r.Words.N(key, n))
	}
	return &ui.Flash{Text: strings.Join(said, " ")}
}
