package portage

import (
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// Reasons of ratings and answers.
const (
	Empty       Reason = "empty"        // neither a rating nor words
	NotANumber  Reason = "not_a_number" // the rating
	OutOfScale  Reason = "out_of_scale"
	BadOption   Reason = "option" // the question has no such option
	OtherScheme Reason = "scheme" // the file says that the rating is on another scale
)

// cantSay is how files of ours write "I can't say".
const cantSay = "cant_say"

// cantSayWords are what others write, folded.
var cantSayWords = map[string]bool{
	"cant say": true, "i can t say": true, "can t say": true, "i don t know": true, "don t know": true, "dont know": true, "n a": true, "na": true,
	"not applicable": true, "nie wiem": true, "trudno powiedziec": true, "nie dotyczy": true, "не знаю": true, "затрудняюсь ответить": true,
	"не мога да преценя": true, "не знам": true,
}

// readRating reads a rating on a scale. ok is false for a blank cell.
func readRating(cell string, d scoring.Def, reversed bool) (rating int, saysNot, ok bool, bad Reason) {
	if cell == "" {
		return survey.NoRating, false, false, ""
	}
	n, err := strconv.Atoi(cell)
	if err != nil {
		if cell == cantSay || cantSayWords[survey.Fold(cell)] {
			return survey.NoRating, true, true, ""
		}
		f, err := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
		if n = int(f); err != nil || float64(n) != f {
			return survey.NoRating, false, false, NotANumber
		}
	}
	if !d.Contains(n) {
		return survey.NoRating, false, false, OutOfScale
	}
	if reversed {
		n = d.Min + d.Max - n
	}
	return n, false, true, ""
}

// readOptions reads the numbers of the options chosen, from 1 on: "1|3".
func readOptions(cell string, q survey.Question) (bits uint16, bad Reason) {
	for part := range strings.SplitSeq(cell, "|") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 || n > len(q.Options) {
			return 0, BadOption
		}
		bits |= 1 << (n - 1)
	}
	if q.Kind == survey.Single && bits&(bits-1) != 0 {
		return 0, BadOption
	}
	return bits, ""
}

// appendOptions writes what readOptions reads.
func appendOptions(b []byte, bits uint16) []byte {
	first := true
	for k := range survey.MaxOptions {
		if bits&(1<<k) == 0 {
			continue
		}
		if !first {
			b = append(b, '|')
		}
		b = strconv.AppendInt(b, int64(k+1), 10)
		first = false
	}
	return b
}
