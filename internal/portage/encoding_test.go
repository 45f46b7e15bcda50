package portage_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/surveyd/surveyd/internal/portage"
)

// TestEncodingsAreFoundOutOrAsked reads golden texts, encoded in every way, back to the same rows.
func TestEncodingsAreFoundOutOrAsked(t *testing.T) {
	for _, c := range []struct {
		golden, want string
		as           encoding.Encoding
		sure         bool
	}{
		{"bg.csv", "utf-8", unicode.UTF8, true},
		{"bg.csv", "utf-8", unicode.UTF8BOM, true},
		{"bg.csv", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true},
		{"bg.csv", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true},
		{"ascii.csv", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true},
		{"bg.csv", "windows-1251", charmap.Windows1251, true},
		{"ru.csv", "windows-1251", charmap.Windows1251, true},
		{"ru.csv", "koi8-r", charmap.KOI8R, true},
		{"pl.csv", "windows-1250", charmap.Windows1250, true},
		{"pl.csv", "iso-8859-2", charmap.ISO8859_2, true},
		{"fr.csv", "windows-1252", charmap.Windows1252, false},
		{"ascii.csv", "utf-8", charmap.Windows1251, true},
	} {
		text, err := os.ReadFile(filepath.Join("testdata", c.golden))
		if err != nil {
			t.Fatal(err)
		}
		file, err := c.as.NewEncoder().Bytes(text)
		if err != nil {
			t.Fatal(err)
		}
		g, err := portage.DetectEncoding(bytes.NewReader(file))
		if err != nil || g.Encoding != c.want || g.Sure != c.sure {
			t.Errorf("%s in %s: guessed %+v, err %v", c.golden, c.want, g, err)
			continue
		}
		sheet, err := portage.ReadSheet(bytes.NewReader(file), portage.Format{Encoding: g.Encoding})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := portage.ReadSheet(bytes.NewReader(text), portage.Format{Encoding: portage.UTF8})
		if err != nil {
			t.Fatal(err)
		}
		got, want := strings.Join(append(sheet.Header, sheet.Samples[1]...), "|"), strings.Join(append(plain.Header, plain.Samples[1]...), "|")
		if got != want || len(sheet.Header) != 3 {
			t.Errorf("%s in %s reads as %q, want %q", c.golden, c.want, got, want)
		}
	}
}

func TestUTF8IsProvedAcrossBlocks(t *testing.T) {
	for pad := range 8 {
		file := strings.Repeat("a", 64<<10-4+pad) + "Столът\n"
		if g, err := portage.DetectEncoding(strings.NewReader(file)); err != nil || g.Encoding != portage.UTF8 {
			t.Errorf("a letter across the end of a block, %d on: %+v, err %v", pad, g, err)
		}
	}
}

func TestSeparatorsAreFoundOut(t *testing.T) {
	for want, file := range map[string]string{
		",": "a,b\n1;2;3,x\n", ";": "a;b\n1,5;2,5\n", "\t": "a\tb\n1, 2\t;\n", "|": "a|b\n1|2\n",
	} {
		told := "sep=" + want + "\r\n" + file
		if s, err := portage.ReadSheet(strings.NewReader(told), portage.Format{Encoding: portage.UTF8}); err != nil || s.Format.Comma != want || len(s.Header) != 2 {
			t.Errorf("%q: separator %q, want %q; header %q, err %v", told, s.Format.Comma, want, s.Header, err)
		}
		if s, err := portage.ReadSheet(strings.NewReader(file), portage.Format{Encoding: portage.UTF8}); err != nil || s.Format.Comma != want {
			t.Errorf("%q: separator %q, want %q; err %v", file, s.Format.Comma, want, err)
		}
	}
}
