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

type pageKey struct{ slug, lang string }

// page is a survey page as it goes out, plain and compressed, with the headers that are the same for everybody.
type page struct {
	plain, packed       []byte
	plainLen, packedLen []string
	lang, csp           []string
}

// render makes a page once for everybody.
func render(ctx context.Context, component templ.Component, lang string, look templates.Look) (*page, error) {
	var b, z bytes.Buffer
	if err := component.Render(ctx, &b); err != nil {
		return nil, err
	}
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &page{
		plain: b.Bytes(), packed: z.Bytes(), plainLen: []string{strconv.Itoa(b.Len())}, packedLen: []string{strconv.Itoa(z.Len())},
		lang: []string{lang}, csp: []string{surveyPolicy(look)},
	}, nil
}

// surveyPolicy lets a survey page use its own style and script, allowed by their hashes, and nothing else.
func surveyPolicy(look templates.Look) string {
	return "default-src 'none'; style-src " + strings.Join(templates.SurveyStyleSources(look), " ") + "; script-src " + templates.SurveyScriptHash() +
		"; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// Values of headers that every survey page has; sharing them saves an allocation each.
var (
	headHTML     = []string{"text/html; charset=utf-8"}
	headGzip     = []string{"gzip"}
	headNoStore  = []string{"private, no-store"}
	headReferrer = []string{"same-origin"}
	headNoSniff  = []string{"nosniff"}
	headNoIndex  = []string{"noindex, nofollow"}
	headVary     = []string{"Accept-Language, Cookie, Accept-Encoding"}
)

func surveyHeaders(h http.Header) {
	h["Content-Type"], h["Cache-Control"], h["Referrer-Policy"] = headHTML, headNoStore, headReferrer
	h["X-Content-Type-Options"], h["X-Robots-Tag"], h["Vary"] = headNoSniff, headNoIndex, headVary
}

// cached gives the page if it was rendered since the last change.
func (a *asker) cached(v *visit) *page {
	p, ok := v.cat.pages.Load(pageKey{v.token, v.lang})
	if !ok {
		return nil
	}
	return p.(*page)
}

// send writes the page, compressed for those who can read that.
func (p *page) send(c echo.Context) error {
	h := c.Response().Header()
	surveyHeaders(h)
	h["Content-Language"], h["Content-Security-Policy"] = p.lang, p.csp
	body := p.plain
	h["Content-Length"] = p.plainLen
	if strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		body = p.packed
		h["Content-Encoding"], h["Content-Length"] = headGzip, p.packedLen
	}
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	if _, err := c.Response().Write(body); err != nil {
		return errGone
	}
	return nil
}

// show renders a page for one person.
func (a *asker) show(c echo.Context, status int, component templ.Component, lang string, look templates.Look) error {
	var b bytes.Buffer
	if err := component.Render(c.Request().Context(), &b); err != nil {
		return err
	}
	h := c.Response().Header()
	surveyHeaders(h)
	h.Set("Content-Language", lang)
	h.Set("Content-Security-Policy", surveyPolicy(look))
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	c.Response().WriteHeader(status)
	if _, err := b.WriteTo(c.Response()); err != nil {
		return errGone
	}
	return nil
}
