package account

import (
	"context"
	"errors"
	"strings"
)

// setupLetters is the length of a setup key without its dashes: 60 bits, for an hour.
const setupLetters = 12

// IsSetUp tells whether there is any user. From then on nobody can set up.
func (s *Service) IsSetUp(ctx context.Context) (bool, error) {
	users, err := s.Store.Users(ctx)
	return len(users) > 0, err
}

// NewSetupKey makes the key that claims a fresh surveyd, valid for 60 minutes; keys made before are void. It is ErrSetUp when there is a user.
func (s *Service) NewSetupKey(ctx context.Context) (string, error) {
	done, err := s.IsSetUp(ctx)
	if err != nil {
		return "", err
	}
	if done {
		return "", ErrSetUp
	}
	letters, err := s.newSecret(setupLetters)
	if err != nil {
		return "", err
	}
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.DeleteLinksOf(ctx, 0); err != nil {
			return err
		}
		return s.Store.InsertLink(ctx, Link{TokenHash: setupHash(letters), Kind: setup, ExpiresAt: s.Now().Add(setup.Lasts())})
	})
	letters = strings.ToUpper(letters)
	return letters[:4] + "-" + letters[4:8] + "-" + letters[8:], err
}

// setupHash reads a key as people type it: case and dashes do not matter, nor does O for 0 or I and L for 1.
func setupHash(key string) []byte {
	key = strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(key))
	return hashed("setup|" + key)
}

// CheckSetupKey is ErrSetUp when there is a user, ErrLink when the key is wrong or old, a *Wait after too many tries.
func (s *Service) CheckSetupKey(ctx context.Context, key, network string) error {
	done, err := s.IsSetUp(ctx)
	if err != nil {
		return err
	}
	if done {
		return ErrSetUp
	}
	counts := s.counters("setup", network)
	if err := s.admit(ctx, counts); err != nil {
		return err
	}
	if err := s.setupKey(ctx, key); err != nil {
		return err
	}
	return s.absolve(ctx, counts)
}

func (s *Service) setupKey(ctx context.Context, key string) error {
	l, err := s.Store.LinkByHash(ctx, setupHash(key))
	if errors.Is(err, ErrNotFound) || err == nil && (l.Kind != setup || !l.ExpiresAt.After(s.Now())) {
		return ErrLink
	}
	return err
}

// SetupForm is what the first administrator says.
type SetupForm struct {
	Email, Name, Password string
	Language              string // of the administrator's pages
	Settings              Settings
}

// Setup makes the first administrator and the settings, uses the key up and opens a session. Call CheckSetupKey before.
func (s *Service) Setup(ctx context.Context, key string, f SetupForm, offered []string) (id string, u User, err error) {
	if u, err = s.firstUser(&f, offered); err != nil {
		return "", User{}, err
	}
	hash, err := s.Hasher.Hash(ctx, f.Password)
	if err != nil {
		return "", User{}, err
	}
	entry := Entry{ActorID: u.ID, Actor: u.Email, Action: "account.setup", Object: userObject(u.ID), Detail: map[string]string{}}
	err = s.change(ctx, entry, func(ctx context.Context) error {
		done, err := s.IsSetUp(ctx)
		if err != nil {
			return err
		}
		if done {
			return ErrSetUp
		}
		if err := s.setupKey(ctx, key); err != nil {
			return err
		}
		if err := s.addUser(ctx, u, hash); err != nil {
			return err
		}
		if err := s.writeSettings(ctx, f.Settings, entry.Detail); err != nil {
			return err
		}
		if err := s.Store.DeleteLinksOf(ctx, 0); err != nil {
			return err
		}
		id, err = s.OpenSession(ctx, u.ID)
		return err
	})
	return id, u, err
}

// firstUser checks the form and makes the user of it.
func (s *Service) firstUser(f *SetupForm, offered []string) (User, error) {
	n := NewUser{Email: f.Email, Name: f.Name, Role: Admin}
	var c check // in the order of the fields on the page
	c.join(n.tidy())
	checkPassword(&c, "password", f.Password)
	c.join(f.Settings.tidy(offered))
	if err := c.err(); err != nil {
		return User{}, err
	}
	return User{ID: s.NewID(), Email: n.Email, Name: n.Name, Role: Admin, Language: f.Language, CreatedAt: s.Now()}, nil
}

func (s *Service) addUser(ctx context.Context, u User, hash string) error {
	if err := s.Store.InsertUser(ctx, u, EmailKey(u.Email)); err != nil {
		return err
	}
	return s.Store.SetCredential(ctx, u.ID, Credential{Hash: hash, Number: 1})
}

// AddUser adds a user with a password without being asked by anybody signed in: for the command line and the demo.
func (s *Service) AddUser(ctx context.Context, n NewUser, password string) (User, error) {
	if err := n.tidy(); err != nil {
		return User{}, err
	}
	var c check
	checkPassword(&c, "password", password)
	if err := c.err(); err != nil {
		return User{}, err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return User{}, err
	}
	u := User{ID: s.NewID(), Email: n.Email, Name: n.Name, Role: n.Role, Language: n.Language, CreatedAt: s.Now()}
	e := Entry{Actor: Operator, Action: "user.add", Object: userObject(u.ID), Detail: map[string]string{"email": u.Email, "role": string(u.Role)}}
	return u, s.change(ctx, e, func(ctx context.Context) error { return s.addUser(ctx, u, hash) })
}

// Operator is the actor of what is done on the command line.
const Operator = "command line"

// LinkFor makes a link for the user with this address, for an operator on the command line: the way back in when nobody can sign in.
func (s *Service) LinkFor(ctx context.Context, email string) (token string, kind LinkKind, err error) {
	u, err := s.Store.UserByEmail(ctx, EmailKey(email))
	if err != nil {
		return "", "", err
	}
	err = s.change(ctx, Entry{Actor: Operator, Action: "user.link", Object: userObject(u.ID)}, func(ctx context.Context) error {
		token, kind, err = s.link(ctx, u.ID)
		return err
	})
	return token, kind, err
}
