package survey

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
	"sync"
)

// Lengths of the words in addresses, in characters of 5 bits each.
const (
	tokenLength = 26 // of a personal link: 130 bits
	slugLength  = 16 // of a public link: 80 bits
	sealBytes   = 17 // of a MAC beside an id: 136 bits; with the id's 64 bits no bit of a character is left over
)

// NonceLength is how many random bytes stand in an invitation's row. Its token is made of them and of a key, so neither the database nor the key alone gives links.
const NonceLength = 16

// crockford has no letters that are taken for digits or for one another. Lower case survives gateways that change the case of addresses.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// What a seal is for: one made for a purpose opens nothing else.
const (
	purposeInvitation = "inv1|"
	purposeAnswer     = "answer1|"
	purposeForm       = "form1|"
	purposeVisitor    = "visitor1|"
	purposeStop       = "stop1|"
)

// minKey is the shortest key, in bytes.
const minKey = 32

// ErrKeys is returned for keys that are too short or that lack the current one.
var ErrKeys = errors.New("the link keys need at least 32 bytes each, and the current one among them")

// Keys are the secrets behind links: new links use the current one, and links made with the older ones go on working.
type Keys struct {
	current int64
	secrets map[int64]*sealer
	order   []int64 // the current one first
}

// sealer makes MACs with one key. Setting up a MAC costs more than making one, so they are used again.
type sealer struct{ presses sync.Pool }

// press is a MAC with room for what goes in and comes out: every page of a survey carries one, which is too often to leave to the garbage collector.
type press struct {
	mac     hash.Hash
	in, out []byte
}

func newSealer(secret []byte) *sealer {
	secret = slices.Clone(secret)
	s := &sealer{}
	s.presses.New = func() any { return &press{mac: hmac.New(sha256.New, secret)} }
	return s
}

// NewKeys takes keys by their number. It returns ErrKeys.
func NewKeys(current int64, secrets map[int64][]byte) (Keys, error) {
	k := Keys{current: current, secrets: map[int64]*sealer{}}
	for id, secret := range secrets {
		if len(secret) < minKey {
			return Keys{}, ErrKeys
		}
		k.secrets[id] = newSealer(secret)
		if id != current {
			k.order = append(k.order, id)
		}
	}
	if _, ok := k.secrets[current]; !ok {
		return Keys{}, ErrKeys
	}
	slices.SortFunc(k.order, func(a, b int64) int { return int(b - a) })
	k.order = append([]int64{current}, k.order...)
	return k, nil
}

// Current is the number of the key that new links use.
func (k Keys) Current() int64 { return k.current }

// NewNonce makes the random part of an invitation.
func NewNonce() []byte {
	b := make([]byte, NonceLength)
	_, _ = rand.Read(b) // never fails: it stops the program instead
	return b
}

// Token is the word in an invitation's address. It is the same each time, so that a reminder carries the same link. A key that is gone gives ErrKeys.
func (k Keys) Token(keyID int64, nonce []byte) (string, error) {
	secret, ok := k.secrets[keyID]
	if !ok {
		return "", fmt.Errorf("key %d: %w", keyID, ErrKeys)
	}
	mac := seal(secret, purposeInvitation, nonce)
	return crockford.EncodeToString(mac[:])[:tokenLength], nil
}

// StopToken is the word in the address where the person of an invitation says that they want no more surveys. It looks like a Token and opens nothing that a
// Token opens: the invitation's id, and 66 bits of a MAC over the id and the nonce. Whoever reads it needs the invitation's row to check it.
func (k Keys) StopToken(id ID, keyID int64, nonce []byte) (string, error) {
	secret, ok := k.secrets[keyID]
	if !ok {
		return "", fmt.Errorf("key %d: %w", keyID, ErrKeys)
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(id))
	sum := seal(secret, purposeStop, append(b[:8:8], nonce...))
	return crockford.EncodeToString(append(b, sum[:]...))[:tokenLength], nil
}

