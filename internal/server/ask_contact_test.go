package server

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// unhappy answers with the rating, and gives the address of the thanks.
func (f *shopfront) unhappy(p *phone, rating string) (thanks string) {
	f.t.Helper()
	w := p.send("POST", "/s/after-purchase", url.Values{"q1": {rating}, "comment": {""}, "layout": {""}})
	if w.Code != http.StatusSeeOther {
		f.t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// theCase is the newest answer's.
func (f *shopfront) theCase() followup.Case {
	f.t.Helper()
	all := f.responses()
	id, err := f.st.CaseOf(context.Background(), all[len(all)-1].ID)
	f.must(err)
	c, err := f.st.Case(context.Background(), id)
	f.must(err)
	return c
}

func TestWhoWasUnhappyIsAskedForContact(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	p := f.phone()
	thanks := f.unhappy(p, "3")
	doc := p.expect(p.send("GET", thanks, nil), 200)
	if got := doc.Find("form.panel legend").Text(); got != "May we contact you about this?" {
		t.Errorf("asked is %q", got)
	}
	if n := doc.Find("form.panel [value=email]").Length(); n != 0 {
		t.Error("mail is offered to who gave no address")
	}
	if got := doc.Find("form.panel .hint").Text(); got != "We reply within 48 hours." {
		t.Errorf("promised is %q", got)
	}
	for _, c := range []struct {
		form url.Values
		want string
	}{
		{url.Values{}, "error.contact_required"},
		{url.Values{"contact": {"email"}}, "error.contact_required"},
		{url.Values{"contact": {"phone"}, "phone": {"call me <b>"}}, "error.phone"},
		{url.Values{"contact": {"phone"}, "phone": {"12"}}, "error.phone"},
	} {
		doc := p.expect(p.send("POST", thanks+"/contact", c.form), http.StatusUnprocessableEntity)
		if got := doc.Find(".errs a").Text(); got != words.For("en").T(c.want) {
			t.Errorf("%v: the problem is %q", c.form, got)
		}
		link, _ := doc.Find(".errs a").Attr("href")
		if doc.Find(link).Length() != 1 {
			t.Errorf("%v: the problem leads to %s, which is not there", c.form, link)
		}
		if got, _ := doc.Find("#phone").Attr("value"); got != c.form.Get("phone") {
			t.Errorf("typed was %q, kept is %q", c.form.Get("phone"), got)
		}
	}
	if c := f.theCase(); c.Permission != followup.NotSaid {
		t.Errorf("refused forms gave %+v", c)
	}
	if w := p.send("POST", thanks+"/contact", url.Values{"contact": {"phone"}, "phone": {" +359 2 123-4567 "}}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != thanks {
		t.Fatalf("status %d to %s", w.Code, w.Header().Get("Location"))
	}
	if c := f.theCase(); c.Permission != followup.Agreed || c.Phone != "+359 2 123-4567" {
		t.Errorf("the case is %+v", c)
	}
	doc = p.expect(p.send("GET", thanks, nil), 200)
	if got := strings.TrimSpace(doc.Find(".panel").Text()); got != "Thank you. A colleague will contact you." {
		t.Errorf("said is %q", got)
	}
}

func TestWhoSaysNoIsNotContacted(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	p := f.phone()
	p.lang = "pl"
	thanks := f.unhappy(p, "0")
	p.send("POST", thanks+"/contact", url.Values{"contact": {"no"}, "phone": {"123456"}})
	if c := f.theCase(); c.Permission != followup.Declined || c.Phone != "" {
		t.Errorf("the case is %+v", c)
	}
	doc := p.expect(p.send("GET", thanks, nil), 200)
	if got := strings.TrimSpace(doc.Find(".panel").Text()); got != words.For("pl").T("contact.done_no") {
		t.Errorf("said is %q", got)
	}
}

func TestWhoIsNotAskedForContact(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	p := f.phone()
	thanks := f.unhappy(p, "7")
	if n := p.expect(p.send("GET", thanks, nil), 200).Find(".panel").Length(); n != 0 {
		t.Error("asked after a 7")
	}
	thanks = f.unhappy(f.phone(), "2")
	f.now = f.now.Add(25 * time.Hour)
	if n := p.expect(p.send("GET", thanks, nil), 200).Find(".panel").Length(); n != 0 {
		t.Error("asked after a day")
	}
	if w := p.send("POST", thanks+"/contact", url.Values{"contact": {"no"}}); w.Code != http.StatusSeeOther {
		t.Errorf("status %d", w.Code)
	}
	if c := f.theCase(); c.Permission != followup.NotSaid {
		t.Errorf("the case is %+v", c)
	}
}

func TestARequestOpensACase(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	ctx := context.Background()
	rules, err := f.st.CaseRules(ctx)
	f.must(err)
	rules.Class = false
	f.must(f.st.SaveCaseRules(ctx, rules))
	p := f.phone()
	thanks := f.unhappy(p, "1")
	if _, err := f.st.CaseOf(ctx, f.responses()[0].ID); err == nil {
		t.Fatal("a case opened without a rule")
	}
	p.send("POST", thanks+"/contact", url.Values{"contact": {"phone"}, "phone": {"0888 123456"}})
	if c := f.theCase(); c.Cause != followup.ByRequest || c.Phone != "0888 123456" || c.Status != followup.New {
		t.Errorf("the case is %+v", c)
	}
}

func TestAddressesAreMasked(t *testing.T) {
	for email, want := range map[string]string{"ana@example.com": "a•••@example.com", "я@пример.бг": "я•••@пример.бг", "none": "•••"} {
		if got := masked(email); got != want {
			t.Errorf("%s is shown as %s, want %s", email, got, want)
		}
	}
}
