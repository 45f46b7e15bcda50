package browser

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// route is a page as the server's source registers it.
type route struct {
	path   string // Echo's pattern: /users/:id
	policy string
}

var registered = regexp.MustCompile(`\bs\.get\("([^"]+)", (\w+),`)

// routes reads the pages of staff from the server's source, so that a page which nobody walks is
// noticed.
func routes(t *testing.T) []route {
	t.Helper()
	files, err := filepath.Glob("../internal/server/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []route
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range registered.FindAllStringSubmatch(string(source), -1) {
			all = append(all, route{match[1], match[2]})
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d pages in the server's source: has their registration changed?", len(all))
	}
	return all
}

// match gives the route of a path; a fixed segment wins over a parameter.
func match(all []route, path string) (route, bool) {
	best, fixed := route{}, -1
	parts := strings.Split(path, "/")
	for _, r := range all {
		pattern := strings.Split(r.path, "/")
		if len(pattern) != len(parts) {
			continue
		}
		same := 0
		for i, p := range pattern {
			if p == parts[i] {
				same++
			} else if !strings.HasPrefix(p, ":") || parts[i] == "" {
				same = -1
				break
			}
		}
		if same > fixed {
			best, fixed = r, same
		}
	}
	return best, fixed >= 0
}

// crawler follows the links of staff pages as one person.
type crawler struct {
	t      *testing.T
	base   *url.URL
	client *http.Client
	routes []route
	seen   map[string]bool
	pages  map[string]string // by route: of the addresses seen, the one whose page is the longest
	length map[string]int    // of that page, in bytes
	files  map[string]bool   // routes that answer with a file
	counts map[string]int
}

// perRoute is how many addresses of one route are followed: they differ in their filters.
const perRoute = 6

// crawl signs in by the address and follows every link until there are no more.
func crawl(t *testing.T, signIn string) *crawler {
	t.Helper()
	return crawlAs(t, signIn, func(*http.Client) {})
}

// crawlAs follows every link from the address on, once signIn has given the client its cookie.
func crawlAs(t *testing.T, first string, signIn func(*http.Client)) *crawler {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	c := &crawler{
		t: t, base: base, client: &http.Client{Jar: jar, Timeout: actionTimeout}, routes: routes(t),
		seen: map[string]bool{}, pages: map[string]string{}, length: map[string]int{}, files: map[string]bool{}, counts: map[string]int{},
	}
	signIn(c.client)
	queue := []link{{first, "the command's output"}}
	for len(queue) > 0 {
		next := queue[0]
		queue = append(queue[1:], c.visit(next.to, next.from)...)
	}
	return c
}

type link struct{ to, from string }

// visit reads a page and returns the links that are new.
func (c *crawler) visit(address, from string) []link {
	c.t.Helper()
	res, err := c.client.Get(address)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		c.t.Errorf("%s answers %d; the link is on %s", address, res.StatusCode, from)
		return nil
	}
	here := res.Request.URL
	r, ok := match(c.routes, here.Path)
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		c.files[r.path] = ok
		return nil
	}
	if !ok {
		return nil
	}
	if len(body) > c.length[r.path] { // the more there is to see, the more can be wrong
		c.pages[r.path], c.length[r.path] = here.String(), len(body)
	}
	return c.links(here, string(body))
}

var hrefs = regexp.MustCompile(`<(?:a|iframe)\b[^>]*?\s(?:href|src)="([^"]*)"`)

func (c *crawler) links(here *url.URL, body string) []link {
	c.t.Helper()
	var fresh []link
	for _, found := range hrefs.FindAllStringSubmatch(body, -1) {
		to, err := here.Parse(html.UnescapeString(found[1]))
		if err != nil {
			c.t.Errorf("%s has the link %q: %v", here, found[1], err)
			continue
		}
		to.Fragment = ""
		if to.Host != c.base.Host || to.Query().Has("lang") || to.Path == c.base.Path || c.seen[to.String()] {
			continue
		}
		c.seen[to.String()] = true
		shape := to.Path
		if r, ok := match(c.routes, to.Path); ok {
			shape = r.path
		}
		if c.counts[shape]++; c.counts[shape] <= perRoute {
			fresh = append(fresh, link{to.String(), here.String()})
		}
	}
	return fresh
}

// name makes a file name of a route: /users/:id/remove is users-id-remove.
func name(path string) string {
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(path, "-"), "-")
}

// sorted lists the routes found, so that every run walks the same way.
func (c *crawler) sorted() []string {
	var paths []string
	for path := range c.pages {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// walkedElsewhere are pages that the demo has no link to, with the test that walks them.
var walkedElsewhere = map[string]string{
	"/settings/keys/:id/revoke": "TestPrivacyPages", "/contacts/suppressed.csv": "TestPrivacyPages", "/contacts/suppressed/:key/remove": "TestPrivacyPages",
	"/imports/:id": "TestImport", "/imports/:id/rejects.csv": "TestImport", "/exports/responses": "TestImport",
	"/invitations/outbox/:mail": "TestMailPages", "/invitations/outbox/:mail/html": "TestMailPages", "/invitations/outbox/drop": "TestMailPages",
	"/customers/segments/ask": "TestSegmentsAndMoney", "/customers/segments/:table": "TestSegmentsAndMoney", "/money/:table": "TestSegmentsAndMoney",
	"/inbox/list": "TestInboxPages", "/inbox/views": "TestInboxPages", "/inbox/:id/reply": "TestUnhappyCustomersHearBack",
}

// missed lists the pages for these policies that no link leads to.
func (c *crawler) missed(policies ...string) []string {
	var paths []string
	for _, r := range c.routes {
		if _, walked := c.pages[r.path]; slices.Contains(policies, r.policy) && !walked && !c.files[r.path] && walkedElsewhere[r.path] == "" {
			paths = append(paths, fmt.Sprintf("%s (%s)", r.path, r.policy))
		}
	}
	return paths
}
