// Package web holds what the browser gets besides pages: style sheets, the
// small script of the survey page and the icon, all embedded.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed static
var static embed.FS

// prefix is where Handler expects to be mounted.
const prefix = "/assets/"

// asset is one file, ready to be sent.
type asset struct {
	url         string // /assets/<hash>/<name>
	contentType string
	plain       []byte
	gzipped     []byte
}

// assets reads and compresses the embedded files once, keyed by name.
var assets = sync.OnceValue(func() map[string]asset {
	entries, err := fs.ReadDir(static, "static")
	if err != nil {
		panic(fmt.Sprintf("web: %v", err))
	}
	all := make(map[string]asset, len(entries))
	for _, e := range entries {
		body, err := fs.ReadFile(static, "static/"+e.Name())
		if err != nil {
			panic(fmt.Sprintf("web: %v", err))
		}
		sum := sha256.Sum256(body)
		all[e.Name()] = asset{
			url:         prefix + hex.EncodeToString(sum[:6]) + "/" + e.Name(),
			contentType: mime.TypeByExtension(path.Ext(e.Name())),
			plain:       body,
			gzipped:     compress(body),
		}
	}
	return all
})

func compress(body []byte) []byte {
	var b bytes.Buffer
	// Neither call can fail: the level is valid and a Buffer takes everything.
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// Asset returns the address of a static file. It holds a hash of the content,
// so the file may be cached for ever. An unknown name is a bug and panics.
func Asset(name string) string {
	a, ok := assets()[name]
	if !ok {
		panic(fmt.Sprintf("web: no static file %q", name))
	}
	return a.url
}

// Content returns the text of a static file that a page carries inline. An
// unknown name is a bug and panics.
func Content(name string) string {
	a, ok := assets()[name]
	if !ok {
		panic(fmt.Sprintf("web: no static file %q", name))
	}
	return string(a.plain)
}

// Handler serves the addresses that Asset gives, for GET and HEAD; everything
// else is not found, also an address with an outdated hash.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets()[path.Base(r.URL.Path)]
		if !ok || a.url != r.URL.Path || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.contentType)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Add("Vary", "Accept-Encoding")
		body := a.plain
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && len(a.gzipped) < len(body) {
			h.Set("Content-Encoding", "gzip")
			body = a.gzipped
		}
		// No modification time: the hash in the address is the validator.
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}
