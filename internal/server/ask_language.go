package server

import (
	"sync"
	"sync/atomic"

	"github.com/surveyd/surveyd/web/words"
)

// acceptedMost is how many headers a survey remembers: browsers send few different ones in one country, and what is made up must not fill the memory.
const acceptedMost = 200

// accepted remembers which language an Accept-Language header leads to, for one survey. Browsers repeat theirs, and reading one costs as much as the rest of the page.
type accepted struct {
	n     atomic.Int64
	known sync.Map // header -> string
}

func (a *accepted) match(header string, langs []string, fallback string) string {
	if lang, ok := a.known.Load(header); ok {
		return lang.(string)
	}
	lang := words.Match(header, langs, fallback)
	if len(header) <= 100 && a.n.Add(1) <= acceptedMost {
		a.known.Store(header, lang)
	}
	return lang
}
