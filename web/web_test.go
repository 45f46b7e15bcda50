package web_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/web"
)

func get(t *testing.T, method, path, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	web.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestHandlerServesAssetsForEver(t *testing.T) {
	for name, kind := range map[string]string{
		"app.css": "text/css", "tokens.css": "text/css", "favicon.svg": "image/svg+xml",
	} {
		for _, encoding := range []string{"", "gzip"} {
			res := get(t, "GET", web.Asset(name), encoding)
			if res.StatusCode != http.StatusOK {
				t.Fatalf("%s: status %d", name, res.StatusCode)
			}
			if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
				t.Errorf("%s: type %q, want %s", name, got, kind)
			}
			if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("%s: Cache-Control %q", name, got)
			}
			var body io.Reader = res.Body
			if res.Header.Get("Content-Encoding") == "gzip" {
				var err error
				if body, err = gzip.NewReader(res.Body); err != nil {
					t.Fatal(err)
				}
			}
			raw, err := io.ReadAll(body)
			if err != nil {
				t.Fatal(err)
			}
			if string(raw) != web.Content(name) {
				t.Errorf("%s with %q: other bytes than the file", name, encoding)
			}
		}
	}
}

func TestHandlerRefusesWhatAssetDidNotGive(t *testing.T) {
	good := web.Asset("app.css")
	for _, path := range []string{
		"/assets/app.css", "/assets/000000000000/app.css", "/assets/", "/assets/../web.go", good + "/", "/other" + good,
	} {
		if res := get(t, "GET", path, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: status %d, want 404", path, res.StatusCode)
		}
	}
	if res := get(t, "POST", good, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("POST: status %d, want 404", res.StatusCode)
	}
}

// Every Asset("name") in the sources is a file, so that none panics in use.
func TestAssetsNamedInTheSourcesExist(t *testing.T) {
	call := regexp.MustCompile(`web\.(?:Asset|Content)\("([^"]+)"\)`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".templ") && !strings.HasSuffix(path, ".go") {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range call.FindAllStringSubmatch(string(raw), -1) {
			if _, err := os.Stat("static/" + m[1]); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
