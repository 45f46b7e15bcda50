package account

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// Lengths of a password: at least in characters, at most in bytes.
const (
	ShortestPassword = 10
	LongestPassword  = 256
)

// mostWaiting is how many passwords may wait to be checked before further ones are turned away.
const mostWaiting = 64

// Hasher makes and checks password hashes, a few at a time: each takes 19 MiB.
type Hasher struct {
	params  argon2id.Params
	slots   chan struct{}
	waiting atomic.Int64
	nobody  string // the hash that passwords of unknown users are checked against
}

// Cost is what a password hash costs whoever guesses: memory in KiB, and passes over it.
type Cost struct{ Memory, Passes uint32 }

// Usual is the cost of argon2id that OWASP gives: 19 MiB, two passes, one lane.
func Usual() Cost { return Cost{Memory: 19 * 1024, Passes: 2} }

// NewHasher makes a hasher of this cost that works on as many passwords at once as there are processors.
func NewHasher(c Cost) *Hasher {
	p := argon2id.Params{Memory: c.Memory, Iterations: c.Passes, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	nobody := fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", p.Memory, p.Iterations, p.Parallelism)
	return &Hasher{params: p, slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0))), nobody: nobody}
}

// enter waits for a slot. It is ErrBusy when too many wait already.
func (h *Hasher) enter(ctx context.Context) error {
	if h.waiting.Add(1) > mostWaiting {
		h.waiting.Add(-1)
		return ErrBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Hash makes the hash of a password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.slots }()
	return argon2id.CreateHash(norm.NFC.String(password), &h.params)
}

// Check tells whether the password fits the hash. An empty hash fits nothing, and takes as long to say so.
func (h *Hasher) Check(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > LongestPassword {
		password = "" // nobody has such a long one
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.slots }()
	if hash == "" {
		_, err := argon2id.ComparePasswordAndHash(norm.NFC.String(password), h.nobody)
		return false, err
	}
	return argon2id.ComparePasswordAndHash(norm.NFC.String(password), hash)
}

// checkPassword says what is wrong with a new password; there are no rules but its length.
func checkPassword(c *check, field, password string) {
	c.add(utf8.RuneCountInString(password) < ShortestPassword, field, "problem.password_short")
	c.add(len(password) > LongestPassword, field, "problem.password_long")
}
