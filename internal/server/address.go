package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// parseBase reads the address that links begin with: scheme and host, no path.
func parseBase(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("the public address %q must look like https://survey.example", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// Base is what links to this server begin with, without a slash at the end.
func (r *Request) Base() string {
	if r.s.base != nil {
		return r.s.base.String()
	}
	scheme := "http"
	if r.s.secure(r.HTTP()) {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: r.HTTP().Host}).String()
}

// secure tells whether the browser speaks https, so that cookies may say Secure.
func (s *Server) secure(r *http.Request) bool {
	if r.TLS != nil || s.base != nil && s.base.Scheme == "https" {
		return true
	}
	return s.trusted(r) && r.Header.Get("X-Forwarded-Proto") == "https"
}

// trusted tells whether the request comes through one of the proxies that are believed.
func (s *Server) trusted(r *http.Request) bool {
	if len(s.deps.TrustedProxies) == 0 {
		return false
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range s.deps.TrustedProxies {
		if p.Contains(peer.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// extractor finds the address of the client. Echo's own default believes any X-Forwarded-For.
func extractor(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		options = append(options, echo.TrustIPRange(ipNet(p)))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// network is the part of the client's address that counts as one visitor when attempts are counted: /24 of IPv4, /48 of IPv6. It is never logged or stored
// as it is.
func (r *Request) network() string {
	addr, err := netip.ParseAddr(r.c.RealIP())
	if err != nil {
		return ""
	}
	addr = addr.Unmap()
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// ipNet is p in the words of package net, which Echo speaks.
func ipNet(p netip.Prefix) *net.IPNet {
	p = p.Masked()
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
