package ui

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func parse(t *testing.T, page string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Every page of the gallery keeps the promises that hold for any page.
func TestPagesAreSound(t *testing.T) {
	for name, c := range gallery() {
		t.Run(name, func(t *testing.T) {
			doc := parse(t, render(t, c))
			if doc.Find("[style], style, script").Length() > 0 {
				t.Error("something is inline that the content security policy refuses")
			}
			if doc.Find("html[lang]").Length() != 1 || doc.Find("main#main").Length() != 1 || doc.Find(`a.skip[href="#main"]`).Length() != 1 {
				t.Error("lang, main or skip link is missing")
			}
			if strings.TrimSpace(doc.Find("title").First().Text()) == "" {
				t.Error("no title")
			}
			checkIDs(t, doc)
			checkLabels(t, doc)
			doc.Find("table").Each(func(_ int, table *goquery.Selection) {
				if table.Find("caption").Length() != 1 || table.Find("thead th[scope=col]").Length() == 0 {
					t.Error("a table has no caption or no heads")
				}
			})
		})
	}
}

// checkIDs asks that ids are unique and that everything pointed at exists.
func checkIDs(t *testing.T, doc *goquery.Document) {
	t.Helper()
	ids := map[string]int{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q is there %d times", id, n)
		}
	}
	for _, attr := range []string{"aria-describedby", "aria-labelledby", "for"} {
		doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for _, id := range strings.Fields(s.AttrOr(attr, "")) {
				if ids[id] != 1 {
					t.Errorf("%s points at %q, which is not there", attr, id)
				}
			}
		})
	}
	doc.Find(".errs a").Each(func(_ int, s *goquery.Selection) {
		if id := strings.TrimPrefix(s.AttrOr("href", ""), "#"); ids[id] != 1 {
			t.Errorf("the error summary leads to %q, which is not there", id)
		}
	})
}

// checkLabels asks for a label on every control and a legend on every group.
func checkLabels(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if s.Closest("label").Length() == 0 && doc.Find(`label[for="`+id+`"]`).Length() != 1 {
			t.Errorf("the control %q has no label", id)
		}
	})
	doc.Find("input[type=radio]").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("fieldset").Find("legend").Length() != 1 {
			t.Errorf("the radio %q is in no group with a legend", s.AttrOr("id", ""))
		}
	})
	doc.Find("svg[role=img]").Each(func(_ int, s *goquery.Selection) {
		if s.ChildrenFiltered("title").Text() == "" {
			t.Error("a chart does not say what it shows")
		}
	})
}

func TestFieldTellsWhatIsWrong(t *testing.T) {
	doc := parse(t, render(t, gallery()["form"]))
	if got := doc.Find("title").First().Text(); got != "Error: New user – surveyd" {
		t.Errorf("title %q", got)
	}
	email := doc.Find("#email")
	if got := email.AttrOr("aria-describedby", ""); got != "email-hint email-error" {
		t.Errorf("described by %q", got)
	}
	if email.AttrOr("aria-invalid", "") != "true" || !email.Parent().HasClass("bad") {
		t.Error("the field with the problem is not marked")
	}
	if doc.Find("#name").AttrOr("aria-invalid", "") != "" {
		t.Error("a field without a problem is marked")
	}
	if got := doc.Find("#role").AttrOr("type", ""); got != "radio" {
		t.Errorf("the summary leads to a %q, not to the first choice", got)
	}
	if got := doc.Find("[name=langs][checked]").AttrOr("value", ""); got != "en" {
		t.Errorf("checked %q", got)
	}
	if got := doc.Find("#survey option[selected]").Text(); got != "After support" {
		t.Errorf("selected %q", got)
	}
}

func TestPasswordIsNeverSentBack(t *testing.T) {
	if page := render(t, gallery()["auth"]); strings.Contains(page, "never shown") {
		t.Error("the page carries the password")
	}
}

func TestTextIsEscaped(t *testing.T) {
	bad := `"><script>alert(1)</script>`
	for name, page := range map[string]string{
		"field":  render(t, TextInput(Field{ID: "a", Label: bad, Hint: bad, Error: bad, Value: bad})),
		"table":  render(t, DataTable(Table{Caption: bad, Columns: []Column{{Text: bad}}, Rows: [][]Cell{{{Text: bad, Sub: bad, Lang: bad}}}})),
		"chart":  render(t, RuleChart(Rule{ID: "r", Title: bad, Hi: 1, Now: Mark{0, bad}})),
		"select": render(t, SelectInput(Field{ID: "s", Label: "s"}, []Option{{Value: bad, Label: bad}})),
	} {
		if strings.Contains(page, "<script>") {
			t.Errorf("%s lets markup through: %s", name, page)
		}
	}
	if page := render(t, Back("x", "javascript:alert(1)")); strings.Contains(page, "javascript:") {
		t.Errorf("a link runs script: %s", page)
	}
}
