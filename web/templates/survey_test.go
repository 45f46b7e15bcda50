package templates

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/web"
	"github.com/surveyd/surveyd/web/templates/ui"
)

func parse(t *testing.T, page string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Every customer's page keeps the promises that hold for any of them.
func TestCustomerPagesAreSound(t *testing.T) {
	for name, c := range gallery() {
		t.Run(name, func(t *testing.T) {
			page := render(t, c)
			doc := parse(t, page)
			if doc.Find("html[lang] main#main h1").Length() != 1 {
				t.Error("not exactly one heading in main, or no language")
			}
			if doc.Find("[style], [onclick], link, img, script[src], iframe").Length() > 0 {
				t.Error("something is inline by attribute or asked from elsewhere")
			}
			if got := doc.Find(".langs a[aria-current]").Length(); got != 1 {
				t.Errorf("%d languages are current", got)
			}
			checkControls(t, doc)
			checkSize(t, page)
		})
	}
}

func checkControls(t *testing.T, doc *goquery.Document) {
	t.Helper()
	ids := map[string]int{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q is there %d times", id, n)
		}
	}
	for _, attr := range []string{"aria-describedby", "for"} {
		doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for _, id := range strings.Fields(s.AttrOr(attr, "")) {
				if ids[id] != 1 {
					t.Errorf("%s points at %q, which is not there", attr, id)
				}
			}
		})
	}
	doc.Find("input:not([type=hidden]), textarea").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("label").Length() == 0 && doc.Find(`label[for="`+s.AttrOr("id", "")+`"]`).Length() != 1 {
			t.Errorf("a control has no label: %q", s.AttrOr("id", ""))
		}
		if _, required := s.Attr("required"); required {
			t.Error("a control is required by the browser: the server says what is missing, and where")
		}
	})
	doc.Find("fieldset").Each(func(_ int, s *goquery.Selection) {
		names := map[string]bool{}
		s.Find("input").Each(func(_ int, in *goquery.Selection) { names[in.AttrOr("name", "")] = true })
		if len(names) != 1 || s.ChildrenFiltered("legend").Length() != 1 {
			t.Errorf("a group has %d names and %d legends", len(names), s.ChildrenFiltered("legend").Length())
		}
	})
}

// checkSize holds a page to the budget: one response under 6 KB, compressed.
func checkSize(t *testing.T, page string) {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(page)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 6*1024 {
		t.Errorf("%d bytes compressed, the budget is 6 KB", b.Len())
	}
}

func TestScaleIsReadAloudWithItsEnds(t *testing.T) {
	doc := parse(t, render(t, Survey(sampleNPS("en"))))
	radios := doc.Find(".rule.n11 .tick input[type=radio]")
	if radios.Length() != 11 {
		t.Fatalf("%d radios", radios.Length())
	}
	if got := radios.First().Parent().Text(); got != "0 Not at all likely" {
		t.Errorf("the low end is read as %q", got)
	}
	if got := radios.Last().Parent().Text(); got != "10 Extremely likely" {
		t.Errorf("the high end is read as %q", got)
	}
	if doc.Find(".end[aria-hidden=true]").Length() != 2 || doc.Find(".end:not([aria-hidden])").Length() != 0 {
		t.Error("the visible ends are read a second time")
	}
	if doc.Find("[checked]").Length() != 0 {
		t.Error("an answer is preselected")
	}
	for class, want := range map[string]int{"d": 7, "n": 2, "p": 2} {
		if got := radios.Filter("." + class).Length(); got != want {
			t.Errorf("%d cells of class %s, want %d", got, class, want)
		}
	}
	if doc.Find(".ask .any, .ask .d-, .ask .n-, .ask .p-").Length() != 4 {
		t.Error("not all prompts by class are there")
	}
}

func TestNeutralPromptNeverChanges(t *testing.T) {
	p := sampleNPS("en")
	p.Questions[0].Comment.Worst = ""
	if doc := parse(t, render(t, Survey(p))); doc.Find(".ask span").Length() != 0 {
		t.Error("a prompt by class is there although one of them is missing")
	}
}

func TestErrorIsSaidThreeTimes(t *testing.T) {
	doc := parse(t, render(t, Survey(sampleError("pl"))))
	if got := doc.Find("title").Text(); !strings.HasPrefix(got, "Błąd: ") {
		t.Errorf("title %q", got)
	}
	if got := doc.Find(".errs a").AttrOr("href", ""); got != "#s0" || doc.Find("input#s0").AttrOr("value", "") != "0" {
		t.Errorf("the summary leads to %q, not to the first radio", got)
	}
	if got := doc.Find("fieldset.bad").AttrOr("aria-describedby", ""); got != "s0-e" {
		t.Errorf("the group is described by %q", got)
	}
	if got := doc.Find("textarea").Text(); got != "<b>kept</b>" {
		t.Errorf("the comment came back as %q", got)
	}
}

func TestScoreIsSavedOnlyWhereThereIsAnAddress(t *testing.T) {
	p := sampleNPS("ru")
	doc := parse(t, render(t, Survey(p)))
	if doc.Find("form[data-score-url][data-saved][data-failed]").Length() != 1 || doc.Find(".status[role=status]").Length() != 1 {
		t.Error("the script finds nothing to work with")
	}
	p.ScoreURL = ""
	doc = parse(t, render(t, Survey(p)))
	if doc.Find("form[data-score-url], [role=status]").Length() != 0 {
		t.Error("the script would save where there is nowhere to")
	}
}

