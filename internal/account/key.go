package account

import (
	"context"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scope is one thing that a program with a key may do. Nothing includes anything else.
type Scope string

// The scopes.
const (
	ReadContacts   Scope = "contacts:read"   // read contacts, and all that is stored of one
	WriteContacts  Scope = "contacts:write"  // add and change contacts
	EraseContacts  Scope = "contacts:erase"  // erase what is stored of one
	WritePurchases Scope = "purchases:write" // tell about purchases
	WriteEvents    Scope = "events:write"    // tell about other events
	ReadFigures    Scope = "figures:read"    // read the figures of customers and money
	WriteFeeds     Scope = "feeds:write"     // tell about customers' money: orders, costs, opportunities and the like
)

// Scopes lists the scopes.
func Scopes() []Scope {
	return []Scope{WriteContacts, WritePurchases, WriteEvents, WriteFeeds, ReadFigures, ReadContacts, EraseContacts}
}

// Key lets a program call the API. Its word is shown once and not stored.
type Key struct {
	ID         int64
	Name       string
	Prefix     string // the first letters of the word, to tell keys apart
	Hash       []byte
	Scopes     []Scope
	CreatedBy  int64
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero: never
	LastUsedAt time.Time // zero: never; exact to keySeenEvery
	RevokedAt  time.Time // zero: it is not
}

// Works tells whether the key is good at this time.
func (k Key) Works(now time.Time) bool {
	return k.RevokedAt.IsZero() && (k.ExpiresAt.IsZero() || now.Before(k.ExpiresAt))
}

// Has tells whether the key has a scope.
func (k Key) Has(s Scope) bool { return slices.Contains(k.Scopes, s) }

// Keys keeps API keys. Reading one that is not there is ErrNotFound.
type Keys interface {
	InsertKey(ctx context.Context, k Key) error
	KeyByHash(ctx context.Context, hash []byte) (Key, error)
	KeyByID(ctx context.Context, id int64) (Key, error)
	Keys(ctx context.Context) ([]Key, error) // the newest first
	RevokeKey(ctx context.Context, id int64, at time.Time) error
	KeySeen(ctx context.Context, id int64, at time.Time) error
}

const (
	keyPrefix    = "svd_" // by which a program that looks for leaked secrets knows one
	keyLetters   = 32     // 160 bits
	keyShown     = len(keyPrefix) + 4
	keySeenEvery = time.Minute
)

// KeyDays are the lifetimes that a key may have, in days; 0 is for ever.
func KeyDays() []int { return []int{30, 90, 365, 0} }

// NewKey is what an administrator says about a key.
type NewKey struct {
	Name   string
	Scopes []Scope
	Days   int // one of KeyDays
}

func (n *NewKey) tidy() error {
	n.Name = tidyLine(n.Name)
	var c check
	checkName(&c, n.Name)
	known := len(n.Scopes) > 0
	for _, s := range n.Scopes {
		known = known && slices.Contains(Scopes(), s)
	}
	c.add(!known, "scopes", "problem.scopes")
	c.add(!slices.Contains(KeyDays(), n.Days), "days", "problem.days")
	return c.err()
}

// MakeKey makes a key and returns its word, which nobody can read again.
func (s *Service) MakeKey(ctx context.Context, actor User, n NewKey) (k Key, word string, err error) {
	if !actor.Can(EditSettings) {
		return Key{}, "", ErrForbidden
	}
	if err := n.tidy(); err != nil {
		return Key{}, "", err
	}
	secret, err := s.newSecret(keyLetters)
	if err != nil {
		return Key{}, "", err
	}
	word = keyPrefix + secret
	k = Key{ID: s.NewID(), Name: n.Name, Prefix: word[:keyShown], Hash: keyHash(word), Scopes: n.Scopes, CreatedBy: actor.ID, CreatedAt: s.Now()}
	if n.Days > 0 {
		k.ExpiresAt = k.CreatedAt.AddDate(0, 0, n.Days)
	}
	e := Entry{ActorID: actor.ID, Actor: actor.Email, Action: "key.create", Object: keyObject(k.ID), Detail: map[string]string{"name": k.Name, "scopes": JoinScopes(k.Scopes)}}
	err = s.change(ctx, e, func(ctx context.Context) error { return s.Store.InsertKey(ctx, k) })
	return k, word, err
}

// RevokeKey makes a key worthless at once, on every instance. One that is revoked already stays as it is.
func (s *Service) RevokeKey(ctx context.Context, actor User, id int64) error {
	if !actor.Can(EditSettings) {
		return ErrForbidden
	}
	entry := Entry{ActorID: actor.ID, Actor: actor.Email, Action: "key.revoke", Object: keyObject(id), Detail: map[string]string{}}
	return s.change(ctx, entry, func(ctx context.Context) error {
		k, err := s.Store.KeyByID(ctx, id)
		if err != nil {
			return err
		}
		entry.Detail["name"] = k.Name
		return s.Store.RevokeKey(ctx, id, s.Now())
	})
}

// Keys lists all keys, the newest first.
func (s *Service) Keys(ctx context.Context) ([]Key, error) { return s.Store.Keys(ctx) }

// APIKey reads one key, or ErrNotFound.
func (s *Service) APIKey(ctx context.Context, id int64) (Key, error) { return s.Store.KeyByID(ctx, id) }

// KeyFor is the key with this word. Unknown, revoked and expired ones are all ErrNotFound. It is read anew each time, so a revoked key ends with the call
// that is running.
func (s *Service) KeyFor(ctx context.Context, word string) (Key, error) {
	if !strings.HasPrefix(word, keyPrefix) || len(word) != len(keyPrefix)+keyLetters {
		return Key{}, ErrNotFound
	}
	k, err := s.Store.KeyByHash(ctx, keyHash(word))
	if err != nil {
		return Key{}, err
	}
	now := s.Now()
	if !k.Works(now) {
		return Key{}, ErrNotFound
	}
	if now.Sub(k.LastUsedAt) >= keySeenEvery {
		if err := s.Store.KeySeen(ctx, k.ID, now); err != nil {
			return Key{}, err
		}
	}
	return k, nil
}

// keyHash is what the store keeps of a key's word. A fast hash will do: a word has 160 random bits.
func keyHash(word string) []byte {
	sum := sha256.Sum256([]byte("key1|" + word))
	return sum[:]
}

func keyObject(id int64) string { return "key " + strconv.FormatInt(id, 10) }

// JoinScopes writes scopes as one text; SplitScopes reads it.
func JoinScopes(scopes []Scope) string {
	texts := make([]string, len(scopes))
	for i, s := range scopes {
		texts[i] = string(s)
	}
	return strings.Join(texts, ",")
}

// SplitScopes reads what JoinScopes wrote.
func SplitScopes(text string) (scopes []Scope) {
	for s := range strings.SplitSeq(text, ",") {
		if s != "" {
			scopes = append(scopes, Scope(s))
		}
	}
	return scopes
}
