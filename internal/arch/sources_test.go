package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repositoryRoot is seen from this folder.
const repositoryRoot = "../.."

// TestSources holds every source file to the rules.
func TestSources(t *testing.T) {
	checked := 0
	err := filepath.WalkDir(repositoryRoot, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules") {
			return filepath.SkipDir
		}
		name, err := filepath.Rel(repositoryRoot, path)
		// This folder spells out what it forbids.
		if err != nil || entry.IsDir() || strings.HasPrefix(name, filepath.Join("internal", "arch")) {
			return err
		}
		if ext := filepath.Ext(name); ext != ".go" && ext != ".templ" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		checked++
		for _, sentence := range CheckSource(filepath.ToSlash(name), string(text)) {
			t.Error(sentence)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked == 0 {
		t.Fatal("no source file was found, the check would prove nothing")
	}
}

// badSources holds lines that each break the one rule they stand under.
var badSources = map[string][]string{
	"FormValue":    {`rating := c.FormValue("rating")`, `r.PostFormValue("x")`, `form, err := c.FormParams()`},
	"FormFile":     {`file, err := c.FormFile("csv")`, `form, err := c.MultipartForm()`},
	"Static":       {`e.Static("/static", "web/static")`},
	"raw Go":       {`return templ.Raw(comment)`, `u := templ.SafeURL(next)`},
	"skipped test": {`t.Skip("no PostgreSQL")`, `b.SkipNow()`, `if testing.Short() {`},
	"raw templ":    {`	@templ.Raw(comment)`, `<a href={ templ.SafeURL(next) }>`},
	"spread attributes": {
		`<input { attrs... }/>`, `<input {attrs...}>`, `<td class="n" { p.Attributes... }>`,
	},
	"inline style":    {`<p style="color:red">`, `<i style={ width }>`, `<i style?={ wide }>`, `<style>`, `css bar(n int) {`},
	"inline script":   {`<script>`, `<script`, `<script type="module">`, `script hello() {`, `<a href="javascript:void(0)">`, `@templ.JSFuncCall("go")`},
	"event attribute": {`<button onclick="go()">`, `<form onsubmit={ go() }>`, `<a hx-on:click="go()">`, `<a hx-on-click={ x }>`},
}

// TestSourceRulesCatch proves that every rule finds what it forbids, and nothing but that rule does.
func TestSourceRulesCatch(t *testing.T) {
	for _, rule := range sourceRules {
		samples := badSources[rule.name]
		if len(samples) == 0 {
			t.Errorf("the rule %q has no sample that breaks it", rule.name)
		}
		for _, line := range samples {
			got := CheckSource("internal/somewhere/page"+rule.ending, "first\n"+line+"\n")
			if len(got) != 1 || !strings.Contains(got[0], ":2: "+rule.name+":") {
				t.Errorf("%q: got %q, want one sentence of the rule %q", line, got, rule.name)
			}
		}
	}
	if got := CheckSource("cmd/long.go", strings.Repeat("x\n", maxLines+1)); len(got) != 1 {
		t.Errorf("a file of %d lines: got %q", maxLines+1, got)
	}
}

// TestMailTemplatesMayOnlyStyle: their exception is for styles at elements, nothing else.
func TestMailTemplatesMayOnlyStyle(t *testing.T) {
	for _, text := range []string{"<script>", `<a onclick="go()">`, "@templ.Raw(x)"} {
		if got := CheckSource("web/templates/mail/ask.templ", text); len(got) != 1 {
			t.Errorf("%s: got %q", text, got)
		}
	}
}

// TestSourceRulesAllow shows the rules what they must not complain about.
func TestSourceRulesAllow(t *testing.T) {
	for name, text := range map[string]string{
		"internal/server/form.go":         "// never FormValue(\nx := decode(r) // not c.FormFile\n",
		"internal/server/assets.go":       `u := "https://example.org/" + web.Asset(name)`,
		"internal/server/page_test.go":    "t.Run(\"Skip\", check)\nlines.SkipTo(3)\n",
		"web/templates/page.templ":        "<script src={ web.Asset(\"a.js\") } defer></script>\n<p class=\"on\">{ join(parts...) }</p>\n// style= is refused\nvar only = \"x\"\n<text font-style=\"italic\">",
		"web/templates/page_templ.go":     "var x templ.SafeURL\n",
		"web/templates/inline.templ":      "<style>\n@templ.Raw(surveyCSS)\n<script>",
		"web/templates/mail/ask.templ":    `<p style="margin:0;">`,
		"internal/store/fits.go":          strings.Repeat("x\n", maxLines),
		"internal/store/migrations/1.sql": strings.Repeat("x\n", maxLines+1),
	} {
		if got := CheckSource(name, text); len(got) != 0 {
			t.Errorf("%s: the rules complain: %q", name, got)
		}
	}
}
