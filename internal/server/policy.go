package server

import (
	"net"
	"net/http"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
)

// Policy says who may call a route. Its zero value is none at all: registering a route with it panics at start.
type Policy uint8

// The policies.
const (
	noPolicy Policy = iota
	Public          // anybody
	Token           // whoever has the link; the handler checks the token. Exempt from the cross-origin check, since the token is the authority
	Loopback        // a browser on this machine
	Staff           // anybody signed in
	Managers        // managers and admins
	Admins          // admins

	// Programs with a key that has the scope. Nobody who is signed in gets in by that.
	KeyReadContacts
	KeyWriteContacts
	KeyEraseContacts
	KeyWritePurchases
	KeyWriteEvents
	KeyWriteFeeds
	KeyReadFigures
)

// lastPolicy is the last of them.
const lastPolicy = KeyReadFigures

// scope is what a key must have to call a route of this policy; false: it is no route for programs.
func (p Policy) scope() (account.Scope, bool) {
	switch p {
	case KeyReadContacts:
		return account.ReadContacts, true
	case KeyWriteContacts:
		return account.WriteContacts, true
	case KeyEraseContacts:
		return account.EraseContacts, true
	case KeyWritePurchases:
		return account.WritePurchases, true
	case KeyWriteEvents:
		return account.WriteEvents, true
	case KeyWriteFeeds:
		return account.WriteFeeds, true
	case KeyReadFigures:
		return account.ReadFigures, true
	default:
		return "", false
	}
}

// String names the policy for tests and docs.
func (p Policy) String() string {
	names := [...]string{"none", "public", "token", "loopback", "staff", "managers", "admins"}
	if scope, ok := p.scope(); ok {
		return "a key with " + string(scope)
	}
	if int(p) < len(names) {
		return names[p]
	}
	return "unknown"
}

// check returns nil when the person may call a route of this policy.
func (p Policy) check(r *http.Request, u *account.User) error {
	switch p {
	case Public, Token:
		return nil
	case Loopback:
		if isLoopback(r) {
			return nil
		}
		return errNotFound
	case Staff, Managers, Admins:
		if u == nil || u.Disabled {
			return errSignedOut
		}
		if p.role(u.Role) {
			return nil
		}
	}
	return errForbidden
}

func (p Policy) role(role account.Role) bool {
	switch p {
	case Staff:
		return role.Valid()
	case Managers:
		return role == account.Manager || role == account.Admin
	case Admins:
		return role == account.Admin
	default:
		return false
	}
}

// isLoopback tells whether the request comes straight from a browser on this machine: not through a proxy, and not by a name that somebody else's DNS points here.
func isLoopback(r *http.Request) bool {
	for _, h := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		return false
	}
	name := r.Host
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	return name == "localhost" || net.ParseIP(strings.Trim(name, "[]")).IsLoopback()
}
