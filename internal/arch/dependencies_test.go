package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

var (
	// directRequire is a line of go.mod for a module that our own code imports.
	directRequire = regexp.MustCompile(`(?m)^(?:require )?\t?([a-z]\S+\.[a-z]\S*/\S+) v\S+$`)
	// documentedRow is a row of the first table: need, module path, licence, why.
	documentedRow = regexp.MustCompile(`(?m)^\| [^|]*\| ([a-zA-Z.]+\.[a-z]+/[^ |]+) \| [^|]+ \| [^|]+ \|$`)
)

// TestEveryDependencyHasAReason compares go.mod with docs/decisions/0001-dependencies.md.
func TestEveryDependencyHasAReason(t *testing.T) {
	inMod := modules(t, directRequire, "go.mod")
	inText := modules(t, documentedRow, "docs/decisions/0001-dependencies.md")
	if len(inMod) == 0 {
		t.Fatal("go.mod requires nothing, the check would prove nothing")
	}
	for _, path := range inMod {
		if !slices.Contains(inText, path) {
			t.Errorf("go.mod requires %s, docs/decisions/0001-dependencies.md does not say why", path)
		}
	}
	for _, path := range inText {
		// The browser tests have a go.mod of their own.
		if !slices.Contains(inMod, path) && path != "github.com/chromedp/chromedp" {
			t.Errorf("docs/decisions/0001-dependencies.md gives a reason for %s, which go.mod does not require", path)
		}
	}
}

func modules(t *testing.T, line *regexp.Regexp, name string) (paths []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repositoryRoot, name))
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range line.FindAllStringSubmatch(string(text), -1) {
		paths = append(paths, match[1])
	}
	return paths
}
