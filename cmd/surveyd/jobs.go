package main

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/jobs"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/server"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// usualUpload is the greatest file of an import where nothing else is said, in bytes.
const usualUpload = 256 << 20

// newImports makes the desk where files come in, and the background work that carries them on.
func (a *app) newImports(ids *survey.IDs, zone func() *time.Location, intake *people.Intake, keeper jobs.Tidier, counter jobs.Counter) *server.Imports {
	limit := a.cfg.upload
	if limit == 0 {
		limit = usualUpload
	}
	desk := &portage.Desk{
		Store: a.store, People: intake, Feeds: a.newFeeds(ids, zone, intake), Surveys: a.store, Runs: a.store, Files: a.store, Queue: a.store, Fed: worth.Kind, IDs: ids, Now: a.cfg.now, Zone: zone, Limit: limit,
		Say: func(lang, key string) string { return words.For(lang).T(key) },
	}
	a.jobs = a.store.NewJobs(a.cfg.log)
	w := jobs.Work{Importer: desk, Tidier: a.users, Sweeper: a.dispatcher, Mailbox: a.returns, Teller: a.teller, Counter: counter, Worth: a.worth, Figures: a.figures, Keeper: keeper, Now: a.cfg.now, Zone: zone}
	if a.store.Engine() == store.Postgres {
		w.Folder = a.store
	}
	jobs.Register(a.jobs, w)
	return &server.Imports{Desk: desk, Store: a.store, Exports: a.store, Zone: zone}
}

// newFeeds makes what takes feeds in. intake takes their customers.
func (a *app) newFeeds(ids *survey.IDs, zone func() *time.Location, intake *people.Intake) *customers.Intake {
	return &customers.Intake{Store: a.store, People: intake, IDs: ids, Now: a.cfg.now, Zone: zone}
}

// stopTime is how long background work may take to find a place to stop.
const stopTime = 10 * time.Second

// startJobs begins background work without holding up the first request, and gives what ends it.
func (a *app) startJobs(ctx context.Context) (stop func()) {
	started := make(chan struct{})
	go func() {
		defer close(started)
		err := a.jobs.Prepare(ctx)
		if err == nil {
			err = a.jobs.Start(ctx)
		}
		if err != nil && ctx.Err() == nil {
			a.cfg.log.Error("there is no background work: imports in the browser will wait", "error", err)
		}
	}()
	return func() {
		<-started
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		if err := a.jobs.Stop(ctx); err != nil {
			a.cfg.log.Warn("background work was cut off; it is taken up at the next start", "error", err)
		}
	}
}

// background is what the page of background work reads; newImports has made the queue.
func (a *app) background() *server.BackgroundDeps {
	return &server.BackgroundDeps{Jobs: a.jobs, Store: a.store}
}
