package server

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"
)

// staff is what stands in front of every staff page, in the order in which it runs.
func (s *Server) staff(route Route, h handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := s.request(c)
		setHeaders(c.Response().Header())
		err := s.guard(r, route, h)
		if err != nil {
			s.fail(err, c)
		}
		s.logAccess(r, route)
		s.metrics.count(route.Path, c.Response().Status, s.deps.Now().Sub(r.start))
		return nil
	}
}

// guard checks everything that can be checked before the handler, runs it, and turns a panic into an error.
func (s *Server) guard(r *Request, route Route, h handler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = recovered(p)
		}
	}()
	req := r.c.Request()
	if route.Policy != Token {
		if cross := s.crossOrigin.Check(req); cross != nil {
			return errCrossOrigin
		}
	}
	if route.Body > 0 {
		// The body may be longer by a byte than its limit, so that the reader tells "too long" from "ended".
		req.Body = http.MaxBytesReader(r.c.Response(), req.Body, max(route.Body, hardBody)+1)
	}
	if err := s.signIn(r); err != nil {
		return err
	}
	if err := route.Policy.check(req, r.User); err != nil {
		return err
	}
	r.limit = route.Body
	return h(r)
}

// bare stands in front of the fast routes.
func (s *Server) bare(path string, h echo.HandlerFunc) echo.HandlerFunc {
	counters := s.metrics.fast(path)
	return func(c echo.Context) error {
		err := shielded(h, c)
		if err != nil {
			s.fail(err, c)
		}
		counters.count(c.Response().Status)
		return nil
	}
}

func shielded(h echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = recovered(p)
		}
	}()
	return h(c)
}

// panicked is a panic on its way to the log.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func recovered(p any) error {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p) // net/http's own way to cut a connection
	}
	return &panicked{value: p, stack: debug.Stack()}
}
