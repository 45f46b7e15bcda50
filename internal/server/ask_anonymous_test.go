package server

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// TestAnAnonymousInvitation is answered once, changed by the same browser, and by nobody else; nothing of the person is stored with it.
func TestAnAnonymousInvitation(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	ctx := context.Background()
	f.sv.Settings.Anonymous = true
	f.must(f.st.UpdateSurvey(ctx, &f.sv))
	token, id := f.personal()
	p := f.phone()
	doc := p.expect(p.send("GET", "/s/"+token+"/9", nil), 200)
	if n := doc.Find("input[name=q1][value='9'][checked]").Length(); n != 1 {
		t.Errorf("the rating of the link is chosen %d times", n)
	}
	action, _ := doc.Find("form").Attr("action")
	p.expect(p.send("POST", "/s/"+token+"/score", url.Values{"q1": {"9"}}), 204)
	w := p.send("POST", action, url.Values{"q1": {"8"}, "comment": {"all well"}, "layout": {""}})
	p.expect(w, http.StatusSeeOther)
	all := f.responses()
	if len(all) != 1 {
		t.Fatalf("%d answers", len(all))
	}
	r := all[0]
	if r.ContactID != 0 || r.OrderRef != "" || r.Channel != survey.ViaLink || !r.DateOnly || r.ID == id || r.Rating != 8 || r.AnsweredAt.Truncate(24*time.Hour) != r.AnsweredAt {
		t.Errorf("%+v", r)
	}
	inv, err := f.st.Invitation(ctx, id)
	if err != nil || inv.State != "answered" || !inv.AnsweredAt.Equal(inv.CreatedAt) || !inv.OpenedAt.IsZero() {
		t.Errorf("%+v, %v", inv, err)
	}
	if clicks, err := f.st.Clicks(ctx, id); err != nil || len(clicks) != 0 {
		t.Errorf("clicks: %+v, %v", clicks, err)
	}
	p.expect(p.send("GET", "/s/"+token, nil), http.StatusSeeOther)
	other := f.phone()
	other.expect(other.send("GET", "/s/"+token, nil), http.StatusConflict)
	other.expect(other.send("POST", "/s/"+token, url.Values{"q1": {"0"}, "layout": {""}}), http.StatusConflict)
	if all := f.responses(); len(all) != 1 || all[0].Rating != 8 {
		t.Errorf("afterwards: %+v", all)
	}
}
