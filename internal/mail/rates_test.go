package mail_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/mail"
)

// admitted counts how many mails a post lets through in a time, by a clock of its own; address names the recipient of each.
func admitted(t *testing.T, m account.MailServer, begin time.Time, span time.Duration, address func(n int) string) (n int) {
	t.Helper()
	now := begin
	m.Host = "smtp.shop.example"
	p := mail.NewPost(given(m), func() time.Time { return now })
	if ready, err := p.Ready(t.Context()); !ready || err != nil {
		t.Fatal(ready, err)
	}
	for end := now.Add(span); now.Before(end); {
		switch wait := p.Admit(address(n)); {
		case wait == 0:
			n++
		case wait < 0 || wait > time.Hour:
			t.Fatalf("wait for %s", wait)
		default:
			now = now.Add(wait)
		}
		if n > 100_000 {
			break
		}
	}
	return n
}

func TestRates(t *testing.T) {
	begin := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	one := func(int) string { return "maya@Example.org" }
	many := func(n int) string { return fmt.Sprintf("maya@%d.example.org", n) }
	two := func(n int) string { return fmt.Sprintf("maya@%d.example.org", n%2) }
	for name, c := range map[string]struct {
		server  account.MailServer
		address func(int) string
		time    time.Duration
		want    int
	}{
		"per minute":           {account.MailServer{PerMinute: 600}, one, 5 * time.Minute, 3000},
		"per domain":           {account.MailServer{PerDomain: 10}, one, 5 * time.Minute, 50},
		"two domains":          {account.MailServer{PerDomain: 10}, two, 5 * time.Minute, 100},
		"many domains":         {account.MailServer{PerMinute: 60, PerDomain: 1}, many, 5 * time.Minute, 300},
		"first day":            {account.MailServer{WarmUp: begin}, one, 2 * time.Hour, 40},
		"third day":            {account.MailServer{WarmUp: begin.AddDate(0, 0, -2)}, one, 2 * time.Hour, 160},
		"slower than the warm": {account.MailServer{WarmUp: begin.AddDate(0, 0, -10), PerMinute: 1}, one, 2 * time.Hour, 120},
		"long ago":             {account.MailServer{WarmUp: begin.AddDate(0, 0, -15)}, one, time.Minute, 100_001},
		"no bound":             {account.MailServer{}, one, time.Minute, 100_001},
	} {
		if got := admitted(t, c.server, begin, c.time, c.address); got != c.want {
			t.Errorf("%s: %d mails in %s, want %d", name, got, c.time, c.want)
		}
	}
}

// TestRatesAfterTheClockWasSetBack: nobody waits for hours that are there twice.
func TestRatesAfterTheClockWasSetBack(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := mail.NewPost(given{Host: "smtp.shop.example", PerMinute: 60}, func() time.Time { return now })
	if _, err := p.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Admit("maya@example.org")
	now = now.Add(-5 * time.Hour)
	if wait := p.Admit("maya@example.org"); wait != time.Second {
		t.Errorf("wait for %s", wait)
	}
}
