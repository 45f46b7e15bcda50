package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
)

// app is a running surveyd: the only place where the parts are put together.
type app struct {
	cfg    config
	keys   survey.Keys // of links
	store  *store.Store
	writer *store.Writer
	users  *account.Service
	server *server.Server
	jobs   *store.Jobs
	post   *mail.Post
	ends   []func()

	dispatcher *asking.Dispatcher
	composer   *mail.Composer
	returns    *mail.Returns
	replies    *followup.Replies
	figures    *customers.Figures
	teller     *telling.Teller
	staffMails *telling.Desk
	worth      *worth.Service
}

// open puts the parts together. fail ends the process when it must not go on.
func open(ctx context.Context, cfg config, fail context.CancelCauseFunc) (*app, error) {
	a := &app{cfg: cfg}
	if err := a.start(ctx, fail); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *app) start(ctx context.Context, fail context.CancelCauseFunc) error {
	if !isPostgres(a.cfg.database) {
		unlock, err := lockServe(a.cfg.database)
		if err != nil {
			return err
		}
		a.ends = append(a.ends, unlock)
	}
	var err error
	if a.store, err = store.Open(ctx, a.cfg.database); err != nil {
		return err
	}
	a.ends = append(a.ends, func() {
		if err := a.store.Close(); err != nil {
			a.cfg.log.Error("the database was not closed in order", "error", err)
		}
	})
	secrets, err := ownSecrets(ctx, a.store, a.cfg.secrets, a.cfg.renew)
	if err != nil {
		return err
	}
	keys, err := secrets.keys()
	if err != nil {
		return err
	}
	a.keys = keys
	ids, err := a.newIDs(ctx, fail)
	if err != nil {
		return err
	}
	if a.writer, err = a.store.NewWriter(ctx, func(err error) {
		fail(fmt.Errorf("the disk did not keep what was written: %w", err))
	}); err != nil {
		return err
	}
	a.ends = append(a.ends, a.writer.Close)
	zone := &accountZoneNow{store: a.store}
	if err := zone.read(ctx); err != nil {
		return err
	}
	if a.users, err = newAccounts(a.store, ids, secrets, a.cfg.now); err != nil {
		return err
	}
	addresses, err := secrets.derived("addresses")
	if err != nil {
		return err
	}
	opener := followup.NewOpener(a.store, ids, a.cfg.now)
	cases := followup.NewService(a.store, opener, ids, a.cfg.now)
	if err := a.newDispatcher(ids, secrets, addresses, cases); err != nil {
		return err
	}
	privacy, err := newPrivacy(a.store, secrets, zone.get, a.cfg.now)
	if err != nil {
		return err
	}
	intake := newIntake(a.store, ids, keys, addresses, a.cfg.now)
	stops := &people.Stops{Store: a.store, Key: addresses, Now: a.cfg.now}
	results := reports.New(a.store, a.cfg.now, zone.get)
	a.worth = &worth.Service{Store: a.store, Now: a.cfg.now, Zone: zone.get, Account: func() string { return a.cfg.baseURL }}
	a.figures = customers.NewFigures(a.store, customers.Catalogue(), a.cfg.now, zone.get)
	goals := &customers.Goals{Store: a.store, Scores: results, Metrics: a.figures, Now: a.cfg.now, Zone: zone.get}
	a.newTeller(ids, zone.get, results, goals)
	a.server, err = server.New(server.Deps{
		Log: a.cfg.log, Now: a.cfg.now, Rand: rand.Reader, Ready: a.store.Ready, IsDiskFull: store.IsDiskFull, IsAway: store.IsAway,
		BaseURL: a.cfg.baseURL, TrustedProxies: a.cfg.proxies, Demo: a.cfg.demo, Version: version(),
		Accounts: a.users,
		Asking:   a.asking(opener, cases, ids, zone.get),
		Results: &server.Results{
			Reports: results, Store: a.store,
			Moderation: survey.NewModeration(opener.Moderated(a.store), ids, a.cfg.now, zone.get), Zone: zone.get, Segments: a.store,
		},
		Worth:      &server.WorthDeps{Store: a.store, Caller: a.newCaller(ids, keys, addresses), Zone: zone.get},
		Goals:      &server.GoalsDeps{Goals: goals, Store: a.store},
		API:        &server.APIDeps{Store: a.store, Intake: intake, Feeds: a.newFeeds(ids, zone.get, intake)},
		Privacy:    &server.PrivacyDeps{Store: a.store, Stops: stops, Privacy: privacy},
		Contacts:   &server.ContactsDeps{Store: a.store, Intake: intake, Stops: stops},
		Imports:    a.newImports(ids, zone.get, intake, privacy, results),
		Mail:       &server.MailDeps{Post: a.post, Outbox: &asking.Outbox{Dispatcher: a.dispatcher, Store: a.store}, Returns: a.returns},
		Inviting:   &server.InvitingDeps{Store: a.store, Resend: a.dispatcher, AddressKey: addresses, Zone: zone.get},
		Background: a.background(),
		Figures:    &server.FiguresDeps{Figures: a.figures, IDs: ids, Zone: zone.get},
		Cases:      &server.CaseSettingsDeps{Store: a.store},
		Care:       &server.CareDeps{Log: a.store},
		Inbox:      &server.InboxDeps{Store: a.store, One: a.store, Service: cases, Together: followup.NewTogether(a.store, a.cfg.now), Zone: zone.get},
		Alerts:     &server.AlertsDeps{Store: a.store},
		Replies:    &server.RepliesDeps{Store: a.store, Replies: a.replies, Templates: a.store, Zone: zone.get},
		Building:   &server.BuildingDeps{Store: a.store, Keys: keys, IDs: ids, Zone: zone.get, IsTaken: store.IsUnique, Reports: results},
	})
	return err
}

