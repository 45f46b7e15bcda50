package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// TestImportMap holds the program to the map.
func TestImportMap(t *testing.T) {
	packages := listPackages(t)
	if len(packages) < 2 {
		t.Fatalf("go list found %d packages, the check would prove nothing", len(packages))
	}
	for _, sentence := range CheckImports(packages) {
		t.Error(sentence)
	}
}

func listPackages(t *testing.T) (packages []Package) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = repositoryRoot
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p Package
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// TestImportMapCatches shows the map a program with one wrong import at a time.
func TestImportMapCatches(t *testing.T) {
	for _, c := range []struct{ from, imports string }{
		{"internal/scoring", "internal/survey"},
		{"internal/account", "internal/scoring"},
		{"internal/survey", "internal/account"},
		{"internal/survey", "internal/store"},
		{"internal/survey", "web/words"},
		{"internal/reports", "internal/store"},
		{"internal/store", "internal/server"},
		{"internal/store", "internal/store/storetest"},
		{"internal/server", "internal/store"},
		{"internal/server", "internal/store/storetest"},
		{"internal/demo", "internal/store"},
		{"web", "web/templates"},
		{"web/words", "internal/survey"},
		{"web/templates/ui", "internal/survey"},
		{"web/templates/ui", "web/templates"},
		{"web/templates", "internal/store"},
		{"internal/attic", "internal/scoring"},
		{"internal/survey", "internal/attic"},
	} {
		if got := CheckImports([]Package{{ImportPath: module + "/" + c.from, Imports: []string{module + "/" + c.imports}}}); len(got) != 1 {
			t.Errorf("%s imports %s: the map said %q, want one sentence", c.from, c.imports, got)
		}
	}
	for _, lib := range libraries {
		bad := Package{ImportPath: module + "/internal/scoring", Imports: []string{lib.prefix + "/v9"}}
		if got := CheckImports([]Package{bad}); len(got) != 1 || !strings.Contains(got[0], lib.prefix) {
			t.Errorf("scoring imports %s: the map said %q, want one sentence", lib.prefix, got)
		}
		inTest := Package{ImportPath: module + "/internal/scoring", XTestImports: []string{lib.prefix}}
		if got := CheckImports([]Package{inTest}); (len(got) == 0) != lib.tests {
			t.Errorf("a test of scoring imports %s: the map said %q", lib.prefix, got)
		}
	}
}

// TestImportMapAllows shows the map what it must not complain about.
func TestImportMapAllows(t *testing.T) {
	good := []Package{
		{ImportPath: module + "/cmd/surveyd", Imports: []string{module + "/internal/store", module + "/internal/server", "net/http"}},
		{ImportPath: module + "/internal/store", Imports: []string{"database/sql", "net/url", module + "/internal/survey"}},
		{ImportPath: module + "/internal/store/storetest", Imports: []string{"github.com/jackc/pgx/v5", module + "/internal/store"}},
		{ImportPath: module + "/internal/server", Imports: []string{module + "/web/templates/ui"}, XTestImports: []string{module + "/internal/store"}},
		{ImportPath: module + "/internal/survey/draft", Imports: []string{module + "/internal/survey", "database/sqlish"}},
	}
	if got := CheckImports(good); len(got) != 0 {
		t.Errorf("the map complains about %q", got)
	}
}
