package survey

import (
	"crypto/rand"
	"regexp"
	"strings"
)

// Limits of a chosen name in a public address, in characters.
const (
	MinSlug = 3
	MaxSlug = 40
)

var chosenSlug = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)

// NewSlug makes the random word of a public link, which nobody guesses.
func NewSlug() string {
	b := make([]byte, slugLength*5/8)
	_, _ = rand.Read(b) // never fails: it stops the program instead
	return crockford.EncodeToString(b)
}

// ChosenSlug checks a name chosen for a public link, in any case of letters: MinSlug..MaxSlug of a-z, 0-9 and hyphens between them. A name that could be
// taken for a personal link's token is refused.
func ChosenSlug(name string) (string, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) < MinSlug || len(name) > MaxSlug || !chosenSlug.MatchString(name) {
		return "", false
	}
	_, token := ParseToken(name)
	return name, !token
}

// Slugs are the slugs that somebody may have meant, the likelier first: what was typed, or a random one with letters in place of digits. There is none
// for what can only be a personal link's token, or nothing of ours.
func Slugs(typed string) (slugs []string) {
	if name, ok := ChosenSlug(typed); ok {
		slugs = append(slugs, name)
	}
	if random := plain(typed); len(random) == slugLength && isCrockford(random) && (len(slugs) == 0 || slugs[0] != random) {
		slugs = append(slugs, random)
	}
	return slugs
}
