package words

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// call finds w.T("key" and w.N("key"; the third group is the plus sign of
	// a key that is put together, w.T("month." + ...).
	call     = regexp.MustCompile(`\.(T|N)\(\s*"([a-z0-9_.]+)"\s*(\+?)`)
	skipDirs = map[string]bool{".git": true, "node_modules": true, "testdata": true}
)

func TestEveryKeyInTheSourcesExists(t *testing.T) {
	found := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipDirs[d.Name()] {
			return filepath.SkipDir
		}
		name := d.Name()
		source := strings.HasSuffix(name, ".templ") || strings.HasSuffix(name, ".go")
		if !source || strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "_test.go") || name == "doc.go" {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range call.FindAllStringSubmatch(string(raw), -1) {
			found++
			checkCall(t, path, m[1], m[2], m[3] == "+")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Fatal("no call of T or N found: the pattern no longer fits the sources")
	}
}

func checkCall(t *testing.T, path, method, key string, prefix bool) {
	t.Helper()
	en := For("en")
	if prefix {
		for k := range en.plain {
			if strings.HasPrefix(k, key) {
				return
			}
		}
		for k := range en.counted {
			if strings.HasPrefix(k, key) {
				return
			}
		}
		t.Errorf("%s: no key starts with %q", path, key)
		return
	}
	_, plain := en.plain[key]
	switch {
	case method == "T" && !plain:
		t.Errorf("%s: T(%q): no plain text has this key", path, key)
	case method == "N" && !en.counted[key]:
		t.Errorf("%s: N(%q): no counted text has this key", path, key)
	}
}
