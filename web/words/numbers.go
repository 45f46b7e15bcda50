package words

import (
	"math"
	"strconv"
	"strings"
)

const (
	nbsp  = "\u00a0" // keeps a number and what belongs to it on one line
	minus = "\u2212" // as wide as the plus sign, unlike the hyphen
)

// numberStyle is how a language writes numbers. x/text cannot be used: it
// rounds half to even where the metrics round half away from zero, and it does
// not know that Polish and Bulgarian write 1234 without a separator.
type numberStyle struct {
	group    string // between thousands
	decimal  string
	minGroup int // digits before the first separator that make grouping start
	percent  string
}

var numberStyles = map[string]numberStyle{
	"en": {group: ",", decimal: ".", minGroup: 1, percent: "%"},
	"ru": {group: nbsp, decimal: ",", minGroup: 1, percent: nbsp + "%"},
	"pl": {group: nbsp, decimal: ",", minGroup: 2, percent: "%"},
	"bg": {group: nbsp, decimal: ",", minGroup: 2, percent: "%"},
}

// Int writes a whole number: 13,612 in English.
func (w *Words) Int(n int64) string {
	return w.write(strconv.FormatInt(n, 10))
}

// Dec writes v rounded half away from zero to so many decimals: 5.7. A value
// that is not a number is written as a dash.
func (w *Words) Dec(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return w.write(round(v, decimals))
}

// Digits writes a number that was rounded elsewhere, such as "-1234.50": −1,234.50 in English.
func (w *Words) Digits(rounded string) string { return w.write(rounded) }

// Signed is Dec with an explicit sign: +42, −3. Zero has none.
func (w *Words) Signed(v float64, decimals int) string {
	text := w.Dec(v, decimals)
	if v > 0 && strings.ContainsAny(text, "123456789") {
		return "+" + text
	}
	return text
}

// Percent writes v, already in percent, as 86.5% or 86,5 %.
func (w *Words) Percent(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return w.Dec(v, decimals) + w.numbers.percent
}

// write turns plain digits such as "-1234.5" into the language's form.
func (w *Words) write(digits string) string {
	digits, negative := strings.CutPrefix(digits, "-")
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	var out strings.Builder
	if negative {
		out.WriteString(minus)
	}
	if len(whole) < 3+w.numbers.minGroup {
		out.WriteString(whole)
	} else {
		for i, d := range whole {
			if i > 0 && (len(whole)-i)%3 == 0 {
				out.WriteString(w.numbers.group)
			}
			out.WriteRune(d)
		}
	}
	if hasFraction {
		out.WriteString(w.numbers.decimal)
		out.WriteString(fraction)
	}
	return out.String()
}

// round writes v with so many decimals, half away from zero. It rounds the
// shortest decimal text of v, so that 2.675 becomes 2.68 as on paper although
// its binary form lies a little below. Zero is never negative.
func round(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	up := len(fraction) > decimals && fraction[decimals] >= '5'
	for len(fraction) < decimals {
		fraction += "0"
	}
	digits := []byte(whole + fraction[:decimals])
	if up {
		digits = increment(digits)
	}
	text = string(digits)
	if decimals > 0 {
		cut := len(text) - decimals
		text = text[:cut] + "." + text[cut:]
	}
	if v < 0 && strings.ContainsAny(text, "123456789") {
		return "-" + text
	}
	return text
}

// increment adds one to a number written in decimal digits.
func increment(digits []byte) []byte {
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] < '9' {
			digits[i]++
			return digits
		}
		digits[i] = '0'
	}
	return append([]byte{'1'}, digits...)
}
