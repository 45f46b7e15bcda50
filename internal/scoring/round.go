package scoring

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// maxDecimals keeps 10^decimals within 64 bits.
const maxDecimals = 18

// RoundHalfAway writes num/den with a fixed number of decimals (0..18), rounded half away
// from zero from the exact ratio: 25/2 is "13", -25/2 is "-13", -2/5 is "0" and never "-0".
// It returns "" when den is 0.
func RoundHalfAway(num, den int64, decimals int) string {
	if den == 0 {
		return ""
	}
	decimals = min(max(decimals, 0), maxDecimals)
	negative := (num < 0) != (den < 0)
	n, d := magnitude(num), magnitude(den)
	scale := pow10(decimals)
	whole, rest := n/d, n%d
	hi, lo := bits.Mul64(rest, scale)
	// rest < d, so hi < d and the quotient fits.
	fraction, left := bits.Div64(hi, lo, d)
	if left >= d-left {
		fraction++
	}
	if fraction == scale {
		whole, fraction = whole+1, 0
	}
	return fixed(negative && (whole > 0 || fraction > 0), whole, fraction, decimals)
}

// fixed writes sign, whole part and zero-padded fraction.
func fixed(negative bool, whole, fraction uint64, decimals int) string {
	buf := make([]byte, 0, 24)
	if negative {
		buf = append(buf, '-')
	}
	buf = strconv.AppendUint(buf, whole, 10)
	if decimals > 0 {
		digits := strconv.FormatUint(fraction, 10)
		buf = append(buf, '.')
		for range decimals - len(digits) {
			buf = append(buf, '0')
		}
		buf = append(buf, digits...)
	}
	return string(buf)
}

// RoundRat is RoundHalfAway for a big rational; "" for nil.
func RoundRat(r *big.Rat, decimals int) string {
	if r == nil {
		return ""
	}
	text := r.FloatString(max(decimals, 0)) // rounds halves away from zero
	if strings.HasPrefix(text, "-") && strings.Trim(text, "-0.") == "" {
		return text[1:]
	}
	return text
}

// RoundFloat is RoundHalfAway for an interval limit or another figure that is no ratio of
// integers; "" for NaN and infinities.
func RoundFloat(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return ""
	}
	return RoundRat(new(big.Rat).SetFloat64(x), decimals)
}

// magnitude is |x|, right for the smallest int64 too.
func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
