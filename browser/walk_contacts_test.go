package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const purchasesFile = `order,customer,email,name,locale,consent,date
O-1,C-1,anna.nowak@customer.example,Anna Nowak,pl,yes,2026-01-02 10:00
O-2,C-2,BORIS@customer.example,Борис Иванов,ru,no,2016-01-02 10:00
O-3,C-3,Clara <clara@customer.example>,Clara,xx,,2026-01-03 10:00
O-4,C-4,anna.nowak@customer.example,Anna Nowak-Kowalska,pl,yes,2026-01-04 10:00
O-5,,no address,Dan,en,,2026-01-04 10:00
O-6,C-6,,Ewa,pl,perhaps,2026-01-04 10:00
O-7,C-7,,Filip,pl,,2026-01-04 10:00
`

// TestContacts brings purchases in by a file and by hand, and looks at every page that tells of them.
func TestContacts(t *testing.T) {
	app := Demo(t)
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	page.Go(app.Link(t, "sign-in") + "?role=manager&next=/imports")
	path := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(path, []byte(purchasesFile), 0o600); err != nil {
		t.Fatal(err)
	}
	looks := []string{"1280-light", "1280-dark", "360-light", "360-dark"}
	page.Go(base + "/imports")
	page.Upload("#file", path)
	page.must200("the upload", "form[action='/imports'] .btn.main")
	page.CheckLooks("purchases-columns", looks...)
	page.must200("the check", "form[action$='/check'] .btn.main")
	page.Text("#found") // the page comes again until the file is read
	page.CheckLooks("purchases-checked", looks...)
	page.must200("the import", "form[action$='/start'] .btn")
	page.Text("#result")
	if got := page.Row("main tr", "New purchases or events"); !strings.HasSuffix(got, "5") {
		t.Errorf("the report says %q", got)
	}
	if got := page.Row("main tr", "Contacts merged with another"); !strings.HasSuffix(got, "1") {
		t.Errorf("the report says %q", got)
	}
	page.CheckLooks("purchases-report", looks...)

	page.Go(base + "/contacts?q=anna.nowak")
	page.CheckLooks("contacts-found", looks...)
	page.must200("the contact", "main tbody a")
	if text := page.Text("main"); !strings.Contains(text, "O-1") || !strings.Contains(text, "O-4") || !strings.Contains(text, "two customer numbers have one address") {
		t.Errorf("the contact's page says %s", text)
	}
	page.CheckLooks("contact", looks...)
	page.must200("the form", ".acts .btn")
	page.CheckLooks("contact-more", looks...)
	page.Go(base + "/contacts/new")
	page.Type("#name", "Nobody")
	page.CheckLooks("contact-new", looks...)
	if status := page.Follow("main form .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("a contact without a name answers %d", status)
	}
	page.CheckLooks("contact-refused", looks...)
	for _, what := range []string{"missing", "invalid", "bounced", "merged"} {
		page.Go(base + "/contacts/quality?what=" + what)
		page.CheckLooks("contacts-"+what, looks...)
	}
	page.Go(base + "/contacts?q=nobody.at.all")
	page.CheckLooks("contacts-none", looks...)
	page.Go(base + "/contacts/suppressed")
	page.CheckLooks("contacts-suppressed", looks...)
}
