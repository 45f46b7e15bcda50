package server

import (
	"net/http"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/web/words"
)

// signIn finds out who calls and in which language they read.
func (s *Server) signIn(r *Request) error {
	u, err := s.visitor(r)
	if err != nil {
		return err
	}
	r.User = u
	r.speak(u)
	return nil
}

func (r *Request) speak(u *account.User) {
	r.Words = words.For(r.s.languageOf(r.c, u))
	r.keepLanguage()
}

// setCookie sends a cookie with the flags that all of ours have.
func (r *Request) setCookie(c *http.Cookie) {
	c.Path, c.HttpOnly, c.SameSite, c.Secure = "/", true, http.SameSiteLaxMode, r.s.secure(r.HTTP())
	http.SetCookie(r.c.Response(), c)
}
