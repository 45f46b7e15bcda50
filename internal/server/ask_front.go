package server

import (
	"net/http"
	"strings"
)

// front serves what nearly everybody asks for before the routes are searched: the page of an open public link, once rendered, to a browser that brings no
// cookie and adds nothing to the address. It reports false for everything else, which asker.ask then does in full, and with the same result.
func (a *asker) front(w http.ResponseWriter, r *http.Request) bool {
	slug, ok := strings.CutPrefix(r.URL.Path, "/s/")
	if !ok || r.Method != http.MethodGet || r.URL.RawQuery != "" || r.Header["Cookie"] != nil {
		return false
	}
	cat, err := a.catalogs.get(r.Context())
	if err != nil {
		return false
	}
	found, ok := cat.targets.Load(slug)
	if !ok {
		return false
	}
	t := found.(*target)
	if t.closed(a.s.deps.Now()) {
		return false
	}
	p := t.page(firstLanguage(r, t, t.link.Language, cat))
	if p == nil {
		return false
	}
	a.newKey(w, r, slug, t)
	_ = p.send(w, r) // a browser that is gone needs no answer
	a.fronts.count(http.StatusOK)
	return true
}
