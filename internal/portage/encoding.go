package portage

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// UTF8 is the encoding that is certain when a file keeps its rules.
const UTF8 = "utf-8"

// Encodings lists the names of the encodings that can be read.
func Encodings() []string {
	return []string{UTF8, "utf-16le", "utf-16be", "windows-1251", "windows-1250", "windows-1252", "koi8-r", "iso-8859-2"}
}

func encodingOf(name string) (encoding.Encoding, error) {
	switch strings.ToLower(name) {
	case UTF8, "utf8":
		return unicode.UTF8BOM, nil
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), nil
	case "windows-1251":
		return charmap.Windows1251, nil
	case "windows-1250":
		return charmap.Windows1250, nil
	case "windows-1252":
		return charmap.Windows1252, nil
	case "koi8-r":
		return charmap.KOI8R, nil
	case "iso-8859-2":
		return charmap.ISO8859_2, nil
	}
	return nil, fmt.Errorf("no encoding is called %q; there are %s", name, strings.Join(Encodings(), ", "))
}

// Decode turns a file in the named encoding into UTF-8 without a byte order mark, whose lines end with \n or \r\n. What is no text becomes U+FFFD.
func Decode(r io.Reader, name string) (io.Reader, error) {
	e, err := encodingOf(name)
	if err != nil {
		return nil, err
	}
	return withLineFeeds(transform.NewReader(r, e.NewDecoder())), nil
}

// Guess is what a file seems to be encoded in.
type Guess struct {
	Encoding string
	Sure     bool     // a person need not be asked
	Others   []string // that it may be as well
}

// sampleSize is how many bytes with letters beyond ASCII are looked at.
const sampleSize = 64 << 10

// DetectEncoding reads a file to its end and tells its encoding: a mark at the start is believed, UTF-8 is proved by the whole file, and the rest is told by the
// letters used.
func DetectEncoding(r io.Reader) (Guess, error) {
	var (
		buf    = make([]byte, 64<<10)
		kept   int
		head   []byte
		sample []byte
		valid  = true
	)
	for {
		n, err := io.ReadFull(r, buf[kept:])
		w := buf[:kept+n]
		if head == nil {
			head = bytes.Clone(w[:min(len(w), 4096)])
		}
		if len(sample) < sampleSize {
			sample = appendBeyondASCII(sample, w[kept:])
		}
		end := err != nil
		if kept = 0; valid {
			kept, valid = validUTF8(w, end)
			copy(buf, w[len(w)-kept:])
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF { //nolint:errorlint // io.ReadFull returns exactly these
			return judge(head, sample, valid), nil
		}
		if err != nil {
			return Guess{}, err
		}
	}
}

// validUTF8 tells whether w is UTF-8, and how many bytes at its end begin a letter that goes on behind it.
func validUTF8(w []byte, end bool) (kept int, valid bool) {
	if utf8.Valid(w) {
		return 0, true
	}
	for k := 1; !end && k < utf8.UTFMax && k <= len(w); k++ {
		if tail := w[len(w)-k:]; utf8.RuneStart(tail[0]) && !utf8.FullRune(tail) && utf8.Valid(w[:len(w)-k]) {
			return k, true
		}
	}
	return 0, false
}

// appendBeyondASCII keeps the lines that have letters beyond ASCII.
func appendBeyondASCII(sample, w []byte) []byte {
	for line := range bytes.Lines(w) {
		if len(sample) >= sampleSize {
			break
		}
		if bytes.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) {
			sample = append(sample, line...)
		}
	}
	return sample
}

func judge(head, sample []byte, valid bool) Guess {
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return Guess{Encoding: "utf-16le", Sure: true}
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return Guess{Encoding: "utf-16be", Sure: true}
	}
	// ASCII in UTF-16 has a zero for every other byte, which no text has otherwise.
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch quarter := len(head) / 4; {
	case zeros[1] > quarter && zeros[0] < quarter/2:
		return Guess{Encoding: "utf-16le", Sure: true}
	case zeros[0] > quarter && zeros[1] < quarter/2:
		return Guess{Encoding: "utf-16be", Sure: true}
	case valid:
		return Guess{Encoding: UTF8, Sure: true}
	}
	return judgeLetters(sample)
}

// judgeLetters tells the encodings of one byte a letter apart. Cyrillic words are runs of high bytes; Polish letters stand among ASCII ones.
func judgeLetters(sample []byte) Guess {
	var high, inRuns, upper, lower, cp1250, latin2 int
	for i, b := range sample {
		if b < utf8.RuneSelf {
			continue
		}
		high++
		if i > 0 && sample[i-1] >= 0xC0 || i+1 < len(sample) && sample[i+1] >= 0xC0 {
			inRuns++
		}
		switch {
		case b >= 0xE0:
			lower++
		case b >= 0xC0:
			upper++
		}
		beside := i > 0 && isASCIILetter(sample[i-1]) || i+1 < len(sample) && isASCIILetter(sample[i+1])
		switch b {
		case 0xB9, 0x9C, 0x9F, 0xA5, 0x8C, 0x8F: // ą ś ź Ą Ś Ź
			if beside {
				cp1250++
			}
		case 0xB1, 0xB6, 0xBC, 0xA1, 0xA6, 0xAC: // the same letters in ISO 8859-2
			if beside {
				latin2++
			}
		}
	}
	if high > 0 && 10*inRuns >= 8*high {
		if lower >= upper {
			return Guess{Encoding: "windows-1251", Sure: lower > 3*upper && high > 8, Others: []string{"koi8-r"}}
		}
		return Guess{Encoding: "koi8-r", Sure: upper > 3*lower && high > 8, Others: []string{"windows-1251"}}
	}
	switch {
	case cp1250 > 4*latin2 && cp1250*20 > high:
		return Guess{Encoding: "windows-1250", Sure: cp1250 >= 3, Others: []string{"iso-8859-2", "windows-1252"}}
	case latin2 > 4*cp1250 && latin2*20 > high:
		return Guess{Encoding: "iso-8859-2", Sure: latin2 >= 3, Others: []string{"windows-1250"}}
	}
	g := Guess{Encoding: "windows-1252", Others: []string{"windows-1250", "windows-1251"}}
	if name := strings.ToLower(chardet.Detect(sample).Encoding); name == "windows-1251" || name == "koi8-r" {
		g = Guess{Encoding: name, Others: []string{"windows-1250", "windows-1252"}}
	}
	return g
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
