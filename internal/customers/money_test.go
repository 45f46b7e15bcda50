package customers_test

import (
	"testing"

	"github.com/surveyd/surveyd/internal/customers"
)

func TestAmountsAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		text, currency string
		minor          int64
		bad            customers.Reason
	}{
		{"12", "EUR", 1200, ""},
		{"12.5", "EUR", 1250, ""},
		{"12,50 zł", "PLN", 1250, ""},
		{"€ 1,234.50", "EUR", 123450, ""},
		{"1.234,50", "EUR", 123450, ""},
		{"1 234,50 лв.", "BGN", 123450, ""},
		{"1\u00a0234\u202f567,8", "RUB", 123456780, ""},
		{"1'234.50", "CHF", 123450, ""},
		{"1,234,567", "EUR", 123456700, ""},
		{"1.234.567,89", "EUR", 123456789, ""},
		{"1054.0", "USD", 105400, ""},
		{"12.5000", "EUR", 1250, ""},
		{"(12.00)", "EUR", -1200, ""},
		{"−7", "EUR", -700, ""},
		{"7-", "EUR", -700, ""},
		{"-0", "EUR", 0, ""},
		{"1500", "JPY", 1500, ""},
		{"1500.00", "JPY", 1500, ""},
		{"1.234", "BHD", 1234, ""},
		{"USD 5", "USD", 500, ""},
		{"10000000000.00", "EUR", customers.MaxAmount, ""},

		{"1,234", "EUR", 0, customers.NotClear},
		{"1.234", "EUR", 0, customers.NotClear},
		{"12,345", "BHD", 0, customers.NotClear},
		{"12.345.6", "EUR", 0, customers.NoAmount},
		{"1234.567", "EUR", 0, customers.Decimals},
		{"0.125", "EUR", 0, customers.Decimals},
		{"1.5", "JPY", 0, customers.Decimals},
		{"1.2345", "BHD", 0, customers.Decimals},
		{"10000000000.01", "EUR", 0, customers.TooMuch},
		{"99999999999999999999", "EUR", 0, customers.TooMuch},
		{"", "EUR", 0, customers.NoAmount},
		{"free", "EUR", 0, customers.NoAmount},
		{"12.50.00", "EUR", 0, customers.NoAmount},
		{"1e5", "EUR", 0, customers.NoAmount},
		{"5-7", "EUR", 0, customers.NoAmount},
		{"--5", "EUR", 0, customers.NoAmount},
		{"10%", "EUR", 0, customers.NoAmount},
		{".50", "EUR", 0, customers.NoAmount},
		{"12,34,56", "EUR", 0, customers.NoAmount},
		{"JPY 1,234", "JPY", 1234, ""},
		{"¥1.234", "JPY", 1234, ""},
		{"1,234,567 円", "JPY", 1234567, ""},
		{"12,345", "KRW", 12345, ""},
		{"$9.99", "USD", 999, ""},
		{"$9.99", "AUD", 999, ""},
		{"A$ 9.99", "AUD", 999, ""},
		{"usd $5", "USD", 500, ""},
		{"12,50 руб.", "RUB", 1250, ""},
		{"-€ 5", "EUR", -500, ""},
		{"SFr. 5.-", "CHF", 500, ""},
		{"Kč 5", "CZK", 500, ""},

		{"USD 12,50", "EUR", 0, customers.OtherMark},
		{"$9.99", "EUR", 0, customers.OtherMark},
		{"9 zł", "EUR", 0, customers.OtherMark},
		{"A$ 9.99", "USD", 0, customers.OtherMark},
		{"10 EUR", "PLN", 0, customers.OtherMark},
		{"12k", "EUR", 0, customers.OtherMark},
		{"1.5 mln", "EUR", 0, customers.OtherMark},
		{"12 CR", "EUR", 0, customers.OtherMark},
		{"about 20 euros", "EUR", 0, customers.OtherMark},
	} {
		decimals, ok := customers.Exponent(c.currency)
		if !ok {
			t.Fatalf("%s is no currency", c.currency)
		}
		if got, bad := customers.ReadAmount(c.text, c.currency, decimals); got != c.minor || bad != c.bad {
			t.Errorf("%q in %s: %d %q, want %d %q", c.text, c.currency, got, bad, c.minor, c.bad)
		}
	}
}

func TestCurrenciesHaveTheirDecimals(t *testing.T) {
	for code, want := range map[string]int{"EUR": 2, "JPY": 0, "KRW": 0, "ISK": 0, "BHD": 3, "TND": 3, "CLF": 4, "HUF": 2, "PLN": 2, "BGN": 2} {
		if got, ok := customers.Exponent(code); !ok || got != want {
			t.Errorf("%s has %d decimals, %v, want %d", code, got, ok, want)
		}
	}
	for _, code := range []string{"", "eur", "XXX", "EURO", "ABC"} {
		if _, ok := customers.Exponent(code); ok {
			t.Errorf("%q is taken for a currency", code)
		}
	}
	if n := len(customers.CurrencyCodes()); n < 150 || n > 200 {
		t.Errorf("%d currencies", n)
	}
}
