package words

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// Words speaks one language. It is immutable and safe for concurrent use.
type Words struct {
	lang      string
	plain     map[string]string
	counted   map[string]bool
	localizer *i18n.Localizer
	numbers   numberStyle
}

// Languages lists the codes of the languages offered, in the order in which
// pages show them: Latin script first.
func Languages() []string { return []string{"en", "pl", "ru", "bg"} }

// catalog parses each embedded file once, when its language is first asked for. They are part of the
// program, so a file that does not parse is a bug and stops it.
var catalog = func() map[string]func() *Words {
	all := make(map[string]func() *Words, len(Languages()))
	for _, lang := range Languages() {
		all[lang] = sync.OnceValue(func() *Words { return load(lang) })
	}
	return all
}()

func load(lang string) *Words {
	tag := language.MustParse(lang)
	text, err := files.ReadFile(lang + ".json")
	if err != nil {
		panic(fmt.Sprintf("words: %v", err))
	}
	file, err := i18n.ParseMessageFileBytes(text, lang+".json", nil)
	if err != nil {
		panic(fmt.Sprintf("words: %s: %v", lang, err))
	}
	// A bundle per language: a key missing here must not come out in English. It holds only what is
	// counted, since it needs several times the memory of a plain text.
	bundle := i18n.NewBundle(tag)
	w := &Words{
		lang:      lang,
		plain:     make(map[string]string, len(file.Messages)),
		counted:   map[string]bool{},
		localizer: i18n.NewLocalizer(bundle, lang),
		numbers:   numberStyles[lang],
	}
	for _, m := range file.Messages {
		if m.One == "" {
			w.plain[m.ID] = m.Other
			continue
		}
		w.counted[m.ID] = true
		if err := bundle.AddMessages(tag, m); err != nil {
			panic(fmt.Sprintf("words: %s: %s: %v", lang, m.ID, err))
		}
	}
	return w
}

// For returns the words of a language code such as "ru" or "ru-RU"; those of
// English when the language is not offered.
func For(lang string) *Words {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if w, ok := catalog[base]; ok {
		return w()
	}
	return catalog["en"]()
}

// Lang is the language code, as in the lang attribute of a page.
func (w *Words) Lang() string { return w.lang }

// Has reports whether there is a text, plain or counted, under key.
func (w *Words) Has(key string) bool {
	_, ok := w.plain[key]
	return ok || w.counted[key]
}

// T returns the text under key with its placeholders filled. Args alternate
// names and values: T("common.page_of", "page", 1, "pages", 2). Whole numbers
// are written as the language writes them; pass years and order numbers as
// strings. A placeholder without a value stays as written.
func (w *Words) T(key string, args ...any) string {
	text, ok := w.plain[key]
	if !ok {
		return w.missing(key)
	}
	return w.Fill(text, args...)
}

// N returns the counted text under key in the plural form that n takes, with
// {n} written as the language writes numbers. Other placeholders as in T.
func (w *Words) N(key string, n int64, args ...any) string {
	if !w.counted[key] {
		return w.missing(key)
	}
	text, err := w.localizer.Localize(&i18n.LocalizeConfig{
		MessageID: key, PluralCount: n, TemplateParser: template.IdentityParser{},
	})
	if err != nil {
		return w.missing(key)
	}
	return w.Fill(text, append([]any{"n", n}, args...)...)
}

// missing stops a test that asks for a key nobody wrote. A customer's page is
// worth more than one word on it, so outside tests the key itself is shown.
func (w *Words) missing(key string) string {
	if testing.Testing() {
		panic(fmt.Sprintf("words: %s: no text under %q", w.lang, key))
	}
	return "[" + key + "]"
}

// Fill puts values in place of the {placeholders} of a text, in one pass: a
// value that looks like a placeholder is not filled again. Args as in T.
func (w *Words) Fill(text string, args ...any) string {
	if len(args) < 2 || !strings.Contains(text, "{") {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + 16*len(args))
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if value, ok := w.value(name, args); closed && ok {
			out.WriteString(value)
			text = after
			continue
		}
		// Not ours: keep the brace and look on right behind it.
		out.WriteByte('{')
		text = rest
	}
}

// value finds the argument called name and writes it out.
func (w *Words) value(name string, args []any) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return v, true
		case int:
			return w.Int(int64(v)), true
		case int64:
			return w.Int(v), true
		default:
			return fmt.Sprint(v), true
		}
	}
	return "", false
}
