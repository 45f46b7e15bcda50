package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// upload is a file as a person brings it in, and what the pages must say of it.
type upload struct {
	file           string
	uses           map[string]string // by column, counted from 0: what it holds
	name           string            // of the new survey
	scheme, zone   string
	score, answers string // as the dashboard writes them
	looks          []string
	rejected       bool   // some rows are bad
	figures        string // of the downloaded score, in part
	comments       string // how many the report counts; "": not looked at
}

// smallFile writes five good answers and a bad one.
func smallFile(t *testing.T) upload {
	t.Helper()
	good, err := os.ReadFile("../internal/portage/testdata/small.csv")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "small.csv")
	if err := os.WriteFile(path, append(good, "a/6,9,2018-02-18 00:30:00,,late\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	return upload{
		file: path, uses: map[string]string{"0": "external_id", "1": "rating", "2": "time", "3": "comment", "4": "touchpoint"},
		name: "Imported reviews", scheme: "csat5", zone: "America/Sao_Paulo", score: "40.0%", answers: "5 answers",
		looks: []string{"1280-light", "360-dark", "320-light"}, rejected: true,
	}
}

// check uploads the file, says what it holds and waits for the check. survey is the number of the survey that takes the answers; "": a new one.
func (u upload) check(page *Page, base, survey string) {
	page.t.Helper()
	page.Go(base + "/imports")
	page.Upload("#file", u.file)
	page.must200("the upload", "form[action='/imports'] .btn.main")
	for column, use := range u.uses {
		page.Set("select[name='use."+column+"']", use)
	}
	page.Set("#survey", survey)
	page.Set("#new_name", u.name)
	page.Set("#scheme", u.scheme)
	if u.zone != "" {
		page.Set("#zone", u.zone)
	} else {
		page.Set("#at", "2018-06-01")
	}
	if u.looks != nil {
		page.CheckLooks("import-columns", u.looks...)
	}
	page.must200("the check", "form[action$='/check'] .btn.main")
	page.Text("#found") // the page comes again until the file is read
}

// bringIn goes through the import's steps to its report.
func (u upload) bringIn(page *Page, base string) {
	page.t.Helper()
	u.check(page, base, "")
	if u.looks != nil {
		page.CheckLooks("import-checked", u.looks...)
	}
	page.must200("the import", "form[action$='/start'] .btn")
	page.Text("#result")
	if got := page.Row("main tr", "of these with a comment"); !strings.HasSuffix(got, u.comments) {
		page.t.Errorf("%s: the report says %q, want %s", u.name, got, u.comments)
	}
	if u.looks != nil {
		page.CheckLooks("import-report", u.looks...)
	}
	if got := page.Count("a[href$='/rejects.csv']") == 1; got != u.rejected {
		page.t.Errorf("%s: a link to bad rows is %t, want %t", u.name, got, u.rejected)
	}
}

// show goes from the report to the dashboard and compares the figures.
func (u upload) show(page *Page) {
	page.t.Helper()
	page.must200("the dashboard", "a[href^='/dashboard?period=all']")
	hero := page.Text(".hero")
	for _, want := range []string{u.score, u.answers} {
		if !strings.Contains(hero, want) {
			page.t.Errorf("%s: the dashboard reads %q, without %q", u.name, hero, want)
		}
	}
}

// TestImport brings files in as an administrator of an empty shop does, again and again.
func TestImport(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel() // most of the time goes by waiting for pages that come again by themselves
		page, base := emptyShop(t)
		small := smallFile(t)
		page.Go(base + "/imports")
		page.CheckLooks("import-none", small.looks...)
		if status := page.Follow("form[action='/imports'] .btn.main"); status != http.StatusUnprocessableEntity {
			t.Errorf("no file at all answers %d", status)
		}
		page.CheckLooks("import-no-file", small.looks...)
		small.bringIn(page, base)
		small.show(page)
		importReal(page, base)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		page, base := emptyShop(t, "--database", Postgres(t))
		small := smallFile(t)
		small.looks = nil // the pages are those of the other engine
		small.bringIn(page, base)
		small.show(page)
		importReal(page, base)
	})
}

// emptyShop serves a shop that has been set up and signs in.
func emptyShop(t *testing.T, flags ...string) (page *Page, base string) {
	t.Helper()
	setup := Serve(t, append([]string{"serve"}, flags...)...).Find(t, `(?m)^setup\s+(http\S+)`)
	page = Open(t, Look{})
	page.Go(setup)
	setUp(t, page)
	base, _, _ = strings.Cut(setup, "/setup")
	return page, base
}
