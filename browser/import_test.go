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
	rejected       bool // some rows are bad
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

// bringIn uploads the file and goes through the import's steps to its report.
func (u upload) bringIn(page *Page, base string) {
	page.t.Helper()
	page.Go(base + "/imports")
	page.Upload("#file", u.file)
	page.must200("the upload", "form[action='/imports'] .btn.main")
	for column, use := range u.uses {
		page.Set("select[name='use."+column+"']", use)
	}
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
	if u.looks != nil {
		page.CheckLooks("import-checked", u.looks...)
	}
	page.must200("the import", "form[action$='/start'] .btn")
	page.Text("#result")
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
	app := Serve(t, "serve")
	page := Open(t, Look{})
	setup := app.Find(t, `(?m)^setup\s+(http\S+)`)
	base, _, _ := strings.Cut(setup, "/setup")
	page.Go(setup)
	setUp(t, page)

	small := smallFile(t)
	page.Go(base + "/imports")
	page.CheckLooks("import-none", small.looks...)
	if status := page.Follow("form[action='/imports'] .btn.main"); status != http.StatusUnprocessableEntity {
		t.Errorf("no file at all answers %d", status)
	}
	page.CheckLooks("import-no-file", small.looks...)
	small.bringIn(page, base)
	small.show(page)

	folder := os.Getenv("SURVEYD_DATA")
	if folder == "" {
		t.Log("SURVEYD_DATA names no folder of real data: the small file stands in for it")
		return
	}
	garden := filepath.Join(folder, "garden_chain_nps10.csv")
	for _, real := range []upload{
		{
			file: garden, uses: map[string]string{"0": "external_id", "1": "rating", "2": "", "3": "", "4": "", "5": "", "6": ""},
			name: "Garden NPS", scheme: "nps10", score: "+53", answers: "13,612 answers", rejected: true,
		},
		{
			file: garden, uses: map[string]string{"0": "external_id", "1": "", "2": "rating", "3": "", "4": "", "5": "", "6": ""},
			name: "Garden satisfaction", scheme: "css10", score: "92.8%", answers: "13,893 answers", rejected: true,
		},
		{
			file: filepath.Join(folder, "olist_reviews.csv"),
			uses: map[string]string{"0": "external_id", "1": "", "2": "", "3": "", "5": "rating", "6": "", "7": "time", "11": "", "12": "comment", "13": "touchpoint"},
			name: "Olist", scheme: "csat5", zone: "America/Sao_Paulo", score: "55.2%", answers: "8,225 answers",
		},
	} {
		real.bringIn(page, base)
		real.show(page)
	}
	for touchpoint, want := range map[string][2]string{"on_time": {"82.1", "4,893"}, "late": {"24.3", "345"}, "not_delivered": {"14.6", "2,987"}} {
		got := page.Row("#b-parts ~ details tr, #b-parts ~ * tr", touchpoint)
		if !strings.Contains(got, want[0]) || !strings.Contains(got, want[1]) {
			t.Errorf("%s shows %q, want %s of %s", touchpoint, got, want[0], want[1])
		}
	}
}
