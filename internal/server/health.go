package server

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/surveyd/surveyd/web"
)

// healthz says that the process answers, and nothing about what it stands on: a restart would not mend a database.
func (s *Server) healthz(c echo.Context) error { return plain(c, http.StatusOK, "ok\n") }

// readyz says whether requests should come here: the database answers within 2 s, and has not run out of space.
func (s *Server) readyz(c echo.Context) error {
	if s.deps.Ready == nil {
		return plain(c, http.StatusOK, "ready\n")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	if err := s.deps.Ready(ctx); err != nil {
		s.deps.Log.Warn("not ready", "err", err)
		c.Response().Header().Set("Retry-After", "5")
		return plain(c, http.StatusServiceUnavailable, "the database does not answer, or takes no writes\n")
	}
	return plain(c, http.StatusOK, "ready\n")
}

func plain(c echo.Context, status int, text string) error {
	setHeaders(c.Response().Header())
	return c.String(status, text)
}

// assets serves the embedded files; their addresses hold a hash, so browsers keep them for ever.
func (s *Server) assets() echo.HandlerFunc {
	files := web.Handler()
	return func(c echo.Context) error {
		files.ServeHTTP(c.Response(), c.Request())
		return nil
	}
}

// favicon is what browsers ask for by themselves.
func (s *Server) favicon(c echo.Context) error {
	setHeaders(c.Response().Header())
	h := c.Response().Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Cache-Control", "public, max-age=86400")
	return c.String(http.StatusOK, web.Content("favicon.svg"))
}
