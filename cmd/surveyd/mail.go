package main

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
)

// newDispatcher puts together what hands mails over.
func (a *app) newDispatcher(ids *survey.IDs, s secrets, addresses []byte, cases *followup.Service) error {
	names, err := s.derived("messages")
	if err != nil {
		return err
	}
	a.post = mail.NewPost(a.users, a.cfg.now)
	a.ends = append(a.ends, a.post.Close)
	a.composer = &mail.Composer{Settings: a.users, Keys: a.keys, Secret: names}
	tags, err := s.derived("answers")
	if err != nil {
		return err
	}
	a.replies = followup.NewReplies(a.store, cases, a.composer, a.users, addresses, tags)
	kinds := map[string]asking.Kind{asking.ReplyMail: a.replies}
	a.returns = &mail.Returns{Settings: a.users, Bounces: newBounces(a.store, ids, addresses, a.cfg.now, kinds), Answers: a.replies}
	begun := time.Now()
	a.dispatcher = &asking.Dispatcher{
		Store: a.store, Post: a.post, Composer: a.composer, Kinds: kinds, Keys: a.keys, IDs: ids, AddressKey: addresses,
		Log: a.cfg.log, Now: a.cfg.now, Elapsed: func() time.Duration { return time.Since(begun) }, Alone: a.store.Engine() == store.SQLite,
	}
	return nil
}

// startMail begins to send what is due, with links to the base address, and gives what ends it.
func (a *app) startMail(ctx context.Context, base string) (stop func()) {
	a.dispatcher.BaseURL, a.staffMails.BaseURL = base, base
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.dispatcher.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}
