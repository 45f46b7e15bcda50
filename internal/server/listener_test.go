package server

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// bounded is a server on loopback that bounds connections as the network does, two an address.
func bounded(t *testing.T, free func(netip.Addr) bool) (address string, refused chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused = make(chan struct{}, 100)
	b := &boundedListener{Listener: l, most: 2, free: free, open: map[netip.Prefix]int{}, refused: func() { refused <- struct{}{} }}
	srv := HTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "from "+r.Header.Get("X-Forwarded-For")) }), slog.New(slog.DiscardHandler))
	ended := make(chan error)
	go func() { ended <- srv.Serve(b) }()
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		<-ended
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.open) != 0 {
			t.Errorf("after the end these are counted as open: %v", b.open)
		}
	})
	return l.Addr().String(), refused
}

// knock opens a connection that stays open, and asks for a page. It is false when the server closed the connection.
func knock(t *testing.T, address string) (net.Conn, bool) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n")
	reply := make([]byte, 12)
	_, err = io.ReadFull(conn, reply)
	return conn, err == nil && string(reply) == "HTTP/1.1 200"
}

func TestOneAddressHoldsOnlySoManyConnections(t *testing.T) {
	address, refused := bounded(t, func(netip.Addr) bool { return false })
	first, ok := knock(t, address)
	if _, ok2 := knock(t, address); !ok || !ok2 {
		t.Fatal("the first two are not served")
	}
	for range 3 {
		if _, ok := knock(t, address); ok {
			t.Fatal("a third connection is served, whatever its header says")
		}
		<-refused
	}
	// One that ends makes room for another one.
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	for ok := false; !ok; {
		_, ok = knock(t, address) // the server notices in its own time
	}
}

func TestProxiesAndThisMachineHoldAsManyAsTheyLike(t *testing.T) {
	address, refused := bounded(t, netip.Addr.IsLoopback)
	for range 20 {
		if _, ok := knock(t, address); !ok {
			t.Fatal("a connection is refused")
		}
	}
	if len(refused) != 0 {
		t.Error("some were refused")
	}
	l := Listener(nil, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, slog.New(slog.DiscardHandler), time.Now).(*boundedListener)
	for from, want := range map[string]bool{
		"127.0.0.1:1": true, "[::1]:1": true, "10.9.8.7:1": true, "[::ffff:10.9.8.7]:1": true, "192.168.0.1:1": false, "[2001:db8::1]:1": false, "203.0.113.7:1": false,
	} {
		p, ok := subscriber(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from)))
		if !ok || l.free(p.Addr()) != want {
			t.Errorf("%s: left unbounded is %v, want %v", from, !want, want)
		}
	}
}

func TestASubscriberOfIPv6IsOneAddress(t *testing.T) {
	l := &boundedListener{most: 1, open: map[netip.Prefix]int{}}
	at := func(text string) netip.Prefix {
		p, ok := subscriber(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(text)))
		if !ok {
			t.Fatal(text)
		}
		return p
	}
	for _, c := range []struct {
		from string
		want bool
	}{{"[2001:db8:1:2::a]:1", true}, {"[2001:db8:1:2:ffff::b]:2", false}, {"[2001:db8:1:3::a]:1", true}, {"203.0.113.7:1", true}, {"[::ffff:203.0.113.7]:2", false}, {"203.0.113.8:1", true}} {
		if got := l.enter(at(c.from)); got != c.want {
			t.Errorf("%s: let in %v, want %v", c.from, got, c.want)
		}
	}
	l.exit(at("[2001:db8:1:2::c]:9"))
	if !l.enter(at("[2001:db8:1:2::d]:1")) {
		t.Error("who left still counts")
	}
}

func TestTheLogSaysOnceAMinuteThatConnectionsAreRefused(t *testing.T) {
	var log bytes.Buffer
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := Listener(nil, nil, slog.New(slog.NewTextHandler(&log, nil)), func() time.Time { return now }).(*boundedListener)
	for range 100 {
		l.refused()
		now = now.Add(time.Second)
	}
	if n := strings.Count(log.String(), "--trusted-proxies"); n != 2 {
		t.Errorf("in 100 seconds it says so %d times:\n%s", n, &log)
	}
}
