package survey_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/survey"
)

func keys(t testing.TB, current int64, secrets ...byte) survey.Keys {
	t.Helper()
	all := map[int64][]byte{}
	for i, b := range secrets {
		all[int64(i+1)] = bytes.Repeat([]byte{b}, 32)
	}
	k, err := survey.NewKeys(current, all)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestATokenIsTheSameEachTimeAndSurvivesANewKey(t *testing.T) {
	before, after := keys(t, 1, 'a'), keys(t, 2, 'a', 'b')
	nonce := survey.NewNonce()
	token, err := before.Token(1, nonce)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := after.Token(1, nonce); err != nil || again != token {
		t.Errorf("after a new key the reminder carries %q (%v), the invitation %q", again, err, token)
	}
	if other, _ := after.Token(2, nonce); other == token {
		t.Error("another key makes the same token")
	}
	if _, err := before.Token(2, nonce); !errors.Is(err, survey.ErrKeys) {
		t.Errorf("a key that is gone gives %v", err)
	}
	if len(token) != 26 || strings.Trim(token, "0123456789abcdefghjkmnpqrstvwxyz") != "" {
		t.Errorf("%q is not 26 characters of Crockford's alphabet", token)
	}
	id := survey.ID(81234567890123)
	if got, ok := after.AnswerID(before.AnswerToken(id)); !ok || got != id {
		t.Error("an answer address made with the old key does not open")
	}
	if _, ok := before.AnswerID(after.AnswerToken(id)); ok {
		t.Error("an answer address opens without its key")
	}
}

func TestKeysAreRefused(t *testing.T) {
	for name, secrets := range map[string]map[int64][]byte{
		"none":             {},
		"short":            {1: []byte("changeme")},
		"old one short":    {1: make([]byte, 32), 2: make([]byte, 31)},
		"no current":       {2: make([]byte, 32)},
		"nil":              nil,
		"empty as current": {1: nil},
	} {
		if _, err := survey.NewKeys(1, secrets); !errors.Is(err, survey.ErrKeys) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTokensAreReadAsPeopleTypeThem(t *testing.T) {
	k := keys(t, 1, 'k')
	rapid.Check(t, func(t *rapid.T) {
		nonce := rapid.SliceOfN(rapid.Byte(), survey.NonceLength, survey.NonceLength).Draw(t, "nonce")
		token, _ := k.Token(1, nonce)
		typed := []byte(token)
		for i := range typed {
			if rapid.Bool().Draw(t, "other letter") {
				switch typed[i] {
				case '0':
					typed[i] = 'O'
				case '1':
					typed[i] = rapid.SampledFrom([]byte("iIlL")).Draw(t, "one")
				default:
					typed[i] = bytes.ToUpper(typed[i : i+1])[0]
				}
			}
		}
		if got, ok := survey.ParseToken(string(typed)); !ok || got != token {
			t.Fatalf("%s is read as %q, want %q", typed, got, token)
		}
		if slugs := survey.Slugs(string(typed)); len(slugs) != 0 {
			t.Fatalf("the token is also the slug %q", slugs)
		}
	})
}

func TestASealOpensOnlyWhatItWasMadeFor(t *testing.T) {
	k, stranger := keys(t, 1, 'k'), keys(t, 1, 's')
	rapid.Check(t, func(t *rapid.T) {
		id := survey.ID(rapid.Int64().Draw(t, "id"))
		answer, form := k.AnswerToken(id), k.FormKey(id)
		if got, ok := k.AnswerID(strings.ToUpper(answer)); !ok || got != id {
			t.Fatalf("%s opens as %d, %v", answer, got, ok)
		}
		if got, ok := k.FormID(form); !ok || got != id {
			t.Fatalf("%s opens as %d, %v", form, got, ok)
		}
		if _, ok := k.FormID(answer); ok {
			t.Fatal("an answer address passes as a form key")
		}
		if _, ok := k.AnswerID(form); ok {
			t.Fatal("a form key opens an answer")
		}
		if _, ok := stranger.AnswerID(answer); ok {
			t.Fatal("another installation's address opens an answer")
		}
		at := rapid.IntRange(0, len(answer)-1).Draw(t, "at")
		c := rapid.SampledFrom([]byte("0123456789abcdefghjkmnpqrstvwxyz")).Draw(t, "c")
		if forged := answer[:at] + string(c) + answer[at+1:]; forged != answer {
			if _, ok := k.AnswerID(forged); ok {
				t.Fatalf("%s was changed at %d and still opens", answer, at)
			}
		}
	})
}

// TestTokensUseTheWholeAlphabet looks for a lost bit: every character of the alphabet must stand at every place about equally often.
func TestTokensUseTheWholeAlphabet(t *testing.T) {
	const n = 32 * 2000
	k := keys(t, 1, 'k')
	words := map[string]func() string{
		"token": func() string {
			token, _ := k.Token(1, survey.NewNonce())
			return token
		},
		"slug": survey.NewSlug,
	}
	for name, word := range words {
		var count [26][256]int
		seen := make(map[string]bool, n)
		length := 0
		for range n {
			w := word()
			if seen[w] {
				t.Fatalf("%s %s came twice", name, w)
			}
			seen[w], length = true, len(w)
			for i := range len(w) {
				count[i][w[i]]++
			}
		}
		for i := range length {
			used, chi := 0, 0.0
			for _, c := range count[i] {
				if c > 0 {
					used++
					chi += math.Pow(float64(c)-n/32, 2) / (n / 32)
				}
			}
			// 31 degrees of freedom: over 90 happens once in ten million times.
			if used != 32 || chi > 90 {
				t.Errorf("%s: place %d uses %d characters, chi square %.0f", name, i, used, chi)
			}
		}
	}
}

func TestStopTokens(t *testing.T) {
	k, stranger := keys(t, 1, 'k'), keys(t, 1, 's')
	rapid.Check(t, func(t *rapid.T) {
		v := survey.Invitation{ID: survey.ID(rapid.Int64Min(1).Draw(t, "id")), KeyID: 1, Nonce: survey.NewNonce()}
		token, err := k.StopToken(v.ID, v.KeyID, v.Nonce)
		answer, _ := k.Token(v.KeyID, v.Nonce)
		if err != nil || len(token) != len(answer) || token == answer {
			t.Fatalf("%q beside %q: %v", token, answer, err)
		}
		if id, ok := survey.StopID(strings.ToUpper(token)); !ok || id != v.ID || !k.IsStop(strings.ToUpper(token), v) {
			t.Fatalf("%s names %d, not %d", token, id, v.ID)
		}
		if k.IsStop(answer, v) || stranger.IsStop(token, v) {
			t.Fatal("a link of another purpose, or of another installation, stops mail")
		}
		other := v
		other.Nonce = survey.NewNonce()
		if k.IsStop(token, other) {
			t.Fatal("it stops the mail of another invitation")
		}
		other = v
		other.ID++
		if k.IsStop(token, other) {
			t.Fatal("the id is not covered")
		}
	})
}

func TestChosenNames(t *testing.T) {
	for typed, want := range map[string]string{
		"Checkout":                   "checkout",
		"oil-shop-2026":              "oil-shop-2026",
		"ab":                         "",
		"-ab":                        "",
		"ab-":                        "",
		"два":                        "",
		"a b":                        "",
		"a/b":                        "",
		"thank-you-for-your-order-1": "thank-you-for-your-order-1",
		"recommendationofthechecker": "", // 26 letters that a token may have
		"questionnaireforourshops":   "questionnaireforourshops",
		strings.Repeat("a", 41):      "",
	} {
		got, ok := survey.ChosenSlug(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v; want %q", typed, got, ok, want)
		}
	}
	slug := survey.NewSlug()
	if got := survey.Slugs(strings.ReplaceAll(strings.ToUpper(slug), "0", "O")); len(got) == 0 || got[len(got)-1] != slug {
		t.Errorf("%s typed with the letter O means %q", slug, got)
	}
	if got := survey.Slugs("../../etc/passwd"); got != nil {
		t.Errorf("a path means the slugs %q", got)
	}
}

func FuzzTokens(f *testing.F) {
	k := keys(f, 1, 'k')
	token, _ := k.Token(1, make([]byte, survey.NonceLength))
	for _, s := range []string{"", token, strings.ToUpper(token), k.AnswerToken(1), k.FormKey(-1), survey.NewSlug(), "oil-shop", "\n" + token, "é", strings.Repeat("0", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		written := asWritten(typed)
		if token, ok := survey.ParseToken(typed); ok {
			if token != written || len(token) != 26 || strings.Trim(token, "0123456789abcdefghjkmnpqrstvwxyz") != "" {
				t.Errorf("%q is the token %q, want %q", typed, token, written)
			}
			if len(survey.Slugs(typed)) != 0 {
				t.Errorf("%q is a token and a slug", typed)
			}
		}
		for _, slug := range survey.Slugs(typed) {
			if again := survey.Slugs(slug); len(again) == 0 || again[0] != slug {
				t.Errorf("%q means the slug %q, which means %q", typed, slug, again)
			}
		}
		answer, isAnswer := k.AnswerID(typed)
		if isAnswer && k.AnswerToken(answer) != written {
			t.Errorf("%q opens answer %d, whose address is %q", typed, answer, k.AnswerToken(answer))
		}
		form, isForm := k.FormID(typed)
		if isForm && k.FormKey(form) != written {
			t.Errorf("%q is the key of form %d, whose key is %q", typed, form, k.FormKey(form))
		}
		if isAnswer && isForm {
			t.Errorf("%q opens answer %d and form %d: one purpose opens the other", typed, answer, form)
		}
		sum := sha256.Sum256([]byte(typed))
		id := survey.ID(binary.BigEndian.Uint64(sum[:]))
		if back, ok := k.AnswerID(strings.ToUpper(k.AnswerToken(id))); !ok || back != id {
			t.Errorf("the address of answer %d opens %d, %v", id, back, ok)
		}
	})
}

// asWritten is a word as we write it, whose letters people took for others.
func asWritten(typed string) string {
	return strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, typed))
}
