package survey_test

import (
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/survey"
)

func TestAddressesThatPeopleHave(t *testing.T) {
	for address, want := range map[string]bool{
		"ana@example.com":                         true,
		"Ana.Petrova+shop@Example.co":             true,
		"o'brien_1@sub.example.com":               true,
		"ana@пример.рф":                           true,
		"ana@xn--e1afmkfd.xn--p1ai":               true,
		strings.Repeat("a", 64) + "@example.com":  true,
		"":                                        false,
		"ana":                                     false,
		"@example.com":                            false,
		"ana@":                                    false,
		"ana@localhost":                           false,
		"ana@@example.com":                        false,
		"ana@example..com":                        false,
		"ana@-example.com":                        false,
		"ana@192.0.2.1":                           false,
		"ana@[192.0.2.1]":                         false,
		".ana@example.com":                        false,
		"ana.@example.com":                        false,
		"a..na@example.com":                       false,
		"анна@example.com":                        false,
		" ana@example.com":                        false,
		"ana @example.com":                        false,
		"ana@example.com\n":                       false,
		"ana@example.com\r\nBcc: x@evil.com":      false,
		"ana@example.com,b@example.com":           false,
		"Ana <ana@example.com>":                   false,
		"<ana@example.com>":                       false,
		`"ana b"@example.com`:                     false,
		"ana(comment)@example.com":                false,
		"ana\u202e@example.com":                   false,
		"ana@exa\u202emple.com":                   false,
		"ana@exa\u200bmple.com":                   false,
		"ana@example.com\x00":                     false,
		"ana@example.com> SIZE=1":                 false,
		strings.Repeat("a", 65) + "@example.com":  false,
		"ana@" + strings.Repeat("a", 64) + ".com": false,
		"ana@" + strings.Repeat("abcdefghi.", 25) + "com": false,
	} {
		if got := survey.PlainAddress(address); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}

// A mark that would turn the text around is no reason to guess what was meant.
func TestAnAskKeepsNoAddressThatWasMended(t *testing.T) {
	a := survey.Ask{Email: "ana\u202e@example.com"}
	if p := a.Check([]string{"en"}); len(p) != 1 || p[0].Field != "email" {
		t.Errorf("%v", p)
	}
}
