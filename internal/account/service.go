package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"io"
	"time"
)

// Rezoner counts all days anew when the account's time zone changes. It runs in the transaction of its context.
type Rezoner interface {
	Rezone(ctx context.Context, zone string) error
}

// Leaving hands over what a user had who is removed or may not work any more. It runs in the transaction of its context; by is who does it.
type Leaving interface {
	Release(ctx context.Context, by, user int64) error
}

// Config is what a Service works with.
type Config struct {
	Store   Store
	Now     func() time.Time
	Rand    io.Reader    // safe for concurrent use
	NewID   func() int64 // ids of users
	Key     []byte       // at least 32 secret bytes: hides the networks that failed to sign in
	SealKey []byte       // 32 secret bytes: closes stored passwords; nil: none can be stored
	Hasher  *Hasher      // nil: one with the usual cost
	Rezoner Rezoner      // nil: there is nothing to count anew
	Leaving Leaving      // nil: users have nothing that somebody must take over
}

// Service holds the use cases of the account. It is safe for concurrent use.
type Service struct {
	Config
}

// New makes a Service. A key under 32 bytes is an error.
func New(c Config) (*Service, error) {
	if c.Store == nil || c.Now == nil || c.Rand == nil || c.NewID == nil {
		return nil, errors.New("account: store, clock, random source and ids are needed")
	}
	if len(c.Key) < 32 {
		return nil, errors.New("account: the secret key must have at least 32 bytes")
	}
	if c.Hasher == nil {
		c.Hasher = NewHasher(Usual())
	}
	return &Service{c}, nil
}

// secretLetters are the digits and letters of tokens: 32 of them, none that looks like another.
const secretLetters = "0123456789abcdefghjkmnpqrstvwxyz"

// tokenLetters is the length of tokens: 130 bits.
const tokenLetters = 26

// newSecret makes n random letters.
func (s *Service) newSecret(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = secretLetters[b[i]%32]
	}
	return string(b), nil
}

// hashed is what the store keeps of a token. A fast hash will do: tokens have 130 random bits.
func hashed(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// attemptKey hides whose attempts are counted.
func (s *Service) attemptKey(kind, of string) []byte {
	m := hmac.New(sha256.New, s.Key)
	m.Write([]byte("attempt|" + kind + "|" + of))
	return m.Sum(nil)
}

// change runs a change of the account and records it, both or neither. Changes run one after the other, so two of them can't each remove the other's
// last administrator.
func (s *Service) change(ctx context.Context, e Entry, do func(context.Context) error) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, _, err := s.Store.LockAudit(ctx); err != nil {
			return err
		}
		if err := do(ctx); err != nil {
			return err
		}
		return s.Record(ctx, e)
	})
}
