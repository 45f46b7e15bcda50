package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/surveyd/surveyd/internal/server"
)

// host serves a handler on this machine with the server's own limits.
type host struct {
	srv  *http.Server
	addr string
}

func newHost(h http.Handler) (*host, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &host{srv: server.HTTPServer(h, slog.New(slog.DiscardHandler)), addr: l.Addr().String()}
	go func() { _ = t.srv.Serve(l) }()
	return t, nil
}

func (t *host) close() { _ = t.srv.Close() }

// pace is how fast requests were answered. On a machine that does other work meanwhile, a second of this process's own CPU time is the fairer measure of
// what is bound by the processor, client and server together.
type pace struct{ wall, cpu float64 }

// load sends n requests over connections that stay open, one after the other on each. It knows just enough of HTTP: on two
// cores every microsecond of the client is one that the server lacks. Every reply must have the status.
func load(addr string, conns, n int, status string, request func(i int) []byte) (pace, error) {
	var next atomic.Int64
	errs := make([]error, conns)
	clients := make([]*client, conns)
	for i := range clients {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return pace{}, err
		}
		defer c.Close()
		clients[i] = &client{c, bufio.NewReaderSize(c, 16<<10)}
	}
	start, busy := time.Now(), cpuTime()
	var wg sync.WaitGroup
	for k, c := range clients {
		wg.Go(func() {
			for errs[k] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[k] = c.do(request(i), status)
			}
		})
	}
	wg.Wait()
	return pace{rate(n, start), float64(n) / (cpuTime() - busy).Seconds()}, errors.Join(errs...)
}

type client struct {
	conn net.Conn
	in   *bufio.Reader
}

var lengthHeader = []byte("Content-Length: ")

// do sends a request and reads its reply, whose length must be said.
func (c *client) do(request []byte, status string) error {
	if _, err := c.conn.Write(request); err != nil {
		return err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 "+status)) {
		return fmt.Errorf("the server says %q, not %s", line, status)
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if rest, ok := bytes.CutPrefix(line, lengthHeader); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(rest))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return errors.New("the reply has no length")
	}
	_, err = io.CopyN(io.Discard, c.in, int64(length))
	return err
}

// cpuTime is the CPU time that this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it can't fail for the process itself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
