package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

const (
	mailsSent = 5_000
	fewSent   = 10_000
	manySent  = 1_000_000
	dueAtOnce = 2_000
)

// secret stands for the keys that a real installation has in its file.
var secret = []byte("0123456789abcdef0123456789abcdef")

// local is a mail server on this machine.
type local struct{ sink *mailtest.Sink }

// MailServer implements mail.Settings.
func (l local) MailServer(context.Context) (account.MailServer, error) {
	return account.MailServer{Host: l.sink.Host(), Port: l.sink.Port(), Security: account.Plain, From: "survey@shop.example", Postal: "1 High Street"}, nil
}

// benchMail hands mails over to a mail server on this machine, each decided about, written and kept on disk twice, over 8 connections.
func benchMail(ctx context.Context, b *bench) error {
	dir, remove, err := b.scratch()
	if err != nil {
		return err
	}
	defer remove()
	s, err := openShop(ctx, filepath.Join(dir, "mail.db"))
	if err != nil {
		return err
	}
	defer s.close()
	sink, err := mailtest.Listen(mailtest.Options{HeadersOnly: true})
	if err != nil {
		return err
	}
	defer sink.Close()
	post := mail.NewPost(local{sink}, time.Now)
	defer post.Close()
	begun := time.Now()
	d := &asking.Dispatcher{
		Store: s.st, Post: post, Composer: &mail.Composer{Settings: local{sink}, Keys: s.keys, Secret: secret}, Keys: s.keys, IDs: s.ids, AddressKey: secret,
		BaseURL: "https://survey.example", Log: slog.New(slog.DiscardHandler), Now: time.Now, Elapsed: func() time.Duration { return time.Since(begun) }, Alone: true,
	}
	if err := s.asksAtOnce(ctx); err != nil {
		return err
	}
	var rates []float64
	for round := range b.rounds {
		if err := s.buy(ctx, fmt.Sprintf("round%d", round), mailsSent); err != nil {
			return err
		}
		sink.Take()
		start := time.Now()
		d.Drain(ctx)
		if n := sink.Count(); n != mailsSent {
			return fmt.Errorf("%d of %d mails arrived", n, mailsSent)
		}
		rates = append(rates, rate(mailsSent, start))
	}
	_, most := sink.Connections()
	b.report("mails handed over to a mail server on this machine", median(rates), "mails/s", atLeast(500), fmt.Sprintf("%d connections; rounds %.4g", most, rates))
	return nil
}

// asksAtOnce makes a rule that asks about each purchase as soon as it is told.
func (s *shop) asksAtOnce(ctx context.Context) error {
	r := asking.Rule{
		SurveyID: s.survey.ID, Name: "At once", Active: true, Kind: people.Purchase, CreatedAt: s.first, ChangedAt: s.first,
		Plan: asking.Plan{Channel: asking.ByMail, SamplePercent: 100, ReminderDays: 4, ExpiryDays: 30},
	}
	return s.st.CreateRule(ctx, &r)
}

// buy lets n people buy whom nobody has asked before. Their mails are due.
func (s *shop) buy(ctx context.Context, name string, n int) error {
	scheduler := &asking.Scheduler{Store: s.st, Keys: s.keys, IDs: s.ids, AddressKey: secret, Now: time.Now}
	intake := people.NewIntake(s.st, s.ids, secret, time.Now, scheduler)
	at := time.Now().Add(-time.Minute)
	for from := 0; from < n; from += 1000 {
		var rows []people.Row
		for i := from; i < min(n, from+1000); i++ {
			rows = append(rows, people.Row{
				Contact:  survey.Contact{Email: fmt.Sprintf("%s-%d@example.com", name, i), Language: shopLanguages[i%len(shopLanguages)]},
				Occasion: &people.Occasion{Kind: people.Purchase, ExternalID: fmt.Sprintf("%s-%d", name, i), At: at, OrderRef: fmt.Sprintf("A-%d", i)},
			})
		}
		if _, err := intake.Take(ctx, rows); err != nil {
			return err
		}
	}
	return nil
}
