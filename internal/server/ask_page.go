package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/web/templates"
)

// page is a survey page as it goes out, plain and compressed, with the headers that are the same for everybody.
type page struct {
	plain, packed       []byte
	plainLen, packedLen []string
	lang, csp           []string
}

// render makes a page once for everybody.
func render(ctx context.Context, component templ.Component, lang string, look templates.Look) (*page, error) {
	out, err := templates.Dress(ctx, component, look)
	if err != nil {
		return nil, err
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(out.HTML); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &page{
		plain: out.HTML, packed: z.Bytes(), plainLen: []string{strconv.Itoa(len(out.HTML))}, packedLen: []string{strconv.Itoa(z.Len())},
		lang: []string{lang}, csp: []string{surveyPolicy(out)},
	}, nil
}

// surveyPolicy lets a survey page use its own style and scripts, allowed by their hashes, and nothing else.
func surveyPolicy(p templates.Dressed) string {
	return "default-src 'none';style-src " + p.Style + ";script-src " + p.Script +
		";connect-src 'self';img-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'"
}

// Values of headers that every survey page has; sharing them saves an allocation each.
var (
	headHTML     = []string{"text/html; charset=utf-8"}
	headGzip     = []string{"gzip"}
	headNoStore  = []string{"private, no-store"}
	headReferrer = []string{"same-origin"}
	headNoSniff  = []string{"nosniff"}
	headNoIndex  = []string{"noindex"}
	headVary     = []string{"Accept-Language, Cookie, Accept-Encoding"}
)

// surveyHeaders are those of all survey pages.
func surveyHeaders(h http.Header) {
	h["Content-Type"], h["Cache-Control"], h["Referrer-Policy"] = headHTML, headNoStore, headReferrer
}

// send writes the page, compressed for those who can read that. Its headers are few on purpose: with a ninth one, the map of them moves to a larger one, and
// moving it costs as much as finding the page. Its address is no secret, what is declared as HTML is not sniffed, and what no cache may store varies for none.
func (p *page) send(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	surveyHeaders(h)
	h["Content-Language"], h["Content-Security-Policy"] = p.lang, p.csp
	body, length := p.plain, p.plainLen
	if takesGzip(r.Header["Accept-Encoding"]) {
		body, length = p.packed, p.packedLen
		h["Content-Encoding"] = headGzip
	}
	h["Content-Length"] = length
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	if _, err := w.Write(body); err != nil {
		return errGone
	}
	return nil
}

func takesGzip(accepted []string) bool {
	return len(accepted) > 0 && strings.Contains(accepted[0], "gzip")
}

// show renders a page for one person.
func (a *asker) show(c echo.Context, status int, component templ.Component, lang string, look templates.Look) error {
	out, err := templates.Dress(c.Request().Context(), component, look)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	surveyHeaders(h)
	// Its address may be a secret.
	h["X-Content-Type-Options"], h["X-Robots-Tag"], h["Vary"] = headNoSniff, headNoIndex, headVary
	h.Set("Content-Language", lang)
	h.Set("Content-Security-Policy", surveyPolicy(out))
	h.Set("Content-Length", strconv.Itoa(len(out.HTML)))
	c.Response().WriteHeader(status)
	if _, err := c.Response().Write(out.HTML); err != nil {
		return errGone
	}
	return nil
}