func TestLoyaltyShowsWordsNotCodes(t *testing.T) {
	doc := parse(t, render(t, Survey(sampleLoyalty("en"))))
	cells := doc.Find(".rule.n6.words").First().Find(".tick")
	if got := cells.First().Text(); got != "Definitely not" || cells.First().Find("input").AttrOr("value", "") != "6" {
		t.Errorf("the low end is %q", got)
	}
	if got := cells.Last().Text(); got != "Definitely yes" || cells.Last().Find("input").AttrOr("value", "") != "1" {
		t.Errorf("the high end is %q", got)
	}
	if doc.Find(".end").Length() != 0 {
		t.Error("ends are named although every cell is")
	}
}

func TestPreviewSendsNothing(t *testing.T) {
	p := sampleNPS("bg")
	p.Preview, p.ScoreURL = true, ""
	doc := parse(t, render(t, Survey(p)))
	if doc.Find("button[type=button]").Length() != 1 || doc.Find("script").Length() != 0 {
		t.Error("the preview can send or runs script")
	}
}

func TestMessageGivesTheTextBack(t *testing.T) {
	doc := parse(t, render(t, gallery()["message-en"]))
	kept := doc.Find("textarea[readonly]")
	if got := kept.Text(); got != "The parcel came <open>.\nTwice." {
		t.Errorf("kept %q", got)
	}
	if doc.Find(`form[method=post] input[name=score][value="3"]`).Length() != 1 {
		t.Error("the answers cannot be sent again")
	}
}

// Style and script on the page are those the policy allows, byte for byte.
func TestPolicyAllowsWhatIsInline(t *testing.T) {
	look, ok := NewLook("#C2511C")
	if !ok {
		t.Fatal("a good colour was refused")
	}
	for name, look := range map[string]Look{"our own": {}, "the shop's": look} {
		page, err := Dress(t.Context(), Survey(sampleNPS("en")), look)
		if err != nil {
			t.Fatal(err)
		}
		doc := parse(t, string(page.HTML))
		if got := hash(doc.Find("style").Text()); doc.Find("style").Length() != 1 || got != page.Style {
			t.Errorf("%s: the page has the style %s, the policy %s", name, got, page.Style)
		}
		if got := hash(doc.Find("script").Text()); got != page.Script {
			t.Errorf("%s: the page has the script %s, the policy %s", name, got, page.Script)
		}
		if look != (Look{}) && !strings.Contains(string(page.HTML), "--brand:#C2511C") {
			t.Errorf("%s: the colour is missing", name)
		}
	}
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func TestStyleSheetSurvivesSqueezing(t *testing.T) {
	css := squeezeCSS(web.Content("survey.css"))
	if strings.Contains(css, "/*") || strings.Contains(css, "\n") || strings.Contains(css, "</") {
		t.Error("comments, line ends or markup are left")
	}
	if strings.Count(css, "{") != strings.Count(css, "}") || !strings.Contains(css, "form:has(.d:checked) .d-") {
		t.Error("rules were broken")
	}
}

func TestScriptsSurviveSqueezing(t *testing.T) {
	quoted := regexp.MustCompile(`'[^']*'`)
	for name, js := range map[string]string{"survey.js": surveyScript().text, "survey-link.js": linkScript().text} {
		if strings.Contains(js, "//") || strings.Contains(js, "</") || strings.Contains(js, "\n") {
			t.Errorf("%s: a comment, a line end or markup is left", name)
		}
		want := quoted.FindAllString(jsComment.ReplaceAllString(web.Content(name), ""), -1)
		if got := quoted.FindAllString(js, -1); len(got) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: what it quotes became %q, was %q", name, got, want)
		}
	}
}

func TestPersonalPagesHaveBothScripts(t *testing.T) {
	p := sampleNPS("en")
	p.Trap = "/s/token/all"
	page, err := Dress(t.Context(), Survey(p), Look{})
	if err != nil {
		t.Fatal(err)
	}
	var scripts []string
	parse(t, string(page.HTML)).Find("script").Each(func(_ int, s *goquery.Selection) { scripts = append(scripts, hash(s.Text())) })
	if len(scripts) != 2 || strings.Join(scripts, " ") != page.Script {
		t.Errorf("the page has %v, the policy %s", scripts, page.Script)
	}
	p.ScoreURL, p.Preview = "", true
	if page, err = Dress(t.Context(), Survey(p), Look{}); err != nil || page.Script != "'none'" {
		t.Errorf("a page without scripts allows %s, %v", page.Script, err)
	}
}

func TestLookTakesOnlyColours(t *testing.T) {
	for _, bad := range []string{"", "red", "#fff", "#12345g", "#0E6A83}body{", "0E6A83#", "#+12345"} {
		if _, ok := NewLook(bad); ok {
			t.Errorf("%q was taken", bad)
		}
	}
	for colour, want := range map[string]string{"#000000": "#FFFFFF", "#FFFFFF": "#000000", "#767676": "#FFFFFF", "#777777": "#000000"} {
		if look, ok := NewLook(colour); !ok || look.onBrand != want {
			t.Errorf("on %s goes %q, want %s", colour, look.onBrand, want)
		}
	}
}

func TestCustomerTextIsEscaped(t *testing.T) {
	bad := `</textarea><script>alert(1)</script>`
	p := sampleNPS("en")
	p.Frame.Brand, p.Frame.Title, p.Context, p.Frame.Note = bad, bad, bad, bad
	p.Hidden = []ui.Hide{{Name: bad, Value: bad}}
	p.Questions[0].Text, p.Questions[0].Low, p.Questions[0].Comment.Value = bad, bad, bad
	if got := parse(t, render(t, Survey(p))).Find("script").Length(); got != 1 {
		t.Errorf("%d scripts on the page, want ours alone", got)
	}
}
