// Package account holds who may do what: users, roles, passwords, sessions, settings and the audit log. It knows nothing of HTTP or SQL.
package account

import (
	"slices"
	"time"
)

// User is a person of the shop who signs in. The password never leaves the store and the service.
type User struct {
	ID         int64
	Email      string
	Name       string
	Role       Role
	Language   string // of the staff pages; "": what the browser asks for
	Disabled   bool
	CreatedAt  time.Time
	LastSeenAt time.Time // zero: never signed in
}

// Role is what a user may do. The zero value may do nothing.
type Role string

// The three roles.
const (
	Admin   Role = "admin"   // everything
	Manager Role = "manager" // surveys, imports, results; not users and settings
	Support Role = "support" // reads results and answers, marks test and spam
)

// Roles lists the roles, the mightiest first.
func Roles() []Role { return []Role{Admin, Manager, Support} }

// Valid tells whether r is one of the three.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Permission is one thing that only some roles may do.
type Permission string

// The permissions.
const (
	SeeResults    Permission = "see results"    // dashboards, answers, comments
	SeeFollowUp   Permission = "see follow-up"  // how cases went, by person, and their logs
	SeeFigures    Permission = "see figures"    // of customers and money
	EditResponses Permission = "edit responses" // delete, and bring back what was deleted
	EditSurveys   Permission = "edit surveys"
	ImportData    Permission = "import data"
	EditSettings  Permission = "edit settings"
	EditUsers     Permission = "edit users"
	ReadAudit     Permission = "read audit"
)

// Can tells whether the role has the permission. There is no other place that decides this.
func (r Role) Can(p Permission) bool {
	switch p {
	case SeeResults:
		return r.Valid()
	case SeeFollowUp, SeeFigures, EditResponses, EditSurveys, ImportData:
		return r == Admin || r == Manager
	case EditSettings, EditUsers, ReadAudit:
		return r == Admin
	default:
		return false
	}
}

// Can tells whether the user has the permission; nobody (nil) and a disabled user have none.
func (u *User) Can(p Permission) bool {
	return u != nil && !u.Disabled && u.Role.Can(p)
}
