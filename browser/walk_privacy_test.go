package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestPrivacyPages makes an API key and revokes it, stops mail to an address and allows it again, and erases a person, looking at every page on the way. Its own
// shop: an erased person would be missing from the others' pages.
func TestPrivacyPages(t *testing.T) {
	app := Serve(t, "demo", "--addr", "127.0.0.1:0")
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	page := Open(t, Look{})
	looks := []string{"1280-light", "1280-dark", "360-light", "360-dark"}
	page.Go(app.Link(t, "sign-in") + "?role=admin&next=/settings/keys")
	page.CheckLooks("keys-empty", looks...)
	page.must200("the form", "main a.btn.main")
	page.CheckLooks("keys-new", looks...)
	page.Type("#name", "Online shop")
	if status := page.Follow("form[action='/settings/keys'] .btn.main"); status != http.StatusCreated {
		t.Fatalf("making a key answers %d", status)
	}
	if word := page.Text(".secret"); !strings.HasPrefix(word, "svd_") {
		t.Errorf("the key is %q", word)
	}
	page.CheckLooks("keys-made", looks...)
	page.must200("the list", "main a.btn.main")
	page.CheckLooks("keys", looks...)
	page.must200("revoking", "main tbody td a")
	page.CheckLooks("keys-revoke", "1280-light", "360-light")
	page.must200("revoked", ".btn.risk")

	page.Go(base + "/contacts/suppressed")
	page.CheckLooks("suppressed-empty", looks...)
	page.Type("#email", "ann@customer.example")
	page.must200("stopping mail", "form[method='post'][action='/contacts/suppressed'] .btn")
	page.CheckLooks("suppressed", looks...)
	page.must200("allowing mail", "main tbody td a")
	page.CheckLooks("suppressed-remove", "1280-light", "360-light")
	page.must200("allowed", "main form .btn")

	page.Go(base + "/contacts")
	page.must200("a contact", "main tbody a")
	contact := page.Address()
	page.Go(contact + "/erase")
	page.CheckLooks("person-erase", looks...)
	page.must200("erased", ".btn.risk")
	if status := page.Go(contact); status != http.StatusNotFound {
		t.Errorf("the erased contact's page answers %d", status)
	}
	page.Go(base + "/surveys/1/edit")
	page.CheckLooks("builder-anonymous", "1280-light", "360-light")
}
