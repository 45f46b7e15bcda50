package survey_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/survey"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Prazo!":                 "prazo",
		"não CHEGOU no prazo.":   "nao chegou no prazo",
		"Ёлка":                   "елка",
		"Łódź, gęślą jaźń":       "lodz gesla jazn",
		"Столът пристигна":       "столът пристигна",
		"  a--b\tc\n1 ":          "a b c 1",
		"Straße":                 "strasse",
		"…":                      "",
		strings.Repeat("x", 200): strings.Repeat("x", 100),
		"e\u0301\u0301 zażółć":   "e zazolc",
	} {
		if got := survey.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBlank(t *testing.T) {
	for text, want := range map[string]bool{"": true, " \n\t\u00a0": true, "\u200b\u2060\u200d\ufeff": true, "\u3164\u115f\u1160\uffa0\u2800": true, "\u0301": true, ".": false, "\u200ba": false, "\U0001F600": false, "ё": false} {
		if survey.Blank(text) != want {
			t.Errorf("%+q: blank is %t", text, !want)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Łódź — ёлка, não 1e5 ß ﬁ Ⅷ")
	f.Fuzz(func(t *testing.T, s string) {
		got := survey.Fold(s)
		if again := survey.Fold(got); again != got {
			t.Errorf("Fold(%q) = %q, and folded again %q", s, got, again)
		}
		for _, w := range strings.Split(got, " ") {
			if got != "" && w == "" {
				t.Errorf("Fold(%q) = %q has a gap", s, got)
			}
			for _, r := range w {
				if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
					t.Errorf("Fold(%q) = %q has %q", s, got, r)
				}
			}
		}
	})
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b":            "ab",
		"one\r\ntwo\rthree": "one\ntwo\nthree",
		"\u202Eevil\u202C":  "evil",
		"e\u0301":           "é",
		" \t spaces \n":     "spaces",
		"\xff":              "\uFFFD",
		"👍🏽 Ж":              "👍🏽 Ж",
		"=1+1":              "=1+1",
	} {
		if got := survey.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x00\r\n\u202E\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		got := survey.Clean(s)
		if again := survey.Clean(got); again != got {
			t.Errorf("Clean(%q) = %q, and cleaned again %q", s, got, again)
		}
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\r\u202E\u2066") {
			t.Errorf("Clean(%q) = %q", s, got)
		}
	})
}
