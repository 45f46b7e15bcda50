package server

import (
	"sync"
	"sync/atomic"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// acceptedMost is how many headers are remembered: browsers send a few hundred different ones, and what is made up must not fill the memory.
const acceptedMost = 1000

// accepted remembers which language an Accept-Language header leads to. Browsers repeat theirs, and reading one costs as much as the rest of the page.
type accepted struct {
	n     atomic.Int64
	known sync.Map // acceptKey -> string
}

type acceptKey struct {
	header string
	survey int64
}

func (a *accepted) match(header string, sv survey.Survey, fallback string) string {
	key := acceptKey{header, sv.ID}
	if lang, ok := a.known.Load(key); ok {
		return lang.(string)
	}
	lang := words.Match(header, sv.Settings.Languages, fallback)
	if len(header) <= 100 && a.n.Add(1) <= acceptedMost {
		a.known.Store(key, lang)
	}
	return lang
}
