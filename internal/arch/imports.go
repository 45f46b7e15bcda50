// Package arch holds the shape of the program as tests: who may import whom, who may use which
// library, and which constructs stay out of the sources. docs/architecture.md tells it in words.
package arch

import (
	"fmt"
	"slices"
	"strings"
)

// module is the path that makes an import one of ours.
const module = "github.com/surveyd/surveyd"

// room is a folder and what the packages in it may import of ours. A folder below it belongs
// to it unless it has a line of its own.
type room struct {
	path       string
	mayImport  []string // rooms, without what lies in them under another line
	everything bool
}

// domain is the rules and use cases: they import no room that knows about HTTP or SQL.
var domain = []string{"internal/scoring", "internal/account", "internal/survey", "internal/people", "internal/asking", "internal/followup", "internal/customers", "internal/reports", "internal/portage", "internal/telling"}

// rooms is the map. A package that is on no line fails: give a new capability a line here and
// a sentence in docs/architecture.md.
var rooms = []room{
	{path: "cmd/surveyd", everything: true},
	{path: "internal/bench", everything: true},
	{path: "internal/arch"},
	{path: "internal/soak"},
	{path: "internal/scoring"},
	{path: "internal/account"},
	{path: "internal/survey", mayImport: []string{"internal/scoring"}},
	{path: "internal/people", mayImport: []string{"internal/survey", "internal/scoring", "internal/account"}},
	{path: "internal/asking", mayImport: []string{"internal/survey", "internal/scoring", "internal/account", "internal/people"}},
	{path: "internal/customers", mayImport: []string{"internal/scoring", "internal/survey", "internal/people"}},
	{path: "internal/followup", mayImport: []string{"internal/survey", "internal/scoring", "internal/account", "internal/people", "internal/asking"}},
	{path: "internal/mail", mayImport: append([]string{"web/words", "web/templates", "web/templates/mail"}, domain...)},
	{path: "internal/mail/mailtest"},
	{path: "internal/portage", mayImport: []string{"internal/survey", "internal/scoring", "internal/people", "internal/customers"}},
	{path: "internal/reports", mayImport: []string{"internal/survey", "internal/scoring", "internal/account", "internal/people", "internal/asking", "internal/followup", "internal/customers"}},
	{path: "internal/telling", mayImport: []string{"internal/survey", "internal/scoring", "internal/account", "internal/asking", "internal/followup", "internal/customers", "internal/reports"}},
	{path: "internal/store", mayImport: domain},
	{path: "internal/store/storetest", mayImport: append([]string{"internal/store"}, domain...)},
	{path: "internal/server", mayImport: append([]string{"web", "web/words", "web/templates", "web/templates/ui"}, domain...)},
	{path: "internal/jobs", mayImport: domain},
	{path: "internal/demo", mayImport: append([]string{"web/words"}, domain...)},
	{path: "web"},
	{path: "web/words"},
	{path: "web/templates/ui", mayImport: []string{"web", "web/words"}},
	{path: "web/templates/mail", mayImport: append([]string{"web/words"}, domain...)},
	{path: "web/templates", mayImport: append([]string{"web", "web/words", "web/templates/ui"}, domain...)},
}

// library is a package of others that only some rooms may import.
type library struct {
	prefix string
	keep   []string // rooms
	tests  bool     // the tests of the other rooms may use it
}

// libraries keeps SQL in the store, HTTP in the server (the files of web are a handler, not a
// server), and the command line in cmd. A room is meant alone, without the rooms below it.
var libraries = []library{
	{prefix: "database/sql", keep: []string{"internal/store", "internal/store/storetest"}},
	{prefix: "modernc.org/sqlite", keep: []string{"internal/store", "internal/store/storetest"}},
	{prefix: "github.com/jackc/pgx", keep: []string{"internal/store", "internal/store/storetest"}},
	{prefix: "github.com/pressly/goose", keep: []string{"internal/store", "internal/store/storetest"}},
	{prefix: "github.com/riverqueue/river", keep: []string{"internal/store", "internal/store/storetest"}},
	{prefix: "github.com/labstack/echo", keep: []string{"internal/server", "cmd/surveyd"}},
	{prefix: "github.com/gorilla/sessions", keep: []string{"internal/server", "cmd/surveyd"}},
	{prefix: "net/http", keep: []string{"internal/server", "cmd/surveyd", "internal/bench", "web"}, tests: true},
	{prefix: "github.com/a-h/templ", keep: []string{"web/templates", "web/templates/ui", "web/templates/mail", "internal/server", "internal/mail"}, tests: true},
	{prefix: "github.com/wneessen/go-mail", keep: []string{"internal/mail"}},
	{prefix: "github.com/urfave/cli", keep: []string{"cmd/surveyd"}},
	{prefix: "github.com/alexedwards/argon2id", keep: []string{"internal/account"}},
}

// Package is what `go list -json` says of a package, as far as the map needs it.
type Package struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// CheckImports returns a sentence for every import that the map forbids.
func CheckImports(packages []Package) (broken []string) {
	for _, p := range packages {
		folder, ours := ourFolder(p.ImportPath)
		if !ours {
			continue
		}
		from, ok := roomOf(folder)
		if !ok {
			broken = append(broken, fmt.Sprintf("%s is in no room of the map in internal/arch", folder))
			continue
		}
		for _, path := range p.Imports {
			broken = append(broken, checkImport(from, folder, path)...)
		}
		// Tests may reach into other rooms, they build what they test; SQL and HTTP they leave
		// where they belong.
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			broken = append(broken, checkLibrary(from, folder, path, true)...)
		}
	}
	return broken
}

// checkImport judges one import of the program itself.
func checkImport(from room, folder, path string) []string {
	target, ours := ourFolder(path)
	if !ours {
		return checkLibrary(from, folder, path, false)
	}
	to, ok := roomOf(target)
	if ok && (from.everything || to.path == from.path || slices.Contains(from.mayImport, to.path)) {
		return nil
	}
	return []string{fmt.Sprintf("%s imports %s, the map in internal/arch does not let it", folder, target)}
}

// checkLibrary judges one import of somebody else's package.
func checkLibrary(from room, folder, path string, inTest bool) []string {
	for _, lib := range libraries {
		if !within(path, lib.prefix) || inTest && lib.tests {
			continue
		}
		if !slices.Contains(lib.keep, from.path) {
			return []string{fmt.Sprintf("%s imports %s, which stays in %s", folder, path, strings.Join(lib.keep, " and "))}
		}
	}
	return nil
}

// roomOf finds the line of the map that names the folder most exactly.
func roomOf(folder string) (found room, ok bool) {
	for _, r := range rooms {
		if within(folder, r.path) && len(r.path) >= len(found.path) {
			found, ok = r, true
		}
	}
	return found, ok
}

// ourFolder turns an import path of ours into its folder in the repository.
func ourFolder(path string) (string, bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

// within says whether the path is the prefix or lies below it.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}
