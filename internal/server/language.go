package server

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/words"
)

// languageCookie keeps the language that somebody chose on a page.
const languageCookie = "lang"

// languageOf picks the language of a page: what the address asks for, what was chosen in this browser, the user's own, what the browser
// asks for. Signing in and saving the profile drop the choice of the browser.
func (s *Server) languageOf(c echo.Context, u *account.User) string {
	if lang := c.QueryParam("lang"); offered(lang) {
		return lang
	}
	if cookie, err := c.Cookie(languageCookie); err == nil && offered(cookie.Value) {
		return cookie.Value
	}
	if u != nil && offered(u.Language) {
		return u.Language
	}
	return words.Match(c.Request().Header.Get("Accept-Language"), words.Languages(), "en")
}

func offered(lang string) bool { return slices.Contains(words.Languages(), lang) }

// keepLanguage remembers a language chosen by ?lang=.
func (r *Request) keepLanguage() {
	if lang := r.c.QueryParam("lang"); offered(lang) {
		r.setCookie(&http.Cookie{Name: languageCookie, Value: lang, MaxAge: 365 * 24 * 3600})
	}
}
