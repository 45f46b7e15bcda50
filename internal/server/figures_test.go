package server_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/words"
)

// figureWarning and figureInput find the names that calculators give.
var (
	figureWarning = regexp.MustCompile(`Warning += "([a-z_]+)"`)
	figureInput   = regexp.MustCompile(`(?:\b(?:count|money)\(|Input\{|warnOf\(\w+, )"([a-z_0-9]+)"`)
)

// shopWithOrders is a manager of a shop with four customers in January and February 2026, one of whom bought twice in February.
func shopWithOrders(t *testing.T) (*site, *browser) {
	t.Helper()
	var st *store.Store
	s := newSite(t, func(d *server.Deps) { st = d.Care.Log.(*store.Store) })
	s.add("boss", account.Manager)
	s.add("chief", account.Admin)
	put := func(id survey.ID, contact survey.ID, month time.Month, day int, amount int64) customers.Order {
		return customers.Order{ID: id, ExternalID: fmt.Sprint("O", id), ContactID: contact, At: time.Date(2026, month, day, 9, 0, 0, 0, time.UTC), Currency: "EUR", Amount: amount}
	}
	if _, err := st.PutOrders(t.Context(), []customers.Order{
		put(1, 1, 1, 5, 1000), put(2, 2, 2, 3, 2000), put(3, 2, 2, 4, 1050), put(4, 3, 2, 5, 300), put(5, 4, 2, 28, 650),
	}, s.now); err != nil {
		t.Fatal(err)
	}
	if _, err := st.PutCosts(t.Context(), []customers.Cost{{ID: 1, ExternalID: "C1", At: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Category: "marketing", Currency: "EUR", Amount: 900}}, s.now); err != nil {
		t.Fatal(err)
	}
	return s, s.signedIn("boss")
}

