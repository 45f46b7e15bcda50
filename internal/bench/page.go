package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"

	"github.com/surveyd/surveyd/internal/server"
)

// A round is cut into slices that take turns quickly: what else the machine does then falls on both alike.
const (
	pageClients = 64
	pageCount   = 60_000 // pages in a round
	pageSlices  = 20
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
	same, err := newHost(writing(body(srv)))
	if err != nil {
		return err
	}
	defer same.close()
	ok, err := newHost(writing([]byte("ok")))
	if err != nil {
		return err
	}
	defer ok.close()
	plain, packed := get(""), get("Accept-Encoding: gzip\r\n")
	fetch := func(h *host, request []byte) measure {
		return func(context.Context) (float64, error) {
			p, err := load(h.addr, pageClients, pageCount/pageSlices, "200", func(int) []byte { return request })
			return p.cpu, err
		}
	}
	for _, r := range [][]byte{plain, packed} {
		head, body, err := sizes(ctx, ours.addr, r)
		if err != nil {
			return err
		}
		fmt.Fprintf(b.out, "a reply of %d bytes: %d of headers, %d of page; the bare handlers send Content-Type, Content-Length and Date\n", head+body, head, body)
	}
	rounds := b.rounds * pageSlices
	if err := b.compareIn(ctx, rounds, "survey page / bare handler that writes its bytes", atLeast(0.85), "GET/CPU s", fetch(ours, plain), fetch(same, plain)); err != nil {
		return err
	}
	return b.compareIn(ctx, rounds, "survey page, gzip taken / bare handler that says ok", atLeast(0.8), "GET/CPU s", fetch(ours, packed), fetch(ok, packed))
}

// get is the request of a browser that sees the page for the first time.
func get(more string) []byte {
	return fmt.Appendf(nil, "GET /s/%s HTTP/1.1\r\nHost: survey.example\r\nAccept-Language: en\r\n%s\r\n", slug, more)
}

// sizes are those of the reply to a request, in bytes.
func sizes(ctx context.Context, addr string, request []byte) (head, body int, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close()
	const last = "Connection: close\r\n"
	if _, err := conn.Write(slices.Concat(bytes.TrimSuffix(request, []byte("\r\n")), []byte(last+"\r\n"))); err != nil {
		return 0, 0, err
	}
	reply, err := io.ReadAll(conn)
	if err != nil {
		return 0, 0, err
	}
	head = bytes.Index(reply, []byte("\r\n\r\n")) + 4
	return head - len(last), len(reply) - head, nil // the reply says it, too
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
