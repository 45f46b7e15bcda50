package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"

	"github.com/surveyd/surveyd/internal/server"
)

const (
	pageClients = 64
	pageCount   = 60_000
)

// benchPage compares the survey page with handlers that do nothing but write.
func benchPage(ctx context.Context, b *bench) error {
	dir, remove, err := b.scratch()
	if err != nil {
		return err
	}
	defer remove()
	s, err := openShop(ctx, filepath.Join(dir, "page.db"))
	if err != nil {
		return err
	}
	defer s.close()
	srv, err := s.handler(discarding{})
	if err != nil {
		return err
	}
	ours, err := newHost(srv.Handler())
	if err != nil {
		return err
	}
	defer ours.close()
	bytes, err := newHost(writing(body(srv)))
	if err != nil {
		return err
	}
	defer bytes.close()
	ok, err := newHost(writing([]byte("ok")))
	if err != nil {
		return err
	}
	defer ok.close()
	plain, packed := get(""), get("Accept-Encoding: gzip, deflate, br\r\n")
	fetch := func(h *host, request []byte) measure {
		return func(context.Context) (float64, error) {
			p, err := load(h.addr, pageClients, pageCount, "200", func(int) []byte { return request })
			return p.cpu, err
		}
	}
	if err := b.compare(ctx, "survey page / bare handler that writes its bytes", atLeast(0.85), "GET/CPU s", fetch(ours, plain), fetch(bytes, plain)); err != nil {
		return err
	}
	return b.compare(ctx, "survey page, gzip taken / bare handler that says ok", atLeast(0.8), "GET/CPU s", fetch(ours, packed), fetch(ok, packed))
}

// get is the request of a browser that sees the page for the first time.
func get(more string) []byte {
	return fmt.Appendf(nil, "GET /s/%s HTTP/1.1\r\nHost: survey.example\r\nAccept-Language: en\r\n%s\r\n", slug, more)
}

// body is the page as the server sends it to a browser that takes no gzip.
func body(srv *server.Server) []byte {
	w := httptest.NewRecorder()
	srv.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/s/"+slug, http.NoBody))
	all, _ := io.ReadAll(w.Body) // from memory
	return all
}

func writing(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body)
	})
}
