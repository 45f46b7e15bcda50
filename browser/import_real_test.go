package browser

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// realFiles are those of the folder, with figures that were computed elsewhere.
func realFiles(folder string) []upload {
	garden := filepath.Join(folder, "garden_chain_nps10.csv")
	return []upload{
		{
			file: garden, uses: map[string]string{"0": "external_id", "1": "rating", "2": "", "3": "", "4": "", "5": "", "6": ""},
			name: "Garden NPS", scheme: "nps10", score: "+53", answers: "13,612 answers", rejected: true,
			figures: "53,52.3,54.5,13612,",
		},
		{
			file: garden, uses: map[string]string{"0": "external_id", "1": "", "2": "rating", "3": "", "4": "", "5": "", "6": ""},
			name: "Garden satisfaction", scheme: "css10", score: "92.8%", answers: "13,893 answers", rejected: true,
			figures: ",13893,",
		},
		{
			file: filepath.Join(folder, "olist_reviews.csv"),
			uses: map[string]string{"0": "external_id", "1": "", "2": "", "3": "", "5": "rating", "6": "", "7": "time", "11": "", "12": "comment", "13": "touchpoint"},
			name: "Olist", scheme: "csat5", zone: "America/Sao_Paulo", score: "55.2%", answers: "8,225 answers",
			figures: ",8225,", comments: "4,109",
		},
	}
}

// importReal brings in the files of the folder SURVEYD_DATA and compares what the pages show.
func importReal(page *Page, base string) {
	page.t.Helper()
	folder := os.Getenv("SURVEYD_DATA")
	if folder == "" {
		page.t.Log("SURVEYD_DATA names no folder of real data: the small file stands in for it")
		return
	}
	files := realFiles(folder)
	for _, real := range files {
		real.bringIn(page, base)
		real.show(page)
		real.download(page)
	}
	for touchpoint, want := range map[string][2]string{"on_time": {"82.1", "4,893"}, "late": {"24.3", "345"}, "not_delivered": {"14.6", "2,987"}} {
		got := page.Row("#b-parts ~ details tr, #b-parts ~ * tr", touchpoint)
		if !strings.Contains(got, want[0]) || !strings.Contains(got, want[1]) {
			page.t.Errorf("%s shows %q, want %s of %s", touchpoint, got, want[0], want[1])
		}
	}
	survey := page.Value("select[name=survey]")
	page.Go(base + "/responses?period=all&survey=" + survey + "&q=prazo")
	if got := page.Text(".pager"); !strings.HasPrefix(got, "631 comments") {
		page.t.Errorf("of comments with prazo the page says %q", got)
	}
	files[len(files)-1].again(page, base, survey)
}

// download compares the file of the dashboard that is open with its page.
func (u upload) download(page *Page) {
	page.t.Helper()
	file := run(page, chromedp.Evaluate[string](
		`fetch(document.querySelector("a[href^='/dashboard/score.csv']").href).then(r => r.text())`, chromedp.EvalAwaitPromise))
	if want := strings.Trim(u.score, "+%") + ","; !strings.Contains(file, u.figures) || !strings.Contains(file, ","+want) {
		page.t.Errorf("%s: the downloaded score is %q, without %q or %q", u.name, file, want, u.figures)
	}
}

// again brings the same file into the survey that has it already: there is nothing to import.
func (u upload) again(page *Page, base, survey string) {
	page.t.Helper()
	u.check(page, base, survey)
	found := page.Text("main")
	if count := strings.TrimSuffix(u.answers, " answers"); !strings.Contains(found, "There is nothing new in this file.") || !strings.Contains(found, count) {
		page.t.Errorf("%s: the second time the check says %q", u.name, found)
	}
	if page.Count("form[action$='/start']") != 0 {
		page.t.Errorf("%s: the second time there is something to import", u.name)
	}
}
