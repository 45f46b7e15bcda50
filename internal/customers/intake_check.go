package customers

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/survey"
)

// clean tidies the texts of a row, and judges what all feeds have in common.
func (b *batch) clean(r *Row) Reason {
	for _, text := range []*string{&r.Number, &r.Of, &r.Agent, &r.Stage, &r.Category} {
		if *text == "" {
			continue
		}
		if *text = survey.Line(*text); len(*text) > maxText && utf8.RuneCountInString(*text) > maxText {
			return LongNumber
		}
	}
	if b.rules.number && r.Number == "" {
		return NoNumber
	}
	r.Currency = strings.ToUpper(strings.TrimSpace(r.Currency))
	return ""
}

// happened judges a time that must lie in the past, by the clock of whoever told it. must: it has to be told.
func (b *batch) happened(m *Moment, must bool) Reason {
	if m.IsZero() {
		if must {
			return NoTime
		}
		return ""
	}
	m.Time = time.UnixMilli(m.UnixMilli()).UTC() // as it is stored
	if m.Year() < firstYear || m.After(b.now.Add(maxAhead)) {
		return TimeRange
	}
	return ""
}

// planned judges a time that may lie in the future.
func (b *batch) planned(m *Moment) Reason {
	if m.IsZero() {
		return ""
	}
	m.Time = time.UnixMilli(m.UnixMilli()).UTC()
	if m.Year() < firstYear || m.Year() > 2200 {
		return TimeRange
	}
	return ""
}

// from is the first moment of what was told: of a day its beginning.
func (b *batch) from(m Moment) time.Time {
	if !m.Day {
		return m.Time
	}
	y, month, day := m.In(b.zone).Date()
	return time.Date(y, month, day, 0, 0, 0, 0, b.zone).UTC()
}

// dayOf is the beginning of the account's day in which t lies.
func (b *batch) dayOf(t time.Time) time.Time { return b.from(Moment{t, true}) }

// behind is the first moment that is no more in what was told: of a day the beginning of the next one.
func (b *batch) behind(m Moment) time.Time {
	if !m.Day {
		return m.Time
	}
	y, month, day := m.In(b.zone).Date()
	return time.Date(y, month, day+1, 0, 0, 0, 0, b.zone).UTC()
}

// inOrder refuses what ends before it starts. Of two moments of which one is only a day, the day decides.
func (b *batch) inOrder(r *Row) Reason {
	if r.Ends.IsZero() || r.At.IsZero() || !r.Ends.Before(r.At.Time) {
		return ""
	}
	if (r.Ends.Day || r.At.Day) && b.from(Moment{r.Ends.Time, true}).Equal(b.from(Moment{r.At.Time, true})) {
		r.Ends.Time = r.At.Time
		return ""
	}
	return EndsBefore
}

// decimals is how many the amounts of a row have.
func (r *Row) decimals() (int, Reason) {
	if r.Currency == "" {
		return 0, NoCurrency
	}
	exponent, ok := Exponent(r.Currency)
	switch {
	case !ok:
		return 0, BadCurrency
	case r.Minor:
		return 0, ""
	}
	return exponent, ""
}

// amount reads an amount of a row that must not be below zero. must: it has to be told.
func (r *Row) amount(text string, must bool) (int64, Reason) {
	if strings.TrimSpace(text) == "" {
		if must {
			return 0, AmountMissing
		}
		return 0, ""
	}
	decimals, bad := r.decimals()
	if bad != "" {
		return 0, bad
	}
	n, bad := ReadAmount(text, r.Currency, decimals)
	if bad == "" && n < 0 {
		bad = Negative
	}
	return n, bad
}

// whole reads a whole number of at least least. A blank text is the fallback.
func whole(text string, least, fallback int64) (int64, bool) {
	if text = strings.TrimSpace(text); text == "" {
		return fallback, true
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSuffix(text, ".0"), ".00"), 10, 64)
	return n, err == nil && n >= least && n <= maxCount
}

// flags are the words for yes and no, folded. Blank is no.
var flags = words(map[bool]string{
	true:  "yes|y|true|1|trial|excluded|spam|да|tak",
	false: "|no|n|false|0|нет|не|nie",
})

// words turns lists of words into a map from each word, folded, to what it means.
func words[T comparable](lists map[T]string) map[string]T {
	all := map[string]T{}
	for meaning, list := range lists {
		for word := range strings.SplitSeq(list, "|") {
			all[survey.Fold(word)] = meaning
		}
	}
	return all
}

// meaning finds a word as people write it.
func meaning[T any](all map[string]T, text string) (T, bool) {
	if m, ok := all[text]; ok {
		return m, true
	}
	folded := survey.Fold(text)
	m, ok := all[folded]
	return m, ok && folded != "" // signs alone are no blank
}

// firstBad is the first reason that there is.
func firstBad(reasons ...Reason) Reason {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}
