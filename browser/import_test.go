package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// importCase is a file with what its import must show.
type importCase struct {
	file      string
	uses      map[string]string // column by its number: what it is used as
	zone      string
	shown     []string // on the dashboard
	allImport string
}

// TestImport takes a file in through the browser, without scripts, and finds its score on the dashboard. The real reviews of a shop are taken where
// SURVEYD_DATA names their folder.
func TestImport(t *testing.T) {
	c := importCase{
		file: filepath.Join(t.TempDir(), "reviews.csv"), uses: map[string]string{"4": "touchpoint"}, zone: "Europe/Sofia",
		shown: []string{"on_time", "60"}, allImport: "Import 5 answers",
	}
	small := "id,stars,date,comment,delivery\n1,5,2026-10-01,Fine,on_time\n2,4,2026-10-02,Good,on_time\n3,1,2026-10-03,\"Закъсня, много\",late\n" +
		"4,2,2026-10-04,,late\n5,5,2026-10-05,,on_time\n6,9,2026-10-06,Too good,on_time\n"
	if err := os.WriteFile(c.file, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	if folder := os.Getenv("SURVEYD_DATA"); folder != "" {
		c = importCase{
			file: filepath.Join(folder, "olist_reviews.csv"), zone: "America/Sao_Paulo", allImport: "Import 8,225 answers",
			uses:  map[string]string{"0": "external_id", "1": "", "5": "rating", "7": "time", "12": "comment", "13": "touchpoint"},
			shown: []string{"55.2", "8,225", "on_time", "82.1", "late", "24.3", "not_delivered", "14.6"},
		}
	}
	page := Open(t, Look{NoJS: true})
	page.Go(Serve(t, "serve").Find(t, `(?m)^setup\s+(http\S+)`))
	setUp(t, page)
	page.must200(t, "the imports", ".nav a[href='/imports']")
	page.CheckLooks("import-empty", "1280-light", "360-dark")
	page.Look(Look{NoJS: true})
	page.Upload("#file", c.file)
	page.must200(t, "the upload", "main form .btn.main")
	page.fillMapping(t, c)
	page.CheckLooks("import-columns")
	page.Look(Look{NoJS: true})
	page.must200(t, "the check", "form[action$='/check'] .btn.main")
	page.await(t, c.allImport)
	page.CheckLooks("import-check")
	page.Look(Look{NoJS: true})
	page.must200(t, "the start", "form[action$='/start'] .btn")
	page.await(t, "See the results")
	page.CheckLooks("import-done")
	page.Look(Look{NoJS: true})
	page.must200(t, "the dashboard", "main a.btn.main")
	text := page.Text("main")
	for _, want := range c.shown {
		if !strings.Contains(text, want) {
			t.Errorf("the dashboard does not show %q:\n%s", want, text)
		}
	}
	page.must200(t, "the imports", ".nav a[href='/imports']")
	if page.Count("form[action='/exports/responses'] option") < 3 {
		t.Error("the survey can't be exported")
	}
	page.CheckLooks("import-list", "1280-light", "360-light")
}

// fillMapping says what the columns hold, and where the answers go.
func (p *Page) fillMapping(t *testing.T, c importCase) {
	t.Helper()
	for column, use := range c.uses {
		p.Set("select[name='use."+column+"']", use)
	}
	p.Type("#new_name", "Reviews")
	p.Set("#scheme", "csat5")
	p.Set("#zone", c.zone)
}

// await loads the page again, as it does by itself, until it holds the text.
func (p *Page) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if status := p.Go(p.Address()); status != http.StatusOK {
			t.Fatalf("%s answers %d", p.Address(), status)
		}
		if strings.Contains(p.Text("main"), text) {
			return
		}
		time.Sleep(100 * time.Millisecond) // between two looks; the condition decides, not the time
	}
	t.Fatalf("%q never came:\n%s", text, p.Text("main"))
}
