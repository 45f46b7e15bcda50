package account

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// LinkKind is what a single-use link is for.
type LinkKind string

// The kinds of links.
const (
	Join  LinkKind = "join"  // an invitation: choose a password
	Reset LinkKind = "reset" // choose a new password
	setup LinkKind = "setup" // claim a fresh surveyd
)

// newLink makes a link for a user that replaces those made before, and returns its token.
func (s *Service) newLink(ctx context.Context, kind LinkKind, userID, credential int64) (string, error) {
	token, err := s.newSecret(tokenLetters)
	if err != nil {
		return "", err
	}
	if err := s.Store.DeleteLinksOf(ctx, userID); err != nil {
		return "", err
	}
	return token, s.Store.InsertLink(ctx, Link{TokenHash: hashed(token), Kind: kind, UserID: userID, Credential: credential, ExpiresAt: s.Now().Add(kind.Lasts())})
}

// NewLink makes a link for a user: to join while they have no password, to set a new one after. It returns the token and the kind.
func (s *Service) NewLink(ctx context.Context, actor User, userID int64) (token string, kind LinkKind, err error) {
	if !actor.Can(EditUsers) {
		return "", "", ErrForbidden
	}
	err = s.change(ctx, Entry{ActorID: actor.ID, Actor: actor.Email, Action: "user.link", Object: userObject(userID)}, func(ctx context.Context) error {
		token, kind, err = s.link(ctx, userID)
		return err
	})
	return token, kind, err
}

func (s *Service) link(ctx context.Context, userID int64) (string, LinkKind, error) {
	u, err := s.Store.UserByID(ctx, userID)
	if err != nil {
		return "", "", err
	}
	if u.Disabled {
		return "", "", ErrNotFound
	}
	c, err := s.Store.Credential(ctx, userID)
	if err != nil {
		return "", "", err
	}
	kind := Reset
	if c.Hash == "" {
		kind = Join
	}
	token, err := s.newLink(ctx, kind, userID, c.Number)
	return token, kind, err
}

// LinkUser is the user whom a link is for. Unknown, used, expired and replaced links, and those of disabled users, are all ErrLink.
func (s *Service) LinkUser(ctx context.Context, kind LinkKind, token string) (User, error) {
	l, err := s.Store.LinkByHash(ctx, hashed(token))
	if errors.Is(err, ErrNotFound) {
		return User{}, ErrLink
	}
	if err != nil {
		return User{}, err
	}
	if l.Kind != kind || !l.ExpiresAt.After(s.Now()) {
		return User{}, ErrLink
	}
	u, err := s.Store.UserByID(ctx, l.UserID)
	if errors.Is(err, ErrNotFound) || err == nil && u.Disabled {
		return User{}, ErrLink
	}
	if err != nil {
		return User{}, err
	}
	c, err := s.Store.Credential(ctx, u.ID)
	if err == nil && c.Number != l.Credential {
		err = ErrLink
	}
	return u, err
}

// UseLink sets the password of the user whom a link is for, ends all their sessions, uses the link up, and opens a session. Name replaces the user's unless
// it is empty.
func (s *Service) UseLink(ctx context.Context, kind LinkKind, token, name, password string) (id string, u User, err error) {
	if u, err = s.LinkUser(ctx, kind, token); err != nil {
		return "", User{}, err
	}
	var c check
	if name = tidyLine(name); name != "" {
		checkName(&c, name)
		u.Name = name
	}
	checkPassword(&c, "password", password)
	if err := c.err(); err != nil {
		return "", User{}, err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return "", User{}, err
	}
	err = s.change(ctx, Entry{ActorID: u.ID, Actor: u.Email, Action: "user." + string(kind), Object: userObject(u.ID)}, func(ctx context.Context) error {
		// Read again inside: of two browsers with the same link only one comes through.
		if _, err := s.LinkUser(ctx, kind, token); err != nil {
			return err
		}
		if err := s.Store.UpdateUser(ctx, u); err != nil {
			return err
		}
		if err := s.setPassword(ctx, u.ID, hash); err != nil {
			return err
		}
		id, err = s.OpenSession(ctx, u.ID)
		return err
	})
	return id, u, err
}

// setPassword stores a new hash; sessions and links made with the old one are void.
func (s *Service) setPassword(ctx context.Context, userID int64, hash string) error {
	old, err := s.Store.Credential(ctx, userID)
	if err != nil {
		return err
	}
	if err := s.Store.SetCredential(ctx, userID, Credential{Hash: hash, Number: old.Number + 1}); err != nil {
		return err
	}
	if err := s.Store.DeleteLinksOf(ctx, userID); err != nil {
		return err
	}
	return s.Store.DeleteSessionsOf(ctx, userID)
}

func userObject(id int64) string { return "user " + strconv.FormatInt(id, 10) }

// Lasts is how long a link of this kind works.
func (k LinkKind) Lasts() time.Duration {
	switch k {
	case Join:
		return 72 * time.Hour
	default:
		return time.Hour
	}
}
