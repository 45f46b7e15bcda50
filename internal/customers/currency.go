package customers

import "math/big"

// IsCurrency tells whether a text is a code of ISO 4217, in capitals.
func IsCurrency(code string) bool {
	_, ok := Exponent(code)
	return ok
}

// MinorDigits is how many decimals the amounts of a currency have (ISO 4217): the minor unit is so many tenths of the unit. Two, where nothing else is known.
func MinorDigits(currency string) int {
	if exponent, ok := Exponent(currency); ok {
		return exponent
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
