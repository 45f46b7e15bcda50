package browser

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// ordersOfDemo gives the demo's contacts orders, more or less often, over two years; every second one leaves at some time.
var ordersOfDemo = []string{
	"CREATE TABLE buyer (k INTEGER PRIMARY KEY, id BIGINT)",
	"INSERT INTO buyer (id) SELECT id FROM contact ORDER BY id",
	`INSERT INTO customer_order (id, external_id, contact_id, at, currency, amount, refund_told, refunded, status, kind) WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 59) ` +
		`SELECT k * 100 + n, 'demo-' || k || '-' || n, id, (CAST(strftime('%s', 'now') AS BIGINT) - 86400 * ((730 - (k * 53) % 400) - n * (15 + (k * 37) % 90)) - 3600) * 1000, 'EUR', 1500 + ((k * 31 + n * 17) % 900) * 10, 0, 0, 0, '' ` +
		`FROM buyer, n WHERE (730 - (k * 53) % 400) - n * (15 + (k * 37) % 90) > CASE WHEN k % 2 = 0 THEN 0 ELSE (k * 97) % 600 END`,
	"DROP TABLE buyer",
	"INSERT INTO feed_currency (kind, currency) VALUES ('orders', 'EUR')",
	"INSERT INTO feed (kind, revision, records, changed_at) SELECT 'orders', 1, count(*), 1 FROM customer_order",
}

// TestSegmentsAndMoney gives the demo orders, looks at what the job makes of them, filters the dashboard by a segment and asks one.
func TestSegmentsAndMoney(t *testing.T) {
	p := &poison{t: t, path: filepath.Join(t.TempDir(), "surveyd.db")}
	shop, err := shared.start(t.TempDir(), "demo", "--keep", p.path)
	if err != nil {
		t.Fatal(err)
	}
	shop.Link(t, "sign-in")
	if err := shop.Stop(); err != nil {
		t.Fatal(err)
	}
	p.shell(ordersOfDemo...)
	base := Serve(t, "serve", "--database", p.path).Find(t, `(?m)^listen\s+(http\S+)`)
	page := Open(t, Look{})
	page.Go(strings.TrimSpace(shared.run(t, t.TempDir(), "user", "link", "mira@lindenhome.example", "--database", p.path, "--base-url", base)))
	page.Type("#password", "correct horse battery")
	page.must200("the new password", "main form .btn.main")
	for range 500 { // the job is at work since the start
		if page.Go(base + "/customers/segments"); page.Count(".board") > 0 {
			break
		}
	}
	if got := page.Count("main .board tbody tr"); got < 8 {
		t.Fatalf("%d rows of segments, risk and calibration", got)
	}
	page.CheckLooks("segments", "1280-light", "1280-dark", "360-light", "360-dark", "320-light")
	if status := page.Go(base + "/money"); status != http.StatusOK || page.Count(".board .box") < 3 {
		t.Errorf("the money answers %d with %d boxes", status, page.Count(".board .box"))
	}
	page.CheckLooks("money", "1280-light", "1280-dark", "360-light", "360-dark", "320-light")
	for _, lang := range []string{"bg", "pl", "ru"} {
		page.Go(base + "/money?lang=" + lang)
		page.CheckLooks("money-"+lang, "360-light")
		page.Go(base + "/customers/segments?lang=" + lang)
		page.CheckLooks("segments-"+lang, "360-light")
	}
	page.Go(base + "/customers/segments?lang=en")

	page.Look(Look{})
	if status := page.Follow(`a[href^="/dashboard?segment=EUR.champions"]`); status != http.StatusOK || page.Value("#segment") != "EUR.champions" {
		t.Errorf("the dashboard of a segment answers %d, filtered by %q", status, page.Value("#segment"))
	}
	page.Go(base + "/dashboard?period=all&segment=EUR.champions")
	page.CheckLooks("segment-dashboard", "1280-light", "360-dark")

	page.Look(Look{})
	page.Go(base + "/customers/segments")
	if status := page.Follow(`a[href="/customers/segments/ask?segment=EUR.loyal"]`); status != http.StatusOK {
		t.Errorf("asking a segment answers %d", status)
	}
	page.CheckLooks("segment-ask", "1280-light", "360-dark")
	page.Look(Look{})
	page.must200("the choice of a survey", "main form .btn.main")
	page.CheckLooks("segment-confirm", "1280-light", "360-dark")
	page.Look(Look{})
	if page.Count("main form .btn.main") > 0 {
		page.must200("asking", "main form .btn.main")
		if got := page.Text(".flash"); !strings.Contains(got, "planned") {
			t.Errorf("afterwards it says %q", got)
		}
	}
}