// StopID is the invitation that a StopToken names. It proves nothing: see IsStop.
func StopID(typed string) (ID, bool) {
	token, ok := ParseToken(typed)
	if !ok {
		return 0, false
	}
	b, err := crockford.DecodeString(token[:24])
	if err != nil {
		return 0, false
	}
	return ID(binary.BigEndian.Uint64(b)), true
}

// IsStop tells whether what was typed is the StopToken of an invitation.
func (k Keys) IsStop(typed string, v Invitation) bool {
	token, ok := ParseToken(typed)
	if !ok {
		return false
	}
	want, err := k.StopToken(v.ID, v.KeyID, v.Nonce)
	return err == nil && hmac.Equal([]byte(token), []byte(want))
}

// HashToken is what the store keeps of a token.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// ParseToken reads a token as people type it: in any case of letters, with o for 0 and i or l for 1. It is false for what cannot be a token.
func ParseToken(typed string) (string, bool) {
	if len(typed) != tokenLength { // what plain leaves out of ASCII is refused anyway
		return "", false
	}
	token := plain(typed)
	if !isCrockford(token) {
		return "", false
	}
	return token, true
}

// AnswerToken is the word in the address where a response may be changed.
func (k Keys) AnswerToken(id ID) string { return k.sealID(purposeAnswer, id) }

// AnswerID opens an AnswerToken, made with any of the keys.
func (k Keys) AnswerID(token string) (ID, bool) { return k.openID(purposeAnswer, token) }

// FormKey carries the id that a response will have, from the page to its POST: posted twice, it is one response.
func (k Keys) FormKey(id ID) string { return k.sealID(purposeForm, id) }

// FormID opens a FormKey, made with any of the keys.
func (k Keys) FormID(key string) (ID, bool) { return k.openID(purposeForm, key) }

// Visitor tells two visitors of one invitation apart, by where they come from and what they call their browser, in 16 bits: nobody can be found again by it.
func (k Keys) Visitor(id ID, address, agent string) int64 {
	b := binary.BigEndian.AppendUint64(nil, uint64(id))
	b = append(append(append(b, address...), 0), agent...)
	mac := seal(k.secrets[k.current], purposeVisitor, b)
	return int64(binary.BigEndian.Uint16(mac[:]))
}

func (k Keys) sealID(purpose string, id ID) string {
	var b [8 + sealBytes]byte
	binary.BigEndian.PutUint64(b[:], uint64(id))
	mac := seal(k.secrets[k.current], purpose, b[:8])
	copy(b[8:], mac[:])
	var text [(8 + sealBytes) * 8 / 5]byte
	crockford.Encode(text[:], b[:])
	return string(text[:])
}

func (k Keys) openID(purpose, token string) (ID, bool) {
	token = plain(token)
	if len(token) != crockford.EncodedLen(8+sealBytes) || !isCrockford(token) {
		return 0, false
	}
	b, err := crockford.DecodeString(token)
	if err != nil {
		return 0, false
	}
	ok := false
	for _, id := range k.order {
		// Every key is tried, so the time tells nothing about which one fits.
		mac := seal(k.secrets[id], purpose, b[:8])
		ok = hmac.Equal(b[8:], mac[:sealBytes]) || ok
	}
	if !ok {
		return 0, false
	}
	return ID(binary.BigEndian.Uint64(b)), true
}

func seal(with *sealer, purpose string, data []byte) [sha256.Size]byte {
	p := with.presses.Get().(*press)
	defer with.presses.Put(p)
	p.mac.Reset()
	p.in = append(append(p.in[:0], purpose...), data...)
	p.mac.Write(p.in)
	p.out = p.mac.Sum(p.out[:0])
	return [sha256.Size]byte(p.out)
}

// plain undoes what people and programs do to a word of ours.
func plain(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'o' || r == 'O':
			return '0'
		case r == 'i' || r == 'I' || r == 'l' || r == 'L':
			return '1'
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, typed)
}

func isCrockford(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z' || c == 'i' || c == 'l' || c == 'o' || c == 'u') {
			return false
		}
	}
	return true
}
