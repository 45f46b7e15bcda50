package browser

import (
	"net/http"
	"strings"
	"testing"
)

// TestWholeLoop goes from an empty folder to an answer on the dashboard, on a phone without scripts.
func TestWholeLoop(t *testing.T) {
	const comment = "Доставката закъсня с два дни, но масата е прекрасна."
	app := Serve(t, "serve")
	staff := Open(t, Look{Width: 360, NoJS: true})
	staff.Go(app.Find(t, `(?m)^setup\s+(http\S+)`))
	setUp(t, staff)

	staff.must200("the list of surveys", ".nav a[href='/surveys']")
	staff.must200("the touchpoints", "main a[href='/touchpoints']")
	staff.Type("#key", "delivery")
	staff.Type("input[id^='name']", "Delivery")
	staff.must200("the touchpoint added", "main form .btn.main")

	publishSurvey(t, staff)
	link := publicLink(t, staff)

	customer := Open(t, Look{Width: 360, NoJS: true})
	customer.Go(link + "?lang=bg")
	customer.Click("input[name=q1][value='9']")
	customer.Type("#comment", comment)
	customer.must200("the answer sent", "form .btn")
	if got := customer.Text("main"); !strings.Contains(got, "Благодарим") {
		t.Errorf("after the answer the customer reads %q", got)
	}

	staff.must200("the dashboard", "a[href='/dashboard']")
	staff.Set("select[name=touchpoint]", staff.Attribute("select[name=touchpoint] option:nth-child(2)", "value"))
	staff.must200("the touchpoint's dashboard", "form[action='/dashboard'] .btn")
	if got := staff.Text("#comments"); !strings.Contains(got, comment) || !strings.Contains(got, "Delivery") {
		t.Errorf("the touchpoint's comments are %q", got)
	}
	if pixels, what := staff.Overflow(); pixels > 0 {
		t.Errorf("the dashboard is %d px too wide:\n%s", pixels, what)
	}
	staff.Shot("loop-dashboard")
}

// must200 follows a link or a button to a page that is there.
func (p *Page) must200(what, selector string) {
	p.t.Helper()
	if status := p.Follow(selector); status != http.StatusOK {
		p.t.Fatalf("%s answers %d:\n%s", what, status, p.Text("main"))
	}
}

// setUp makes the first administrator and the company.
func setUp(t *testing.T, page *Page) {
	t.Helper()
	page.Type("#name", "Ана Петрова")
	page.Type("#email", "ana@shop.example")
	page.Type("#password", "correct horse battery")
	page.Type("#company", "Малката лампа")
	page.must200("set-up", "form.setup .btn.main")
}

// publishSurvey makes a survey from the template and publishes it at the last touchpoint.
func publishSurvey(t *testing.T, page *Page) {
	t.Helper()
	page.must200("the list of surveys", "a[href='/surveys']")
	page.must200("the templates", "a[href='/surveys/new']")
	page.must200("the template", "a[href='/surveys/new?template=nps']")
	page.Set("#touchpoint", page.Attribute("#touchpoint option:last-child", "value"))
	page.must200("the draft", "main form .btn.main")
	page.must200("publishing", ".save button[value=publish]")
}

// publicLink makes one and returns its address.
func publicLink(t *testing.T, page *Page) string {
	t.Helper()
	page.must200("the link", "form[action$='/links'] .btn.main")
	return page.Text("#links .secret")
}
