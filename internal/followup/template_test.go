package followup_test

import (
	"testing"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestWhatIsNotKnownIsLeftOut(t *testing.T) {
	for text, want := range map[string]string{
		"Hello {name},\n\nyour order {order} is late.": "Hello,\n\nyour order is late.",
		"Здравствуйте, {name}!":                        "Здравствуйте!",
		"Здравейте, {name},\n\nблагодарим, {company}":  "Здравейте,\n\nблагодарим, Linden {name}",
		"{name} {other} {":          " {other} {",
		"From {company}: {company}": "From Linden {name}: Linden {name}",
	} {
		got := followup.Template{Texts: survey.Text{"en": text}}.Filled("en", followup.Values{Company: "Linden {name}"})
		if got != want {
			t.Errorf("%q says %q, want %q", text, got, want)
		}
	}
}
