package server

import (
	"net/http"

	"github.com/gorilla/sessions"

	"github.com/surveyd/surveyd/internal/account"
)

// sessionDays is how long a browser keeps the cookie; the account ends sessions earlier.
const sessionDays = 30

// userValue is where a session keeps its user while a request lasts.
type userValue struct{}

// sessionStore keeps sessions in the account's store: the cookie has a random id and nothing else. It implements sessions.Store.
type sessionStore struct{ s *Server }

// sessionName is the cookie's name. Over https it may be sent to this host only, which a browser holds to by the prefix.
func (st sessionStore) sessionName(r *http.Request) string {
	if st.s.secure(r) {
		return "__Host-session"
	}
	return "session"
}

// Get gives the session of the request, read once.
func (st sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(st, name)
}

// New reads the session that the cookie names. One that is unknown or over is a new session without a user.
func (st sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(st, name)
	session.Options = &sessions.Options{
		Path: "/", MaxAge: sessionDays * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: st.s.secure(r),
	}
	session.IsNew = true
	cookie, err := r.Cookie(name)
	if err != nil {
		return session, nil
	}
	u, err := st.s.deps.Accounts.Visitor(r.Context(), cookie.Value)
	if err != nil {
		return session, err
	}
	if u != nil {
		session.ID, session.IsNew = cookie.Value, false
		session.Values[userValue{}] = u
	}
	return session, nil
}

// Save sends the cookie; a negative MaxAge ends the session first.
func (st sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		if err := st.s.deps.Accounts.SignOut(r.Context(), session.ID); err != nil {
			return err
		}
		session.ID = ""
	}
	http.SetCookie(w, sessions.NewCookie(session.Name(), session.ID, session.Options))
	return nil
}

// visitor is the user whose session came with the request; nil: nobody.
func (s *Server) visitor(r *Request) (*account.User, error) {
	if s.deps.Accounts == nil {
		return nil, nil
	}
	session, err := r.session()
	if err != nil {
		return nil, err
	}
	u, _ := session.Values[userValue{}].(*account.User)
	return u, nil
}

func (r *Request) session() (*sessions.Session, error) {
	st := sessionStore{r.s}
	return st.Get(r.HTTP(), st.sessionName(r.HTTP()))
}

// enter gives the browser a session that was just opened. The one it had before ends, so an id that somebody planted there is worth nothing.
func (r *Request) enter(id string, u account.User) error {
	session, err := r.session()
	if err != nil {
		return err
	}
	if session.ID != "" && session.ID != id {
		if err := r.s.deps.Accounts.SignOut(r.HTTP().Context(), session.ID); err != nil {
			return err
		}
	}
	session.ID, session.IsNew = id, false
	if u.Language != "" {
		r.dropCookie(languageCookie)
	}
	return session.Save(r.HTTP(), r.Writer())
}

// leave ends the browser's session.
func (r *Request) leave() error {
	session, err := r.session()
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	return session.Save(r.HTTP(), r.Writer())
}

func (r *Request) dropCookie(name string) { r.setCookie(&http.Cookie{Name: name, MaxAge: -1}) }