// shown reads a page.
func shown(t *testing.T, b *browser, path string) *goquery.Document {
	t.Helper()
	p := b.get(path)
	if p.status != http.StatusOK {
		t.Fatalf("%s: %d %.800s", path, p.status, p.body)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func table(t *testing.T, b *browser, path string) [][]string {
	t.Helper()
	p := b.get(path)
	rows, err := csv.NewReader(strings.NewReader(p.body)).ReadAll()
	if p.status != http.StatusOK || err != nil {
		t.Fatalf("%s: %d %v", path, p.status, err)
	}
	return rows
}

func TestAFigureIsTheSameOnItsPageAndInItsFile(t *testing.T) {
	_, b := shopWithOrders(t)
	doc := shown(t, b, "/metrics/repeat-purchase-rate")
	if got := doc.Find("h1").Text(); got != "Repeat purchase rate, February 2026: 33.3%, up 33.3 pp on January 2026" {
		t.Errorf("the page leads with %q", got)
	}
	if got := strings.Join(strings.Fields(doc.Find("dl.formula dd").Text()), " "); !strings.Contains(got, "100 × 1 ÷ 3 = 33.333%") {
		t.Errorf("the panel says %q", got)
	}
	rows := table(t, b, "/metrics/repeat-purchase-rate/trend.csv")
	last := rows[len(rows)-1]
	if got := strings.Join(last[:10], " "); got != "repeat-purchase-rate in_window 2026-02-01 2026-02-28 33.3333 percent  1 3 3" {
		t.Errorf("the file ends with %q", got)
	}
	if len(rows) != customers.TrendLength+2 {
		t.Errorf("%d rows", len(rows))
	}
	if got := shown(t, b, "/metrics/repeat-purchase-rate?period=2026-q1&mode=lifetime").Find("h1").Text(); got != "Repeat purchase rate, quarter 1 of 2026: 25.0% so far" {
		t.Errorf("the quarter leads with %q", got)
	}
	if got := shown(t, b, "/metrics/lifetime-value-to-acquisition-cost?mode=historic").Find("dl.formula").Text(); !strings.Contains(got, "12.50\u00a0EUR ÷ 3.00\u00a0EUR = 4.1667") {
		t.Errorf("CLV to CAC: %q", got)
	}
	if got := shown(t, b, "/metrics/customer-acquisition-cost").Find(".board table").Last().Text(); !strings.Contains(got, "marketing") || !strings.Contains(got, "9.00\u00a0EUR") {
		t.Errorf("costs by category: %q", got)
	}
	if rows := table(t, b, "/metrics/customer-acquisition-cost/groups.csv"); len(rows) != 2 || strings.Join(rows[1], " ") != "marketing 9.00000 1.000" {
		t.Errorf("costs by category as a file: %q", rows)
	}
	if rows := table(t, b, "/metrics/all.csv"); len(rows) != len(customers.Catalogue())+1 {
		t.Errorf("the overview has %d rows", len(rows))
	}
}

func TestPagesOfFiguresSayWhatIsWrong(t *testing.T) {
	_, b := shopWithOrders(t)
	for path, want := range map[string]int{
		"/metrics/crr": http.StatusNotFound,
		"/metrics/repeat-purchase-rate?mode=most":                                   http.StatusNotFound,
		"/metrics/average-purchase-value?currency=USD":                              http.StatusNotFound,
		"/metrics/repeat-purchase-rate/other.csv":                                   http.StatusNotFound,
		"/metrics?period=custom&from=2026-02-03&to=2026-02-01":                      http.StatusUnprocessableEntity,
		"/metrics/repeat-purchase-rate?period=custom&from=yesterday":                http.StatusUnprocessableEntity,
		"/metrics/repeat-purchase-rate?period=custom&from=2026-02-01&to=2026-02-04": http.StatusOK,
		"/metrics/repeat-purchase-rate?period=1066-10":                              http.StatusOK,
		"/metrics/resolution-time":                                                  http.StatusOK, // nothing was imported
		"/metrics/repeat-purchase-rate/trend.csv?period=custom&from=no":             http.StatusBadRequest,
	} {
		if p := b.get(path); p.status != want {
			t.Errorf("%s: %d, want %d", path, p.status, want)
		}
	}
	if got := shown(t, b, "/metrics/resolution-time").Find(".empty").Text(); !strings.Contains(got, "support tickets") {
		t.Errorf("without tickets: %q", got)
	}
}

func TestFiguresAreFoundByTheirNamesInFourLanguages(t *testing.T) {
	_, b := shopWithOrders(t)
	for search, want := range map[string]string{
		"odpływ": "/metrics/customer-churn-rate", "odplyw": "/metrics/customer-churn-rate", "удержани": "/metrics/customer-retention-rate", "задържане": "/metrics/customer-retention-rate",
		"CLV:CAC": "/metrics/lifetime-value-to-acquisition-cost", "разход за привличане": "/metrics/customer-acquisition-cost", "koszt pozysk": "/metrics/customer-acquisition-cost",
	} {
		links := shown(t, b, "/metrics?q="+strings.ReplaceAll(search, " ", "+")).Find(".board a").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
		if !strings.Contains(strings.Join(links, " ")+" ", want+" ") {
			t.Errorf("%q leads to %v, not to %s", search, links, want)
		}
	}
	if got := shown(t, b, "/metrics?q=zzz").Find(".empty h2").Text(); got != "No figure has this name" {
		t.Errorf("nothing found: %q", got)
	}
}

func TestCountsAreTypedInAndMarkedAsEstimates(t *testing.T) {
	_, b := shopWithOrders(t)
	const path = "/metrics/customer-retention-rate/by-hand"
	p := b.post(path, "mode", "window", "period", "2026-01", "input.active_end", "1,2x", "input.acquired", "10", "input.base", "-1")
	if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `value="1,2x"`) || strings.Count(p.body, `aria-invalid="true"`) != 2 {
		t.Fatalf("mistakes: %d %.600s", p.status, p.body)
	}
	if p = b.post(path, "mode", "window", "period", "2026-01", "input.active_end", "1 100", "input.acquired", "50", "input.base", "1.000", "note", "by <b>hand</b>"); p.status != http.StatusSeeOther {
		t.Fatalf("typed in: %d %.600s", p.status, p.body)
	}
	doc := shown(t, b, path)
	if got := doc.Find(".log").Text(); !strings.Contains(got, "105.0%") || !strings.Contains(got, "estimate") || !strings.Contains(got, "contradict") || !strings.Contains(got, "by <b>hand</b>") {
		t.Errorf("the list says %q", got)
	}
	page := shown(t, b, "/metrics/customer-retention-rate?period=2026-01")
	if got := page.Find("h1").Text() + page.Find(".banner").Text(); !strings.Contains(got, "105.0%") || !strings.Contains(got, "This figure is an estimate") {
		t.Errorf("the page says %q", got)
	}
	if got := page.Find("dl.formula").Text(); !strings.Contains(got, "100 × (1,100 − 50) ÷ 1,000 = 105.000%") {
		t.Errorf("the panel says %q", got)
	}
	edit := doc.Find(".log a").AttrOr("href", "")
	typed := shown(t, b, edit)
	if got := typed.Find(`[name="input.active_end"]`).AttrOr("value", ""); got != "1,100" {
		t.Errorf("to change: %q", got)
	}
	id := typed.Find(`[name="id"]`).AttrOr("value", "")
	if p = b.post(path, "id", id, "mode", "window", "period", "2026-01", "input.active_end", "950", "input.acquired", "50", "input.base", "1000"); p.status != http.StatusSeeOther {
		t.Fatalf("changed: %d", p.status)
	}
	if got := shown(t, b, path).Find(".log").Text(); !strings.Contains(got, "90.0%") || strings.Contains(got, "105.0%") {
		t.Errorf("after a change: %q", got)
	}
	if p = b.post(path + "/" + id + "/remove"); p.status != http.StatusSeeOther {
		t.Fatalf("removed: %d", p.status)
	}
	if got := shown(t, b, path).Find(".log li").Length(); got != 0 {
		t.Errorf("%d entries are left", got)
	}
	if p = b.post(path + "/" + id + "/remove"); p.status != http.StatusNotFound {
		t.Errorf("removed twice: %d", p.status)
	}
}

func TestSettingsOfFiguresKeepWhatWasTyped(t *testing.T) {
	s, _ := shopWithOrders(t)
	b := s.signedIn("chief")
	p := b.post("/settings/figures", "window", "many", "margin", "140", "lifespan", "3,5")
	if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `value="many"`) || !strings.Contains(p.body, `value="140"`) || !strings.Contains(p.body, `value="3,5"`) {
		t.Fatalf("mistakes: %d %.600s", p.status, p.body)
	}
	if p = b.post("/settings/figures", "window", "90", "margin", "40 %", "lifespan", "3,5", "once", "1", "groups", "Реклама\r\n\r\nMarketing\r\nPartners"); p.status != http.StatusSeeOther {
		t.Fatalf("saved: %d %.600s", p.status, p.body)
	}
	doc := shown(t, b, "/settings/figures")
	for field, want := range map[string]string{"window": "90", "margin": "40", "lifespan": "3.5", "months": ""} {
		if got := doc.Find("#"+field).AttrOr("value", ""); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	if got := doc.Find("#groups").Text(); got != "marketing\npartners" {
		t.Errorf("groups are %q", got)
	}
	if got := shown(t, b, "/metrics/historic-customer-lifetime-value").Find("dl.formula").Text(); !strings.Contains(got, "× 40% = 5.00\u00a0EUR") {
		t.Errorf("with a margin: %q", got)
	}
}

// TestEveryFigureHasItsWords looks for the words of all that the catalogue has, and of what calculators wrote beside it.
func TestEveryFigureHasItsWords(t *testing.T) {
	for _, lang := range words.Languages() {
		w := words.For(lang)
		has := func(key string) {
			if !w.Has(key) {
				t.Errorf("%s: no words for %s", lang, key)
			}
		}
		for _, m := range customers.Catalogue() {
			for _, part := range []string{"name", "about", "rules", "aliases"} {
				has("metric." + m.Key + "." + part)
			}
			for _, v := range m.Variants {
				if len(m.Variants) > 1 {
					has("metric." + m.Key + ".mode." + v)
				}
				formula := templates.FormulaOf(m.Key, v)
				if formula == "" {
					t.Errorf("%s has no formula", m.Key)
				}
				for _, input := range append(templates.FormulaInputs(formula), templates.FormulaInputs(templates.CountsFormulaOf(m.Key, v))...) {
					has("input." + input)
				}
			}
			for _, feed := range append(m.Needs, m.Also...) {
				has("feedname." + string(feed))
			}
			for _, c := range m.Counts {
				in := map[string]int64{}
				for _, f := range c.Fields {
					has("input." + f.Name)
					in[f.Name] = 1
				}
				figure := c.Figure(in)
				for _, input := range templates.FormulaInputs(templates.CountsFormulaOf(m.Key, c.Variant)) {
					if !slices.ContainsFunc(figure.Inputs, func(i customers.Input) bool { return i.Name == input }) {
						t.Errorf("the counts of %s %s don't tell %s", m.Key, c.Variant, input)
					}
				}
			}
			if strings.Contains(templates.MetricSlug(m.Key), "crr") || strings.Contains(templates.MetricSlug(m.Key), "ccr") {
				t.Errorf("%s is abbreviated in addresses", m.Key)
			}
		}
		for _, text := range sources(t, "../customers") {
			for _, m := range figureWarning.FindAllStringSubmatch(text, -1) {
				has("warning." + m[1])
			}
			for _, m := range figureInput.FindAllStringSubmatch(text, -1) {
				has("input." + m[1])
			}
		}
	}
}

func TestProgramsReadTheSameFigures(t *testing.T) {
	s, b := shopWithOrders(t)
	made := s.signedIn("chief").post("/settings/keys", "name", "Sheet", "scopes", "figures:read", "days", "30")
	word := strings.TrimSpace(parse(t, made).Find(".secret").Text())
	call := func(path string, status int) string {
		t.Helper()
		p := b.send(http.MethodGet, path, nil, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+word) })
		if p.status != status {
			t.Fatalf("%s: %d %s", path, p.status, p.body)
		}
		return p.body
	}
	one := call("/api/v1/metrics/repeat-purchase-rate?period=2026-02&mode=in_window", http.StatusOK)
	for _, want := range []string{`"value":33.3333`, `"exact":"100/3"`, `"numerator":1,"denominator":3`, `"from":"2026-02-01","to":"2026-02-28"`, `"one_time_customers":2`, `"trend":[`} {
		if !strings.Contains(one, want) {
			t.Errorf("no %s in %s", want, one)
		}
	}
	for _, path := range []string{"/api/v1/metrics/customer-cohorts?period=2026-02", "/api/v1/metrics/customer-cohorts?period=2026-q1"} {
		if cohorts := call(path, http.StatusOK); !strings.Contains(cohorts, `"groups":[{"group":"2026-`) || !strings.Contains(cohorts, `"values":{`) {
			t.Errorf("no groups in %s", cohorts)
		}
	}
	if all := call("/api/v1/metrics", http.StatusOK); strings.Count(all, `"modes"`) != len(customers.Catalogue()) {
		t.Errorf("the list: %.400s", all)
	}
	call("/api/v1/metrics/crr", http.StatusNotFound)
	call("/api/v1/metrics/churn?mode=x", http.StatusNotFound)
	call("/api/v1/metrics?period=soon", http.StatusUnprocessableEntity)
}

func TestFormsByHandOfferTheUsualCurrency(t *testing.T) {
	s, _ := shopWithOrders(t)
	b := s.signedIn("chief")
	for _, path := range []string{"/metrics/customer-acquisition-cost/by-hand", "/metrics/quota-attainment/quotas"} {
		if got, _ := parse(t, b.get(path)).Find("main input[name=currency]").Attr("value"); got != "EUR" {
			t.Errorf("%s offers %q, want EUR", path, got)
		}
	}
}
