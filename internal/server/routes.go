package server

import "net/http"

// register has every route with its policy. There is no other way to add one.
func (s *Server) register() {
	s.fast(http.MethodGet, "/healthz", Public, s.healthz)
	s.fast(http.MethodGet, "/readyz", Public, s.readyz)
	s.fast(http.MethodGet, "/favicon.svg", Public, s.favicon)
	s.fast(http.MethodGet, "/favicon.ico", Public, s.favicon)
	s.fast(http.MethodGet, "/assets/*", Public, s.assets())

	s.get("/", Public, s.home)
}
