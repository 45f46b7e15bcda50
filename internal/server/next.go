package server

import (
	"net/url"
	"strings"
)

// nextOr gives the page that somebody wanted before signing in, when it is a page of ours, else fallback. Browsers read \ as /, drop tabs and newlines, and
// take //host for another site, so anything but a plain path is refused.
func nextOr(next, fallback string) string {
	if len(next) < 2 || len(next) > 1000 || next[0] != '/' || next[1] < 'a' || next[1] > 'z' {
		return fallback
	}
	for _, c := range next {
		if c <= ' ' || c == '\\' || c == 0x7f || c > 0x7e {
			return fallback
		}
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.Contains(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return fallback
	}
	for _, gone := range []string{"/sign-in", "/sign-out", "/setup"} {
		if u.Path == gone {
			return fallback
		}
	}
	return next
}
