package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// Options of a sink.
type Options struct {
	Inject      Inject
	TLS         bool   // offer STARTTLS
	TLSFirst    bool   // speak TLS from the first byte
	User        string // offer AUTH PLAIN and LOGIN, and demand this name; "": no AUTH
	Password    string
	HeadersOnly bool   // keep no bodies: for runs with very many messages
	Address     string // to listen on; "": a free port of 127.0.0.1
}

// Sink is a mail server that keeps what it is given.
type Sink struct {
	options  Options
	listener net.Listener
	tls      *tls.Config
	pool     *x509.CertPool
	sessions sync.WaitGroup
	closed   chan struct{}

	mu          sync.Mutex
	inject      Inject
	messages    []Message
	arrived     chan struct{} // closed and replaced with each message
	open        map[net.Conn]bool
	connections int
	busiest     int
}

// Start runs a sink until the test is over.
func Start(t testing.TB, options Options) *Sink {
	t.Helper()
	s, err := Listen(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Listen runs a sink until it is closed.
func Listen(options Options) (*Sink, error) {
	if options.Address == "" {
		options.Address = "127.0.0.1:0"
	}
	certificate, pool, err := selfSigned()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", options.Address)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	s := &Sink{
		options: options, listener: l, inject: options.Inject, pool: pool, closed: make(chan struct{}), arrived: make(chan struct{}), open: map[net.Conn]bool{},
		tls: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	s.sessions.Go(s.accept)
	return s, nil
}

// Addr is where the sink listens, as host and port.
func (s *Sink) Addr() string { return s.listener.Addr().String() }

// Host is the name that its certificate is for.
func (s *Sink) Host() string { return "127.0.0.1" }

// Port is where the sink listens.
func (s *Sink) Port() int {
	if a, ok := s.listener.Addr().(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}

// Roots holds the sink's certificate.
func (s *Sink) Roots() *x509.CertPool { return s.pool }

// Certificate is the sink's certificate as PEM, for a process that reads whom it trusts from a file.
func (s *Sink) Certificate() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.tls.Certificates[0].Certificate[0]})
}

// ClientTLS is how a client trusts the sink.
func (s *Sink) ClientTLS() *tls.Config {
	return &tls.Config{RootCAs: s.pool, ServerName: s.Host(), MinVersion: tls.VersionTLS12}
}

// Close ends all sessions and waits for them.
func (s *Sink) Close() {
	s.mu.Lock()
	select {
	case <-s.closed:
	default:
		close(s.closed)
	}
	_ = s.listener.Close()
	for c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.sessions.Wait()
}

// Break changes where the sink breaks from now on; nil: nowhere.
func (s *Sink) Break(inject Inject) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inject = inject
}

// Messages are those that were kept, in the order of their arrival.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Take gives the messages that are kept, and forgets them.
func (s *Sink) Take() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.messages
	s.messages = nil
	return taken
}

// Count tells how many messages were kept.
func (s *Sink) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.messages)
}

// Wait returns when at least n messages are kept, or with the context's error.
func (s *Sink) Wait(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		have, next := len(s.messages), s.arrived
		s.mu.Unlock()
		if have >= n {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d messages arrived: %w", have, n, ctx.Err())
		}
	}
}

// Connections tells how many were made since the start, and how many stood at once at most.
func (s *Sink) Connections() (made, atOnce int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections, s.busiest
}

func (s *Sink) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		if s.options.TLSFirst {
			c = tls.Server(c, s.tls)
		}
		number, ok := s.enter(c)
		if !ok {
			_ = c.Close()
			return
		}
		s.sessions.Go(func() {
			defer s.leave(c)
			newSession(s, c, number).run()
		})
	}
}

func (s *Sink) enter(c net.Conn) (number int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.closed:
		return 0, false
	default:
	}
	s.open[c] = true
	s.connections++
	s.busiest = max(s.busiest, len(s.open))
	return s.connections, true
}

func (s *Sink) leave(c net.Conn) {
	_ = c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

func (s *Sink) fault(p Place) *Fault {
	s.mu.Lock()
	inject := s.inject
	s.mu.Unlock()
	if inject == nil {
		return nil
	}
	return inject(p)
}

func (s *Sink) keep(m Message) {
	m.At = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	close(s.arrived)
	s.arrived = make(chan struct{})
}
