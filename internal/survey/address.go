package survey

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLocal is how long the part of an address before the @ may be, in bytes.
const MaxLocal = 64

// PlainAddress tells whether s is an address as people have them, and nothing around it. A mail library would also take names, comments, quoted parts and
// marks that turn the direction of the text; those only serve to smuggle something, so s must be judged before it is cleaned. Domains may have letters of any
// script, the part before the @ may not: few mail servers take it.
func PlainAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > MaxEmail || local == "" || len(local) > MaxLocal {
		return false
	}
	if local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return false
	}
	for i := range len(local) {
		if c := rune(local[i]); c >= utf8.RuneSelf || !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", c) {
			return false
		}
	}
	return plainDomain(domain)
}

func plainDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return strings.IndexFunc(last, func(r rune) bool { return !unicode.IsDigit(r) }) >= 0 // 192.0.2.1 is no domain
}
