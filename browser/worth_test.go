package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// bringFeed has the shop bring in a file of a feed whose columns name themselves, in a currency.
func bringFeed(page *Page, base, file string, lines []string) {
	page.t.Helper()
	path := filepath.Join(page.t.TempDir(), file)
	page.must(os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	page.Go(base + "/imports")
	page.Upload("#file", path)
	page.must200(file, "form[action='/imports'] .btn.main")
	page.must200("the check of "+file, "form[action$='/check'] .btn.main")
	page.Text("#found")
	page.must200("the import of "+file, "form[action$='/start'] .btn")
	page.Text("#result")
}

// TestWhatAScoreIsWorth brings in orders and costs, reads what a customer is worth against what it costs to win one, sets a goal, and looks at the score of a
// segment of customers, all without scripts.
func TestWhatAScoreIsWorth(t *testing.T) {
	p := &poison{t: t, path: filepath.Join(t.TempDir(), "surveyd.db")}
	shop, err := shared.start(t.TempDir(), "demo", "--keep", p.path)
	if err != nil {
		t.Fatal(err)
	}
	shop.Link(t, "sign-in")
	if err := shop.Stop(); err != nil {
		t.Fatal(err)
	}
	// Nothing that the example shop itself was told of money.
	for _, table := range []string{"customer_refund", "customer_order", "customer_since", "subscription", "cost"} {
		p.shell("DELETE FROM " + table)
	}
	emails := p.shell("SELECT email FROM contact WHERE email IS NOT NULL AND id IN (SELECT contact_id FROM response WHERE status = 0) ORDER BY id LIMIT 60")
	if len(emails) != 60 {
		t.Fatalf("%d customers answered", len(emails))
	}
	base := Serve(t, "serve", "--database", p.path).Find(t, `(?m)^listen\s+(http\S+)`)
	page := Open(t, Look{NoJS: true})
	page.Go(strings.TrimSpace(shared.run(t, t.TempDir(), "user", "link", "mira@lindenhome.example", "--database", p.path, "--base-url", base)))
	page.Type("#password", "correct horse battery")
	page.must200("the new password", "main form .btn.main")

	// In 2025 everybody bought for 100.00, and every second one for 50.00 more: 125.00 each. They cost 3,000.00, which is 50.00 each; rent wins nobody.
	orders := []string{"order_id,email,ordered_at,amount,currency"}
	for i, email := range emails {
		first := time.Date(2025, 1, 2+5*i, 12, 0, 0, 0, time.UTC)
		orders = append(orders, fmt.Sprintf("A-%d,%s,%s,100.00,EUR", i, email, first.Format(time.DateTime)))
		if i%2 == 0 {
			orders = append(orders, fmt.Sprintf("B-%d,%s,%s,50.00,EUR", i, email, first.AddDate(0, 0, 20).Format(time.DateTime)))
		}
	}
	bringFeed(page, base, "orders.csv", orders)
	bringFeed(page, base, "costs.csv", []string{"cost_id,incurred_at,category,amount,currency", "1,2025-02-01,marketing,2000.00,EUR", "2,2025-06-01,sales,1000.00,EUR", "3,2025-06-02,rent,9000.00,EUR"})

	page.must200("the figures", "a[href='/metrics']")
	page.Go(base + "/metrics/lifetime-value-to-acquisition-cost?period=custom&from=2025-01-01&to=2025-12-31&mode=historic")
	if got := page.Text(".formula"); !strings.Contains(got, "125.00\u00a0EUR ÷ 50.00\u00a0EUR = 2.5") {
		t.Errorf("the panel says %q", got)
	}
	page.CheckLooks("worth-ratio", "1280-light", "1280-dark", "360-light", "360-dark")
	page.Look(Look{NoJS: true})
	page.Go(base + "/metrics/customer-acquisition-cost?period=custom&from=2025-01-01&to=2025-12-31")
	if got := page.Text(".formula"); !strings.Contains(got, "3,000.00\u00a0EUR ÷ 60 = 50.00\u00a0EUR") {
		t.Errorf("the panel of the cost of a customer says %q", got)
	}

	page.Go(base + "/goals/new")
	page.Type("#specific", "Win customers for less")
	page.Click("[name=kind][value=money]")
	if !run(page, chromedp.Evaluate[bool]("['#measure', '#currency'].every(s => document.querySelector(s).checkVisibility())")) {
		t.Error("a goal of money does not show what it is measured by, or its currency")
	}
	page.Set("#measure", "metric:customer-acquisition-cost:period")
	if run(page, chromedp.Evaluate[bool]("['#touchpoint', '#unit'].some(s => document.querySelector(s).checkVisibility())")) {
		t.Error("a goal of a figure asks for a touchpoint or a unit")
	}
	page.Type("#currency", "EUR")
	page.Type("#baseline", "50")
	page.Type("#target", "40")
	page.Type("#achievable", "Fewer paid clicks")
	page.Type("#relevant", "A customer must bring three times the cost")
	page.Set("#deadline", time.Now().AddDate(0, 2, 0).Format(time.DateOnly))
	page.must200("the goal", ".go .btn.main")
	page.Go(base + "/dashboard")
	if got := page.Text("#goals"); !strings.Contains(got, "Win customers for less") {
		t.Errorf("the goals on the dashboard are %q", got)
	}

	for range 500 { // the job looks whether anything is new
		if page.Go(base + "/customers/segments"); page.Count(".board a[href^='/dashboard?segment=']") > 0 {
			break
		}
	}
	all := page.Row("main .board tbody tr", "")
	if status := page.Follow(".board a[href^='/dashboard?segment=']"); status != 200 {
		t.Fatalf("the dashboard of a segment answers %d after %q", status, all)
	}
	if got := page.Value("#segment"); !strings.HasPrefix(got, "EUR.") {
		t.Errorf("the dashboard is of the segment %q", got)
	}
	page.CheckLooks("worth-segment", "1280-light", "360-dark")
}
