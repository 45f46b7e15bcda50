package customers

import (
	"slices"
	"strings"
)

// MaxAmount bounds amounts, in minor units: sums of a million of them still fit.
const MaxAmount = 1_000_000_000_000

// currencies are the codes of ISO 4217 with their minor units, and those of the last years that histories still have.
var currencies = func() map[string]int {
	byExponent := map[int]string{
		0: `BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF`,
		2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB
			EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
			MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
			USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
		3: `BHD IQD JOD KWD LYD OMR TND`,
		4: `CLF UYW`,
	}
	all := map[string]int{}
	for exponent, codes := range byExponent {
		for code := range strings.FieldsSeq(codes) {
			all[code] = exponent
		}
	}
	return all
}()

// Exponent is how many decimals a currency has: 2 for EUR, 0 for JPY, 3 for BHD. ok is false for what is no code of ISO 4217, in capitals.
func Exponent(currency string) (exponent int, ok bool) {
	exponent, ok = currencies[currency]
	return exponent, ok
}

// CurrencyCodes lists all codes.
func CurrencyCodes() []string {
	codes := make([]string, 0, len(currencies))
	for code := range currencies {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// ReadAmount reads an amount of a currency as shops write it, in units of so many decimals, and gives it in minor units: 12.5, 12,50 zł, 1 234,50, 1'234.50, €1,234.50,
// (12.00) for one below zero. A single separator before three digits may mean thousands as well as decimals: it is NotClear unless the currency's decimals or the digits
// tell. Beside the digits may stand the currency's own code or mark; whatever else stands there is OtherMark.
func ReadAmount(text, currency string, decimals int) (minor int64, bad Reason) {
	if n, ok := plainAmount(text, decimals); ok {
		return n, ""
	}
	whole, fraction, negative, bad := splitAmount(text, currency, decimals)
	if bad != "" {
		return 0, bad
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > decimals {
		return 0, Decimals
	}
	digits := strings.TrimLeft(whole+fraction+strings.Repeat("0", decimals-len(fraction)), "0")
	if len(digits) > 15 {
		return 0, TooMuch
	}
	for _, d := range digits {
		minor = 10*minor + int64(d-'0')
	}
	if minor > MaxAmount {
		return 0, TooMuch
	}
	if negative {
		minor = -minor
	}
	return minor, ""
}

// plainAmount reads 1234 and 12.34, as most files have amounts.
func plainAmount(text string, decimals int) (minor int64, ok bool) {
	if text == "" || len(text) > 12 {
		return 0, false
	}
	after := -1 // digits behind the dot
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			minor = 10*minor + int64(c-'0')
			if after >= 0 {
				after++
			}
		case c == '.' && after < 0 && i > 0:
			after = 0
		default:
			return 0, false
		}
	}
	if after == 3 || after == 0 || after > decimals {
		return 0, false
	}
	for range decimals - max(after, 0) {
		minor *= 10
	}
	return minor, minor <= MaxAmount
}

// splitAmount takes an amount apart into its digits before and behind the decimal separator.
func splitAmount(text, currency string, decimals int) (whole, fraction string, negative bool, bad Reason) {
	text = strings.TrimSpace(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "−", "-", "’", "'").Replace(text))
	if inner, ok := strings.CutPrefix(text, "("); ok && strings.HasSuffix(inner, ")") {
		negative, text = true, strings.TrimSuffix(inner, ")")
	}
	first, last := strings.IndexAny(text, "0123456789"), strings.LastIndexAny(text, "0123456789")
	if first < 0 {
		return "", "", false, NoAmount
	}
	before, behind := text[:first], text[last+1:]
	for _, none := range []string{".-", ".–", ".—"} { // 5.- is 5.00 in Switzerland
		behind = strings.TrimPrefix(behind, none)
	}
	if strings.ContainsAny(before+behind, "-") {
		if negative || strings.Count(before+behind, "-") > 1 || strings.Contains(behind, "-") && strings.Contains(before, "-") {
			return "", "", false, NoAmount
		}
		negative = true
	}
	if strings.HasSuffix(before, ".") || strings.HasSuffix(before, ",") {
		return "", "", false, NoAmount // .50 may have lost what stood before it
	}
	if bad := firstBad(beside(before, currency), beside(behind, currency)); bad != "" {
		return "", "", false, bad
	}
	core := text[first : last+1]
	exponent, known := Exponent(currency)
	at, bad := decimalAt(core, decimals, known && exponent == 0)
	if bad != "" {
		return "", "", false, bad
	}
	if at >= 0 {
		core, fraction = core[:at], core[at+1:]
	}
	whole, ok := joinThousands(core)
	if !ok || strings.Trim(fraction, "0123456789") != "" {
		return "", "", false, NoAmount
	}
	return whole, fraction, negative, ""
}

// decimalAt finds the decimal separator in digits and separators; -1: there is none. Of a currency that has no decimals, whole, a separator before three digits is one
// between thousands.
func decimalAt(core string, decimals int, whole bool) (int, Reason) {
	dot, comma := strings.LastIndexByte(core, '.'), strings.LastIndexByte(core, ',')
	at := max(dot, comma)
	switch {
	case at < 0:
		return -1, ""
	case dot >= 0 && comma >= 0: // the later one is the decimal separator
		if strings.Count(core, core[at:at+1]) > 1 {
			return -1, NoAmount
		}
		return at, ""
	case strings.Count(core, core[at:at+1]) > 1: // 1.234.567
		return -1, ""
	}
	before, behind := core[:at], len(core)-at-1
	groups := strings.ContainsAny(before, " '")
	switch {
	case behind != 3 || groups || before == "0" || len(before) > 3: // 0.125, 1234.567 and 1 234,567 have no thousands there
		return at, ""
	case decimals == 3 && dot >= 0:
		return at, ""
	case whole:
		return -1, ""
	}
	return -1, NotClear
}

// joinThousands takes the separators between thousands out.
func joinThousands(whole string) (string, bool) {
	parts := strings.FieldsFunc(whole, func(r rune) bool { return r == ' ' || r == '\'' || r == '.' || r == ',' })
	for i, part := range parts {
		if strings.Trim(part, "0123456789") != "" || i > 0 && len(part) != 3 || i == 0 && len(parts) > 1 && len(part) > 3 {
			return "", false
		}
	}
	return strings.Join(parts, ""), len(parts) > 0
}
