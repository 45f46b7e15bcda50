package server

import "log/slog"

// logAccess writes one line a request. It has the route's pattern and not the address, since addresses hold tokens, and no network address of a person.
func (s *Server) logAccess(r *Request, route Route) {
	attrs := []any{
		slog.String("id", r.ID),
		slog.String("method", r.c.Request().Method),
		slog.String("route", route.Path),
		slog.Int("status", r.c.Response().Status),
		slog.Int64("bytes", r.c.Response().Size),
		slog.Int64("ms", s.deps.Now().Sub(r.start).Milliseconds()),
	}
	if r.User != nil {
		attrs = append(attrs, slog.Int64("user", r.User.ID))
	}
	s.deps.Log.Info("request", attrs...)
}
