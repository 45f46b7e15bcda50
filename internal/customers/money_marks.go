package customers

import (
	"slices"
	"strings"
)

// marks are what people write beside amounts of a currency, besides its code: small letters, no dots. Many currencies share some of them, and each has the mark.
var marks = func() map[string][]string {
	all := map[string][]string{}
	for mark, codes := range map[string]string{
		"$":   `USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP UYU BSD BBD BZD BMD BND DOP FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD BRL CUP CVE MOP USN`,
		"us$": "USD", "c$": "CAD", "ca$": "CAD", "can$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "nt$": "TWD", "mx$": "MXN", "r$": "BRL",
		"€": "EUR", "euro": "EUR", "евро": "EUR", "£": "GBP EGP FKP GIP LBP SHP SSP SDG SYP", "¥": "JPY CNY", "￥": "JPY CNY", "円": "JPY", "元": "CNY", "rmb": "CNY",
		"zł": "PLN", "zl": "PLN", "лв": "BGN", "lv": "BGN", "₽": "RUB", "руб": "RUB BYN", "р": "RUB BYN", "rub": "RUB", "br": "BYN ETB", "₴": "UAH", "грн": "UAH",
		"kč": "CZK", "kc": "CZK", "kr": "SEK NOK DKK ISK", "lei": "RON MDL", "leu": "RON MDL", "ft": "HUF", "fr": "CHF", "sfr": "CHF", "din": "RSD", "дин": "RSD", "ден": "MKD",
		"₺": "TRY", "tl": "TRY", "₹": "INR", "rs": "INR PKR LKR NPR MUR", "₩": "KRW KPW", "₪": "ILS", "₸": "KZT", "тг": "KZT", "₫": "VND", "฿": "THB", "₱": "PHP", "₾": "GEL",
		"₼": "AZN", "֏": "AMD", "₮": "MNT", "₦": "NGN", "₵": "GHS", "₡": "CRC", "₲": "PYG", "₭": "LAK", "៛": "KHR", "r": "ZAR", "rm": "MYR", "rp": "IDR", "kn": "HRK", "km": "BAM",
	} {
		for code := range strings.FieldsSeq(codes) {
			all[code] = append(all[code], mark)
		}
	}
	return all
}()

// beside judges the text before or behind the digits of an amount: the currency's code or a mark of it, perhaps with a sign. It refuses parts of other numbers and of
// sentences, and whatever else would change what the digits mean: another currency, k, mln, CR.
func beside(text, currency string) Reason {
	if strings.ContainsAny(text, "0123456789%,;:/*=()") {
		return NoAmount
	}
	for word := range strings.FieldsSeq(text) {
		word = strings.ToLower(strings.Trim(word, "-+."))
		if word != "" && word != strings.ToLower(currency) && !slices.Contains(marks[currency], word) {
			return OtherMark
		}
	}
	return ""
}
