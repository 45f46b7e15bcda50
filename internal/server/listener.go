package server

import (
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"
)

// perAddress is how many connections one address may have open: a browser's six for each of twenty people in an office. Who opens thousands to hold the
// server's memory gets no more than these.
const perAddress = 128

// Listener bounds how many connections one address has open on l; an IPv6 address counts with its /64, which is one subscriber's. It looks at who is at the
// other end of the connection and believes no header. Loopback and proxies, behind which all visitors have one address, are not bounded.
func Listener(l net.Listener, proxies []netip.Prefix, log *slog.Logger, now func() time.Time) net.Listener {
	free := func(a netip.Addr) bool {
		for _, p := range proxies {
			if p.Contains(a) {
				return true
			}
		}
		return a.IsLoopback()
	}
	var said time.Time // Accept is called by one goroutine
	return &boundedListener{Listener: l, most: perAddress, free: free, open: map[netip.Prefix]int{}, refused: func() {
		if t := now(); t.Sub(said) >= time.Minute {
			said = t
			log.Warn("connections are refused: one address has too many open; if it is a proxy, name it in --trusted-proxies", "most", perAddress)
		}
	}}
}

type boundedListener struct {
	net.Listener
	most    int
	free    func(netip.Addr) bool
	refused func()

	mu   sync.Mutex
	open map[netip.Prefix]int // no entry: none
}

// Accept gives the next connection whose address has not too many open; others are closed at once.
func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		tcp, ok := conn.(*net.TCPConn)
		if !ok {
			return conn, nil // a connection without an address
		}
		from, ok := subscriber(tcp.RemoteAddr())
		if !ok || l.free(from.Addr()) {
			return conn, nil
		}
		if l.enter(from) {
			return &boundedConn{TCPConn: tcp, leave: sync.OnceFunc(func() { l.exit(from) })}, nil
		}
		_ = conn.Close() // nobody is told why: that would cost what the bound saves
		l.refused()
	}
}

// subscriber is the part of an address that one visitor has alone, with the address itself in it.
func subscriber(a net.Addr) (netip.Prefix, bool) {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Prefix{}, false
	}
	addr := at.Addr().Unmap().WithZone("")
	if addr.Is4() {
		return netip.PrefixFrom(addr, 32), true
	}
	return netip.PrefixFrom(addr, 64), true
}

func (l *boundedListener) enter(from netip.Prefix) bool {
	from = from.Masked()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from] >= l.most {
		return false
	}
	l.open[from]++
	return true
}

func (l *boundedListener) exit(from netip.Prefix) {
	from = from.Masked()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
}

// boundedConn is a connection that is counted until it is closed. It stays a TCP connection to net/http, which closes one half of it after an answer that
// the client has still to read.
type boundedConn struct {
	*net.TCPConn
	leave func()
}

func (c *boundedConn) Close() error {
	defer c.leave()
	return c.TCPConn.Close()
}
