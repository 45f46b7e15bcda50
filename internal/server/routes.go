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

	if s.deps.Asking != nil {
		ask := s.newAsker(s.deps.Asking)
		s.fast(http.MethodGet, "/s/:token", Token, ask.ask)
		s.fast(http.MethodPost, "/s/:token", Token, ask.take)
		s.fast(http.MethodGet, "/s/:token/:rating", Token, ask.ask)
		s.fast(http.MethodPost, "/s/:token/score", Token, ask.score)
		s.fast(http.MethodGet, "/s/a/:answer", Token, ask.thanks)
		s.fast(http.MethodGet, "/s/a/:answer/:screen", Token, ask.change)
		s.fast(http.MethodPost, "/s/a/:answer/:screen", Token, ask.amend)
	}
}
