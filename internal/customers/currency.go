package customers

import (
	"math/big"
	"regexp"
)

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// IsCurrency tells whether a text has the form of a code of ISO 4217.
func IsCurrency(code string) bool { return currencyCode.MatchString(code) }

// MinorDigits is how many decimals the amounts of a currency have (ISO 4217): the minor unit is so many tenths of the unit. Two, where nothing else is known.
func MinorDigits(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}

// MinorUnits is how many minor units one unit of a currency has: 100 cents.
func MinorUnits(currency string) *big.Rat {
	units := big.NewRat(1, 1)
	for range MinorDigits(currency) {
		units.Mul(units, big.NewRat(10, 1))
	}
	return units
}
