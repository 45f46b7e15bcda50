package server

import (
	"testing"

	"github.com/surveyd/surveyd/web/words"
)

func TestDaysAreNamedInRuns(t *testing.T) {
	for days, want := range map[uint8]string{
		0: "every day", 127: "every day", 0b0111110: "Mon–Fri", 0b1111110: "Mon–Sat", 0b1000001: "Sat, Sun", 0b0000010: "Mon", 0b1101010: "Mon, Wed, Fri, Sat",
		0b1110011: "Mon, Thu–Sun", 0b0000001: "Sun",
	} {
		if got := daysPhrase(words.For("en"), days); got != want {
			t.Errorf("%07b is %q, want %q", days, got, want)
		}
	}
}
