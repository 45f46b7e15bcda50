package server

import (
	"net/http"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// The double-submit key of a public link is a cookie of that link: it holds the id that the response will have, so the same form sent twice is one
// response. After the answer it is marked as used, and the next time the page is opened there is a new one: two people at one screen are two.
const (
	keyCookie = "k"
	usedMark  = ".u"
	keyAge    = "86400" // seconds
)

// giveKey makes sure that whoever sees the form has a key. It returns the answer's token when this browser has answered here before.
func (a *asker) giveKey(v *visit) (used string) {
	if v.person {
		return ""
	}
	if cookie, err := v.c.Cookie(keyCookie); err == nil {
		key, wasUsed := strings.CutSuffix(cookie.Value, usedMark)
		if id, ok := a.keys.FormID(key); ok {
			if !wasUsed {
				return ""
			}
			used = a.keys.AnswerToken(id)
		}
	}
	if v.c.Request().Method == http.MethodGet {
		a.newKey(v.c.Response(), v.c.Request(), v.token, v.target)
	}
	return used
}

// newKey gives the browser a key that it has not had.
func (a *asker) newKey(w http.ResponseWriter, r *http.Request, token string, t *target) {
	a.setKey(w, r, token, a.keys.FormKey(a.newID(t)))
}

// ownID is the id that the link or the form's key carries.
func (a *asker) ownID(v *visit) (survey.ID, bool) {
	if v.person {
		return v.id, true
	}
	cookie, err := v.c.Cookie(keyCookie)
	if err != nil {
		return 0, false
	}
	key, _ := strings.CutSuffix(cookie.Value, usedMark)
	return a.keys.FormID(key)
}

// responseID is the id under which the form's answer is stored; a browser without cookies gets a new one.
func (a *asker) responseID(v *visit) survey.ID {
	if id, ok := a.ownID(v); ok {
		return id
	}
	return a.newID(v.target)
}

func (a *asker) useKey(v *visit, id survey.ID) {
	if !v.person {
		a.setKey(v.c.Response(), v.c.Request(), v.token, a.keys.FormKey(id)+usedMark)
	}
}

func (a *asker) setKey(w http.ResponseWriter, r *http.Request, token, value string) {
	secure := ""
	if a.s.secure(r) {
		secure = "; Secure"
	}
	// Both values are ours, made of letters, digits and hyphens: nothing in them needs what http.Cookie would check.
	h := w.Header()
	h["Set-Cookie"] = append(h["Set-Cookie"], keyCookie+"="+value+"; Path=/s/"+token+"; Max-Age="+keyAge+"; HttpOnly"+secure+"; SameSite=Lax")
}
