package words

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestNTakesThePluralForm(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int64
		want string
	}{
		{"en", 0, "0 responses"},
		{"en", 1, "1 response"},
		{"en", 2, "2 responses"},
		{"en", 13612, "13,612 responses"},
		{"ru", 0, "0 ответов"},
		{"ru", 1, "1 ответ"},
		{"ru", 3, "3 ответа"},
		{"ru", 11, "11 ответов"},
		{"ru", 21, "21 ответ"},
		{"ru", 1234, "1\u00a0234 ответа"},
		{"pl", 1, "1 odpowiedź"},
		{"pl", 22, "22 odpowiedzi"},
		{"pl", 1234, "1234 odpowiedzi"},
		{"bg", 1, "1 отговор"},
		{"bg", 12345, "12\u00a0345 отговора"},
	} {
		if got := For(c.lang).N("count.responses", c.n); got != c.want {
			t.Errorf("%s %d: got %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestTFillsPlaceholdersOnce(t *testing.T) {
	w := For("en")
	for _, c := range []struct {
		got, want string
	}{
		{w.T("common.page_of", "page", 1, "pages", 2), "Page 1 of 2"},
		{w.T("common.order_context", "order", "{date}", "date", "today"), "Order {date}, delivered today"},
		{w.T("nps.question"), "How likely are you to recommend {brand} to a friend or colleague?"},
		{w.Fill("{", "n", 1), "{"},
		{w.Fill("{{n}}", "n", 1), "{1}"},
		{w.Fill("{a {n}", "n", 1000), "{a 1,000"},
		{w.Fill("{n}{n}", "n", 1.5), "1.51.5"},
		{w.Fill("{x} and {n}", "n", 1), "{x} and 1"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMissingKeyStopsTheTest(t *testing.T) {
	for name, ask := range map[string]func(w *Words){
		"unknown":       func(w *Words) { w.T("no.such_key") },
		"T of counted":  func(w *Words) { w.T("count.responses") },
		"N of plain":    func(w *Words) { w.N("common.send", 1) },
		"unknown count": func(w *Words) { w.N("no.such_key", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("asked for a key that does not exist, and nothing happened")
				}
			}()
			ask(For("pl"))
		})
	}
}

func TestForKnowsRegionsAndFallsBackToEnglish(t *testing.T) {
	for code, want := range map[string]string{"ru": "ru", "pl-PL": "pl", "BG": "bg", "de": "en", "": "en"} {
		if got := For(code).Lang(); got != want {
			t.Errorf("For(%q) speaks %s, want %s", code, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	en, ru, pl := For("en"), For("ru"), For("pl")
	for _, c := range []struct{ got, want string }{
		{en.Int(1234567), "1,234,567"},
		{en.Int(-1234), "−1,234"},
		{en.Int(math.MinInt64), "−9,223,372,036,854,775,808"},
		{pl.Int(1234), "1234"},
		{pl.Int(12345), "12\u00a0345"},
		{ru.Int(1234), "1\u00a0234"},
		{en.Dec(12.5, 0), "13"},
		{en.Dec(-12.5, 0), "−13"},
		{en.Dec(-0.4, 0), "0"},
		{en.Dec(2.675, 2), "2.68"},
		{en.Dec(9.996, 2), "10.00"},
		{en.Dec(999.95, 1), "1,000.0"},
		{en.Dec(5, 1), "5.0"},
		{ru.Dec(5.74, 1), "5,7"},
		{en.Dec(math.NaN(), 1), "–"},
		{en.Dec(math.Inf(1), 1), "–"},
		{en.Dec(1e-9, 1), "0.0"},
		{en.Signed(42, 0), "+42"},
		{en.Signed(-3.14, 1), "−3.1"},
		{en.Signed(0.4, 0), "0"},
		{en.Signed(-0.4, 0), "0"},
		{en.Percent(86.45, 1), "86.5%"},
		{ru.Percent(86.45, 1), "86,5\u00a0%"},
		{en.Percent(math.NaN(), 1), "–"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, time.November, 18, 23, 30, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{For("en").Date(at.Date()), "18\u00a0November"},
		{For("ru").Date(at.Date()), "18\u00a0ноября"},
		{For("pl").Date(at.Date()), "18\u00a0listopada"},
		{For("bg").Date(at.Date()), "18\u00a0ноември"},
		{For("ru").DateYear(at.Date()), "18\u00a0ноября 2026\u00a0г."},
		{For("en").DateShort(at.Date()), "18\u00a0Nov"},
		{For("en").DateTime(at, warsaw), "19\u00a0November 2026, 00:30"},
		{For("ru").MonthName(time.November), "ноябрь"},
		{For("en").Ago(-time.Hour), "just now"},
		{For("en").Ago(59*time.Minute + 59*time.Second), "59\u00a0min ago"},
		{For("pl").Ago(47 * time.Hour), "47\u00a0godz. temu"},
		{For("ru").Ago(48 * time.Hour), "2 дня назад"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		header  string
		offered []string
		want    string
	}{
		{"pl-PL,pl;q=0.9,en;q=0.8", Languages(), "pl"},
		{"de-DE,ru;q=0.4,bg;q=0.6", Languages(), "bg"},
		{"uk-UA", Languages(), "en"},
		{"ru", []string{"en", "pl"}, "en"},
		{"", Languages(), "en"},
		{"*", Languages(), "en"},
		{";;;q=x", Languages(), "en"},
		{"ru", nil, "en"},
		{"ru," + strings.Repeat("en;q=0.1,", 1000), Languages(), "en"},
	} {
		if got := Match(c.header, c.offered, "en"); got != c.want {
			t.Errorf("Match(%.40q, %v) = %q, want %q", c.header, c.offered, got, c.want)
		}
	}
}
