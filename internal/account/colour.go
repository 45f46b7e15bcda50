package account

import (
	"math"
	"strconv"
	"strings"
)

// ContrastWithWhite is the contrast of WCAG 2 between a colour such as "#0a5c72" and white, from 1 to 21. It is false for what is no such colour.
func ContrastWithWhite(colour string) (float64, bool) {
	digits, ok := strings.CutPrefix(colour, "#")
	if !ok || len(digits) != 6 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return 0, false
	}
	luminance := 0.2126*linear(n>>16&255) + 0.7152*linear(n>>8&255) + 0.0722*linear(n&255)
	return 1.05 / (luminance + 0.05), true
}

// linear is the light of one channel, 0 to 255, from 0 to 1.
func linear(channel uint64) float64 {
	c := float64(channel) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}
