package account

import (
	"context"
	"time"
)

// Store keeps what this package works with. Every method joins the transaction of its context.
type Store interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Users
	Sessions
	Links
	Attempts
	Audits
	SettingStore
	Keys
	Replies
}

// Credential is the secret side of a user: the hash of the password ("" while invited) and a number that every change of it raises.
type Credential struct {
	Hash   string
	Number int64
}

// Users keeps users. Reading one that is not there is ErrNotFound, adding an address twice ErrEmailTaken.
type Users interface {
	UserByID(ctx context.Context, id int64) (User, error)
	UserByEmail(ctx context.Context, key string) (User, error)
	Users(ctx context.Context) ([]User, error)
	InsertUser(ctx context.Context, u User, key string) error
	UpdateUser(ctx context.Context, u User) error
	DeleteUser(ctx context.Context, id int64) error
	UserSeen(ctx context.Context, id int64, at time.Time) error
	Credential(ctx context.Context, id int64) (Credential, error)
	SetCredential(ctx context.Context, id int64, c Credential) error
}

// Session is a browser that is signed in.
type Session struct {
	IDHash    []byte
	UserID    int64
	CreatedAt time.Time
	SeenAt    time.Time
}

// Sessions keeps sessions. Reading one that is not there is ErrNotFound.
type Sessions interface {
	InsertSession(ctx context.Context, s Session) error
	SessionByHash(ctx context.Context, idHash []byte) (Session, error)
	SessionSeen(ctx context.Context, idHash []byte, at time.Time) error
	DeleteSession(ctx context.Context, idHash []byte) error
	DeleteSessionsOf(ctx context.Context, userID int64) error
	DeleteSessionsBefore(ctx context.Context, created, seen time.Time) error
}

// Link is a single-use link, known by the hash of its token.
type Link struct {
	TokenHash  []byte
	Kind       LinkKind
	UserID     int64
	Credential int64 // of the user when the link was made
	ExpiresAt  time.Time
}

// Links keeps links. Reading one that is not there is ErrNotFound.
type Links interface {
	InsertLink(ctx context.Context, l Link) error
	LinkByHash(ctx context.Context, tokenHash []byte) (Link, error)
	DeleteLinksOf(ctx context.Context, userID int64) error
}

// Attempt counts failures to sign in.
type Attempt struct {
	Failures     int64
	LastAt       time.Time
	BlockedUntil time.Time
}

// Attempts keeps counts of failures by key. CountAttempt adds one and returns the row as it was before, locked until the transaction ends.
type Attempts interface {
	CountAttempt(ctx context.Context, key []byte, at time.Time) (before Attempt, err error)
	SaveAttempt(ctx context.Context, key []byte, a Attempt) error
	DeleteAttempt(ctx context.Context, key []byte) error
	DeleteAttemptsBefore(ctx context.Context, last time.Time) error
}

// Audits keeps the audit log. LockAudit locks the end of the chain until the transaction ends, and returns it.
type Audits interface {
	LockAudit(ctx context.Context) (seq int64, hash string, err error)
	AppendAudit(ctx context.Context, e Entry) error
	AuditHead(ctx context.Context) (seq int64, hash string, err error)
	AuditEntries(ctx context.Context, f AuditFilter, limit int) ([]Entry, error)
}

// SettingStore keeps the settings of the account by key. Setting one tells every instance that what customers see may have changed.
type SettingStore interface {
	Settings(ctx context.Context) (map[string]string, error)
	SetSetting(ctx context.Context, key, value string) error
}
