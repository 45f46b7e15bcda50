package words

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the catalog files in their canonical form")

// categories are the CLDR plural categories of whole and decimal numbers.
var categories = map[string][]string{
	"en": {"one", "other"},
	"bg": {"one", "other"},
	"ru": {"one", "few", "many", "other"},
	"pl": {"one", "few", "many", "other"},
}

// entry is a text: one form under "" when plain, one per category when counted.
type entry map[string]string

func (e *entry) UnmarshalJSON(raw []byte) error {
	*e = entry{}
	if raw[0] == '"' {
		var text string
		err := json.Unmarshal(raw, &text)
		(*e)[""] = text
		return err
	}
	return json.Unmarshal(raw, (*map[string]string)(e))
}

func readCatalog(t *testing.T, lang string) (map[string]entry, []byte) {
	t.Helper()
	raw, err := os.ReadFile(lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]entry
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatalf("%s.json: %v", lang, err)
	}
	return texts, raw
}

// canonical writes the catalog sorted, one key a line.
func canonical(t *testing.T, texts map[string]entry) []byte {
	t.Helper()
	quote := func(s string) string {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
		return string(bytes.TrimSpace(b.Bytes()))
	}
	var out bytes.Buffer
	out.WriteString("{\n")
	keys := slices.Sorted(maps.Keys(texts))
	for i, key := range keys {
		out.WriteString("  " + quote(key) + ": ")
		if text, plain := texts[key][""]; plain {
			out.WriteString(quote(text))
		} else {
			sep := "{"
			for _, category := range []string{"one", "few", "many", "other"} {
				if text, ok := texts[key][category]; ok {
					out.WriteString(sep + quote(category) + ": " + quote(text))
					sep = ", "
				}
			}
			out.WriteString("}")
		}
		if i < len(keys)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("}\n")
	return out.Bytes()
}

func TestCatalogIsCanonical(t *testing.T) {
	for _, lang := range Languages() {
		texts, raw := readCatalog(t, lang)
		want := canonical(t, texts)
		if *update {
			if err := os.WriteFile(lang+".json", want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if !bytes.Equal(raw, want) {
			t.Errorf("%s.json is not sorted one key a line, or has a key twice: run go test ./web/words -update", lang)
		}
	}
}

func TestCatalogIsComplete(t *testing.T) {
	english, _ := readCatalog(t, "en")
	for _, lang := range Languages() {
		texts, _ := readCatalog(t, lang)
		for key := range texts {
			if english[key] == nil {
				t.Errorf("%s.json: %q is not in en.json", lang, key)
			}
		}
		for key, e := range english {
			checkEntry(t, lang, key, texts[key], e)
		}
	}
}

func checkEntry(t *testing.T, lang, key string, got, english entry) {
	t.Helper()
	if got == nil {
		t.Errorf("%s.json: %q is missing", lang, key)
		return
	}
	want := []string{""}
	if _, plain := english[""]; !plain {
		want = slices.Sorted(slices.Values(categories[lang]))
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("%s.json: %q has the wrong forms:\n%s", lang, key, diff)
		return
	}
	asked := placeholders(english)
	if lang == "pl" && key == "email.greeting" {
		// Polish greets without a name: the vocative cannot be derived.
		asked = nil
	}
	for form, text := range got {
		if text == "" {
			t.Errorf("%s.json: %q %s is empty", lang, key, form)
		}
		if diff := cmp.Diff(asked, placeholders(entry{"": text})); diff != "" {
			t.Errorf("%s.json: %q %s has other placeholders than English:\n%s", lang, key, form, diff)
		}
		if word := mixed(text); word != "" {
			t.Errorf("%s.json: %q %s mixes alphabets in %q", lang, key, form, word)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func placeholders(e entry) []string {
	seen := map[string]bool{}
	for _, text := range e {
		for _, name := range placeholder.FindAllString(text, -1) {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// mixed returns the first word that has letters of two alphabets: a Latin "o"
// in a Russian word looks right and breaks searching, sorting and reading aloud.
func mixed(text string) string {
	text = placeholder.ReplaceAllString(text, " ")
	for _, word := range regexp.MustCompile(`\p{L}+`).FindAllString(text, -1) {
		var latin, cyrillic bool
		for _, r := range word {
			latin = latin || unicode.Is(unicode.Latin, r)
			cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, r)
		}
		if latin && cyrillic {
			return word
		}
	}
	return ""
}

func TestMixedAlphabetsAreSeen(t *testing.T) {
	if got := mixed("Оценка {brand} сoхранена"); got != "сoхранена" {
		t.Errorf("mixed = %q, want the word with the Latin o", got)
	}
}
