package account

import (
	"context"
	"slices"
)

// List gives all users, by name.
func (s *Service) List(ctx context.Context) ([]User, error) { return s.Store.Users(ctx) }

// User gives one user, or ErrNotFound.
func (s *Service) User(ctx context.Context, id int64) (User, error) { return s.Store.UserByID(ctx, id) }

// Joined tells whether a user has a password yet.
func (s *Service) Joined(ctx context.Context, id int64) (bool, error) {
	c, err := s.Store.Credential(ctx, id)
	return c.Hash != "", err
}

// NewUser is what an administrator says about somebody who shall join.
type NewUser struct {
	Email    string
	Name     string
	Role     Role
	Language string // "": what the browser asks for
}

func (n *NewUser) tidy() error {
	n.Email, n.Name = EmailKeepCase(n.Email), tidyLine(n.Name)
	var c check
	checkName(&c, n.Name)
	c.add(!ValidEmail(n.Email), "email", "problem.email")
	c.add(!n.Role.Valid(), "role", "problem.role")
	return c.err()
}

// EmailKeepCase is an address as its owner writes it, without spaces around it.
func EmailKeepCase(s string) string { return tidyLine(s) }

// Invite adds a user without a password and returns the token of the link to join with.
func (s *Service) Invite(ctx context.Context, actor User, n NewUser) (u User, token string, err error) {
	if !actor.Can(EditUsers) {
		return User{}, "", ErrForbidden
	}
	if err := n.tidy(); err != nil {
		return User{}, "", err
	}
	u = User{ID: s.NewID(), Email: n.Email, Name: n.Name, Role: n.Role, Language: n.Language, CreatedAt: s.Now()}
	e := Entry{ActorID: actor.ID, Actor: actor.Email, Action: "user.invite", Object: userObject(u.ID), Detail: map[string]string{"email": u.Email, "role": string(u.Role)}}
	err = s.change(ctx, e, func(ctx context.Context) error {
		if err := s.Store.InsertUser(ctx, u, EmailKey(u.Email)); err != nil {
			return err
		}
		token, err = s.newLink(ctx, Join, u.ID, 0)
		return err
	})
	return u, token, err
}

// Edit is what an administrator may change of a user.
type Edit struct {
	Name     string
	Role     Role
	Disabled bool
}

// EditUser changes a user. A new role or a disabled account ends all sessions of the user. The last administrator can't be changed into something less.
func (s *Service) EditUser(ctx context.Context, actor User, id int64, e Edit) error {
	if !actor.Can(EditUsers) {
		return ErrForbidden
	}
	e.Name = tidyLine(e.Name)
	var c check
	checkName(&c, e.Name)
	c.add(!e.Role.Valid(), "role", "problem.role")
	if err := c.err(); err != nil {
		return err
	}
	entry := Entry{ActorID: actor.ID, Actor: actor.Email, Action: "user.edit", Object: userObject(id), Detail: map[string]string{}}
	return s.change(ctx, entry, func(ctx context.Context) error {
		u, err := s.Store.UserByID(ctx, id)
		if err != nil {
			return err
		}
		before := u
		u.Name, u.Role, u.Disabled = e.Name, e.Role, e.Disabled
		if before.Role != u.Role {
			entry.Detail["role"] = string(before.Role) + " -> " + string(u.Role)
		}
		if before.Disabled != u.Disabled {
			entry.Detail["disabled"] = yesNo(u.Disabled)
		}
		if err := s.Store.UpdateUser(ctx, u); err != nil {
			return err
		}
		if err := s.keepAdmin(ctx); err != nil {
			return err
		}
		if err := s.release(ctx, actor, u.ID, u.Disabled && !before.Disabled); err != nil {
			return err
		}
		if before.Role == u.Role && before.Disabled == u.Disabled {
			return nil
		}
		return s.Store.DeleteSessionsOf(ctx, id)
	})
}

// RemoveUser removes a user with all sessions and links. What they did stays in the audit log.
func (s *Service) RemoveUser(ctx context.Context, actor User, id int64) error {
	if !actor.Can(EditUsers) {
		return ErrForbidden
	}
	entry := Entry{ActorID: actor.ID, Actor: actor.Email, Action: "user.remove", Object: userObject(id), Detail: map[string]string{}}
	return s.change(ctx, entry, func(ctx context.Context) error {
		u, err := s.Store.UserByID(ctx, id)
		if err != nil {
			return err
		}
		entry.Detail["email"] = u.Email
		if err := s.Store.DeleteSessionsOf(ctx, id); err != nil {
			return err
		}
		if err := s.Store.DeleteLinksOf(ctx, id); err != nil {
			return err
		}
		if err := s.release(ctx, actor, id, true); err != nil {
			return err
		}
		if err := s.Store.DeleteUser(ctx, id); err != nil {
			return err
		}
		return s.keepAdmin(ctx)
	})
}

// release hands over what a user had, when they leave.
func (s *Service) release(ctx context.Context, actor User, id int64, leaves bool) error {
	if s.Leaving == nil || !leaves {
		return nil
	}
	return s.Leaving.Release(ctx, actor.ID, id)
}

// keepAdmin is ErrLastAdmin when no administrator who can sign in would be left. Whoever is only invited does not count: nobody may ever come.
func (s *Service) keepAdmin(ctx context.Context) error {
	users, err := s.Store.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Role != Admin || u.Disabled {
			continue
		}
		joined, err := s.Joined(ctx, u.ID)
		if err != nil {
			return err
		}
		if joined {
			return nil
		}
	}
	return ErrLastAdmin
}

// SaveProfile changes a user's own name and language.
func (s *Service) SaveProfile(ctx context.Context, u User, name, language string, offered []string) error {
	name = tidyLine(name)
	var c check
	checkName(&c, name)
	c.add(language != "" && !slices.Contains(offered, language), "language", "problem.language")
	if err := c.err(); err != nil {
		return err
	}
	return s.change(ctx, Entry{ActorID: u.ID, Actor: u.Email, Action: "user.profile", Object: userObject(u.ID)}, func(ctx context.Context) error {
		now, err := s.Store.UserByID(ctx, u.ID)
		if err != nil {
			return err
		}
		now.Name, now.Language = name, language
		return s.Store.UpdateUser(ctx, now)
	})
}

// ChangePassword sets a user's own new password when the old one fits, ends all their sessions and opens a new one. Wrong old passwords count as failures
// to sign in.
func (s *Service) ChangePassword(ctx context.Context, u User, old, password, network string) (id string, err error) {
	var c check
	checkPassword(&c, "password", password)
	if err := c.err(); err != nil {
		return "", err
	}
	counts := s.counters(EmailKey(u.Email), network)
	if err := s.admit(ctx, counts); err != nil {
		return "", err
	}
	cred, err := s.Store.Credential(ctx, u.ID)
	if err != nil {
		return "", err
	}
	fits, err := s.Hasher.Check(ctx, old, cred.Hash)
	if err != nil {
		return "", err
	}
	if !fits {
		return "", &Invalid{Problems: []Problem{{"old", "problem.old_password"}}}
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	if err := s.absolve(ctx, counts); err != nil {
		return "", err
	}
	err = s.change(ctx, Entry{ActorID: u.ID, Actor: u.Email, Action: "user.password", Object: userObject(u.ID)}, func(ctx context.Context) error {
		if err := s.setPassword(ctx, u.ID, hash); err != nil {
			return err
		}
		id, err = s.OpenSession(ctx, u.ID)
		return err
	})
	return id, err
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
