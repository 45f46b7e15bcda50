package browser

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// goodPage breaks no rule; with scripts its paragraph changes.
const goodPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>:root { color-scheme: light dark } body { background: Canvas; color: CanvasText }</style></head>
<body><main><h1>A page</h1><p id="js">off</p><script>document.getElementById("js").textContent = "on"</script>
<form action="/next" method="post"><label>Comment <input name="comment"></label>
<p><button>Send the comment</button></p></form></main></body></html>`

// serve serves the HTML at / and echoes the comment posted to /next.
func serve(t *testing.T, html, policy string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			w.WriteHeader(http.StatusUnprocessableEntity)
			io.WriteString(w, `<!doctype html><title>Next</title><p id="got">`+string(body)+`</p>`)
			return
		}
		io.WriteString(w, html)
	}))
	t.Cleanup(server.Close)
	return server
}

func TestGoodPageInEveryLook(t *testing.T) {
	t.Setenv("SURVEYD_SHOTS", t.TempDir())
	page := Open(t, Look{})
	if status := page.Go(serve(t, goodPage, "").URL); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	page.CheckLooks("good")
	pictures, err := filepath.Glob(filepath.Join(os.Getenv("SURVEYD_SHOTS"), "good-*.png"))
	if err != nil || len(pictures) != len(Looks) {
		t.Errorf("%d pictures of %d looks, %v", len(pictures), len(Looks), err)
	}
}

func TestLookReachesThePage(t *testing.T) {
	const html = `<!doctype html><title>x</title><meta name="viewport" content="width=device-width">
<style>#dark, #narrow { display: none } @media (prefers-color-scheme: dark) { #dark { display: block } }
@media (max-width: 360px) { #narrow { display: block } }</style><p id="dark">dark</p><p id="narrow">narrow</p>`
	page := Open(t, Look{Width: 360, Dark: true})
	page.Go(serve(t, html, "").URL)
	if got := page.Text("body"); !strings.Contains(got, "dark") || !strings.Contains(got, "narrow") {
		t.Errorf("a dark phone of 360 px reads %q", got)
	}
	page.Look(Look{Width: 1280})
	if got := page.Text("html"); got != "" {
		t.Errorf("a light desktop reads %q", got)
	}
}

func TestFormWithAndWithoutScripts(t *testing.T) {
	for want, look := range map[string]Look{"on": {}, "off": {Width: 360, NoJS: true}} {
		page := Open(t, look)
		page.Go(serve(t, goodPage, "").URL)
		if got := page.Text("#js"); got != want {
			t.Errorf("scripts are %s, want %s", got, want)
		}
		if got := page.Count("form > label, form button"); got != 2 {
			t.Errorf("%d labels and buttons, want 2", got)
		}
		page.Type("input[name=comment]", "да")
		if status := page.Follow("button"); status != http.StatusUnprocessableEntity {
			t.Errorf("the form ended at status %d", status)
		}
		if got := page.Text("#got"); got != "comment=%D0%B4%D0%B0" {
			t.Errorf("the server got %q", got)
		}
	}
}

// TestHarnessCatches shows the harness pages that each do one wrong thing.
func TestHarnessCatches(t *testing.T) {
	other := serve(t, "", "")
	t.Run("axe", func(t *testing.T) {
		page := Open(t, Look{})
		page.Go(serve(t, strings.ReplaceAll(goodPage, "<label>Comment ", "<label>"), "").URL)
		if got := page.Axe(); len(got) != 1 || got[0].ID != "label" || len(got[0].Nodes) != 1 {
			t.Errorf("axe found %v, want the field without a label", got)
		}
	})
	t.Run("axe under a strict policy", func(t *testing.T) {
		page := Open(t, Look{})
		page.Go(serve(t, `<!doctype html><html><title>x</title><main><h1>x</h1></main></html>`, "default-src 'none'").URL)
		if got := page.Axe(); len(got) != 1 || got[0].ID != "html-has-lang" {
			t.Errorf("axe found %v, want the missing language", got)
		}
	})
	t.Run("too wide", func(t *testing.T) {
		page := Open(t, Look{Width: 320})
		page.Go(serve(t, strings.ReplaceAll(goodPage, "<h1>", `<h1><img width="321" height="1" alt="" src="data:,">`), "").URL)
		if pixels, what := page.Overflow(); pixels < 1 || !strings.Contains(what, "<img") {
			t.Errorf("%d px too wide because of %q", pixels, what)
		}
	})
	for name, c := range map[string]struct{ html, policy, want string }{
		"other origin":  {`<img alt="" src="` + other.URL + `/spy.gif">`, "", "/spy.gif"},
		"broken policy": {`<p style="color: red">x</p>`, "default-src 'self'", "Content Security Policy"},
		"thrown":        {`<script>throw new Error("oops")</script>`, "", "oops"},
	} {
		t.Run(name, func(t *testing.T) {
			page := Open(t, Look{})
			page.Go(serve(t, c.html, c.policy).URL)
			page.Text("html")
			got := strings.Join(page.complaints(), "\n")
			if !strings.Contains(got, c.want) {
				t.Errorf("complaints: %q, want one with %q", got, c.want)
			}
			page.forget()
		})
	}
}

func TestMissingChromiumIsAnError(t *testing.T) {
	path, err := findChromium("no-such-browser")
	if err == nil || !strings.Contains(err.Error(), "apt-get install chromium") {
		t.Errorf("findChromium = %q, %v; want an error that says how to install", path, err)
	}
}

// forget drops the complaints that the test wanted.
func (p *Page) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems, p.requests = nil, nil
}
