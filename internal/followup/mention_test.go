package followup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
)

func TestMentioned(t *testing.T) {
	users := []account.User{
		{ID: 1, Name: "Dana Keller"}, {ID: 2, Name: "Dana"}, {ID: 3, Name: "Иван Петров"}, {ID: 4, Name: "Marta Nowak"}, {ID: 5, Name: "Zed", Disabled: true}, {ID: 6, Name: "Łucja Ż."}, {ID: 7},
	}
	for note, want := range map[string][]int64{
		"@Dana Keller look":               {1},
		"@dana look":                      {2},
		"@Dana, @иван и @МАРТА":           {2, 3},
		"ask (@Marta)!":                   {4},
		"@Martakeller":                    nil,
		"dana@marta.example":              nil,
		"@Zed @nobody @ @@":               nil,
		"@łucja\n@łucja ż. @Łucja":        {6},
		strings.Repeat("@marta @dana", 9): {2, 4},
		"":                                nil,
	} {
		if got := followup.Mentioned(note, users); !slices.Equal(got, want) {
			t.Errorf("%q names %v, want %v", note, got, want)
		}
	}
}

func TestANoteNamesOnlySoMany(t *testing.T) {
	var users []account.User
	var note strings.Builder
	for i := range 2 * followup.MaxMentions {
		name := strings.Repeat("x", i+1)
		users = append(users, account.User{ID: int64(i + 1), Name: name})
		note.WriteString("@" + name + " ")
	}
	if got := followup.Mentioned(note.String(), users); len(got) != followup.MaxMentions {
		t.Errorf("the note names %d people", len(got))
	}
}
