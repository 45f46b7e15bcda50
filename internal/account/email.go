package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// EmailKey folds an address so that one mailbox is one user, however it is typed.
func EmailKey(email string) string {
	return cases.Fold().String(norm.NFKC.String(strings.TrimSpace(email)))
}

// ValidEmail tells whether a text can be an address: one @, a plain local part, a domain with a dot. Quoted local parts and odd characters are refused on
// purpose: they only serve to smuggle something.
func ValidEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > 254 || local == "" || len(local) > 64 || !validDomain(domain) {
		return false
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false
	}
	for _, c := range local {
		if c > unicode.MaxASCII || !isLetterOrDigit(c) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", c) {
			return false
		}
	}
	return true
}

func validDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
		for _, c := range label {
			if !isLetterOrDigit(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

// isLetterOrDigit lets domains have letters of any script.
func isLetterOrDigit(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// tidyLine makes a name of what somebody typed: one line, no spaces around it.
func tidyLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func checkName(c *check, name string) {
	c.add(name == "", "name", "problem.name_missing")
	c.add(utf8.RuneCountInString(name) > 100, "name", "problem.too_long")
}