// asking is what customers' pages work with.
func (a *app) asking(opener *followup.Opener, cases *followup.Service, ids *survey.IDs, zone func() *time.Location) *server.AskingDeps {
	in := survey.NewIntake(a.store, opener.Recorder(a.writer), ids, a.cfg.now, zone)
	warn := func(err error) { a.cfg.log.Warn("who gave an answer was not looked at", "error", err) }
	return &server.AskingDeps{
		Store: a.store, Intake: in, Reception: survey.NewReception(opener.Received(a.store), in, ids, a.cfg.now, zone, warn), IDs: ids, Keys: a.keys,
		Requests: followup.NewRequests(a.store, cases),
	}
}

// newIDs makes ids with a number of its own: 0 on SQLite, where one process serves, a leased one on PostgreSQL.
func (a *app) newIDs(ctx context.Context, fail context.CancelCauseFunc) (*survey.IDs, error) {
	if a.store.Engine() == store.SQLite {
		return survey.NewIDs(0, a.cfg.now)
	}
	bucket, release, err := leaseWriter(ctx, a.store, a.cfg.log, fail)
	if err != nil {
		return nil, err
	}
	a.ends = append(a.ends, release)
	a.store.SetShard(bucket)
	return survey.NewIDs(bucket, a.cfg.now)
}

// close ends the parts in the reverse order of their start.
func (a *app) close() {
	for i := len(a.ends) - 1; i >= 0; i-- {
		a.ends[i]()
	}
	a.ends = nil
}

// keys gives the link keys to the domain; the last one is current.
func (s secrets) keys() (survey.Keys, error) {
	m := map[int64][]byte{}
	for _, k := range s.LinkKeys {
		m[k.ID] = k.Key
	}
	return survey.NewKeys(s.LinkKeys[len(s.LinkKeys)-1].ID, m)
}

// greet prints where to go.
func (a *app) greet(ctx context.Context, out io.Writer, address string) error {
	fmt.Fprintf(out, "surveyd  %s\ndata     %s\nlisten   %s\n", version(), a.store.Describe(), address)
	if m, err := a.users.MailServer(ctx); err == nil && !m.IsSetUp() {
		fmt.Fprintln(out, "mail     not set up: messages are kept at /invitations/outbox")
	}
	key, err := a.users.NewSetupKey(ctx)
	if errors.Is(err, account.ErrSetUp) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make the setup key: %w", err)
	}
	_, err = fmt.Fprintf(out, "setup    %s/setup?key=%s   (first administrator; valid 60 minutes)\n", address, key)
	return err
}
