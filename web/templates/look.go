package templates

import (
	"math"
	"strconv"
)

// Look is the shop's own colour on its survey pages. The zero Look is ours.
type Look struct {
	brand, onBrand string
}

// NewLook takes a colour as "#0E6A83" and finds the text colour that can be
// read on it, white before black: one of them always has a contrast of at
// least 4.5 to 1. It reports false when the colour is not written so.
func NewLook(colour string) (Look, bool) {
	luminance, ok := relativeLuminance(colour)
	if !ok {
		return Look{}, false
	}
	if 1.05/(luminance+0.05) >= 4.5 {
		return Look{brand: colour, onBrand: "#FFFFFF"}, true
	}
	return Look{brand: colour, onBrand: "#000000"}, true
}

// css sets the two properties the survey's style sheet leaves to the shop. The
// edge keeps a dark button visible on a dark page.
func (l Look) css() string {
	if l.brand == "" {
		return ""
	}
	return ":root{--brand:" + l.brand + ";--on-brand:" + l.onBrand + "}.btn{border-color:var(--edge)}"
}

// relativeLuminance is that of WCAG 2, from 0 (black) to 1 (white).
func relativeLuminance(colour string) (float64, bool) {
	if len(colour) != 7 || colour[0] != '#' {
		return 0, false
	}
	rgb, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		return 0, false
	}
	linear := func(shift uint) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0), true
}
