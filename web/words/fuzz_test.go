package words

import (
	"strings"
	"testing"
)

// FuzzWording takes a text apart at its placeholder and asks that filling puts
// it together again: nothing of the text or of the value is lost, and a value
// that looks like a placeholder is left alone.
func FuzzWording(f *testing.F) {
	f.Add("Thank you, ", "Ann {order}", "!")
	f.Add("{", "}", "{name}")
	f.Add("{order", "{name}", "}")
	f.Fuzz(func(t *testing.T, before, value, after string) {
		const marker = "{name}"
		// Texts of their own, without a placeholder that could fill.
		if strings.Contains(before+after, marker) || strings.Contains(before+marker, "{"+marker) {
			return
		}
		w := For("en")
		if got, want := w.Fill(before+marker+after, "name", value), before+value+after; got != want {
			t.Errorf("Fill(%q) with %q = %q, want %q", before+marker+after, value, got, want)
		}
		for _, lang := range Languages() {
			w := For(lang)
			raw := w.T("email.subject")
			if got, want := w.T("email.subject", "order", value), strings.Replace(raw, "{order}", value, 1); got != want {
				t.Errorf("%s: got %q, want %q", lang, got, want)
			}
		}
	})
}
