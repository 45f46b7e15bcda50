package account

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// How long a session lasts: without a request, and at all.
const (
	sessionIdle = 12 * time.Hour
	sessionMost = 30 * 24 * time.Hour
	// seenEvery is how exactly the last request is known; a write per page would cost more than it tells.
	seenEvery = 5 * time.Minute
)

// SignIn checks address and password, counts failures by account and by network, and opens a session. The returned id goes into the browser's cookie.
// ErrWrongPassword says nothing about which of the two was wrong; *Wait says how long to wait; unknown addresses take as long as known ones.
func (s *Service) SignIn(ctx context.Context, email, password, network string) (id string, u User, err error) {
	key := EmailKey(email)
	counts := s.counters(key, network)
	if err := s.admit(ctx, counts); err != nil {
		return "", User{}, err
	}
	u, cred, err := s.lookUp(ctx, key)
	if err != nil {
		return "", User{}, err
	}
	fits, err := s.Hasher.Check(ctx, password, cred.Hash)
	if err != nil {
		return "", User{}, fmt.Errorf("check the password: %w", err)
	}
	if !fits || u.Disabled {
		return "", User{}, ErrWrongPassword
	}
	if err := s.absolve(ctx, counts); err != nil {
		return "", User{}, err
	}
	err = s.change(ctx, Entry{ActorID: u.ID, Actor: u.Email, Action: "session.open", Object: userObject(u.ID)}, func(ctx context.Context) error {
		id, err = s.OpenSession(ctx, u.ID)
		return err
	})
	return id, u, err
}

// lookUp finds a user and what the password is checked against. For an unknown address both are empty, and that is no error.
func (s *Service) lookUp(ctx context.Context, key string) (User, Credential, error) {
	u, err := s.Store.UserByEmail(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return User{}, Credential{}, nil
	}
	if err != nil {
		return User{}, Credential{}, err
	}
	c, err := s.Store.Credential(ctx, u.ID)
	return u, c, err
}

// OpenSession opens a session without asking for a password: after setting up, joining, and for the demo. It returns the id for the cookie.
func (s *Service) OpenSession(ctx context.Context, userID int64) (string, error) {
	id, err := s.newSecret(tokenLetters)
	if err != nil {
		return "", err
	}
	now := s.Now()
	return id, s.Store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.InsertSession(ctx, Session{IDHash: hashed(id), UserID: userID, CreatedAt: now, SeenAt: now}); err != nil {
			return err
		}
		return s.Store.UserSeen(ctx, userID, now)
	})
}

// Visitor is the user of a session, nil for a session that is unknown, over, or of somebody disabled. It reads the store each time, so a change of the role
// or a sign-out counts from the next request on, whichever instance made it.
func (s *Service) Visitor(ctx context.Context, id string) (*User, error) {
	if len(id) != tokenLetters {
		return nil, nil
	}
	hash := hashed(id)
	session, err := s.Store.SessionByHash(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	now := s.Now()
	if now.Sub(session.SeenAt) > sessionIdle || now.Sub(session.CreatedAt) > sessionMost {
		return nil, s.Store.DeleteSession(ctx, hash)
	}
	u, err := s.Store.UserByID(ctx, session.UserID)
	if err != nil || u.Disabled {
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		return nil, err
	}
	if now.Sub(session.SeenAt) >= seenEvery {
		err = s.seen(ctx, hash, u.ID, now)
	}
	return &u, err
}

func (s *Service) seen(ctx context.Context, hash []byte, userID int64, now time.Time) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.SessionSeen(ctx, hash, now); err != nil {
			return err
		}
		return s.Store.UserSeen(ctx, userID, now)
	})
}

// SignOut ends one session.
func (s *Service) SignOut(ctx context.Context, id string) error {
	return s.Store.DeleteSession(ctx, hashed(id))
}

// SignOutEverywhere ends all sessions of a user.
func (s *Service) SignOutEverywhere(ctx context.Context, u User) error {
	return s.change(ctx, Entry{ActorID: u.ID, Actor: u.Email, Action: "session.close_all", Object: userObject(u.ID)}, func(ctx context.Context) error {
		return s.Store.DeleteSessionsOf(ctx, u.ID)
	})
}

// Tidy drops sessions, counts of failures, and replies of the API that are over.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.Now()
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.DeleteSessionsBefore(ctx, now.Add(-sessionMost), now.Add(-sessionIdle)); err != nil {
			return err
		}
		if err := s.Store.DeleteRepliesBefore(ctx, now.Add(-replyKept)); err != nil {
			return err
		}
		return s.Store.DeleteAttemptsBefore(ctx, now.Add(-forgetFailures))
	})
}
