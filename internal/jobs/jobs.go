// Package jobs says what the clock starts, and what is done in the background: the kinds of job, and how often each is due.
package jobs

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
)

// Registry is where kinds of job are registered.
type Registry interface {
	// Handle says what a kind of job does.
	Handle(kind string, do func(ctx context.Context, args []byte) error)
	// Every has a kind of job done at the start and then again and again, by one process of all.
	Every(kind string, interval time.Duration)
}

// Importer carries on with the files that are on their way in.
type Importer interface {
	Work(ctx context.Context) error
}

// Folder joins the rollups that several processes wrote.
type Folder interface {
	FoldRollups(ctx context.Context, before survey.Day) error
}

// Tidier drops what is over: sessions, and counts of failed sign-ins.
type Tidier interface {
	Tidy(ctx context.Context) error
}

// Sweeper ends invitations whose time is over, and looks after mails whose process is gone.
type Sweeper interface {
	Sweep(ctx context.Context) error
}

// Mailbox is where mails come back to.
type Mailbox interface {
	Poll(ctx context.Context) error
}

// Counter counts what dashboards cannot count while somebody waits.
type Counter interface {
	CountRepeats(ctx context.Context) error
}

// Keeper takes away what may be kept no longer.
type Keeper interface {
	Tidy(ctx context.Context) error
}

// Work is what jobs work with.
type Work struct {
	Importer Importer
	Folder   Folder // nil: one process writes all rollups
	Tidier   Tidier
	Sweeper  Sweeper
	Mailbox  Mailbox
	Counter  Counter
	Keeper   Keeper
	Now      func() time.Time
	Zone     func() *time.Location
}

const (
	foldKind = "rollups.fold"
	tidyKind = "accounts.tidy"
	askKind  = "asking.sweep"

	boxKind    = "mail.returns"
	keepKind   = "people.tidy"
	repeatKind = "reports.repeats"
	// An import whose process is gone is taken up after its lease, so looking twice as often is enough.
	sweepEvery = portage.LeaseTime / 2
	foldEvery  = 6 * time.Hour
	tidyEvery  = time.Hour
	askEvery   = 5 * time.Minute
	boxEvery   = 5 * time.Minute
	// Every answer of a known customer is looked at.
	repeatEvery = time.Hour
	keepEvery   = time.Hour
)

// Register registers all kinds of job.
func Register(r Registry, w Work) {
	r.Handle(portage.JobKind, func(ctx context.Context, _ []byte) error { return w.Importer.Work(ctx) })
	r.Every(portage.JobKind, sweepEvery)
	r.Handle(tidyKind, func(ctx context.Context, _ []byte) error { return w.Tidier.Tidy(ctx) })
	r.Every(tidyKind, tidyEvery)
	r.Handle(askKind, func(ctx context.Context, _ []byte) error { return w.Sweeper.Sweep(ctx) })
	r.Every(askKind, askEvery)
	r.Handle(boxKind, func(ctx context.Context, _ []byte) error { return w.Mailbox.Poll(ctx) })
	r.Every(boxKind, boxEvery)
	r.Handle(repeatKind, func(ctx context.Context, _ []byte) error { return w.Counter.CountRepeats(ctx) })
	r.Every(repeatKind, repeatEvery)
	r.Handle(keepKind, func(ctx context.Context, _ []byte) error { return w.Keeper.Tidy(ctx) })
	r.Every(keepKind, keepEvery)
	if w.Folder == nil {
		return
	}
	r.Handle(foldKind, func(ctx context.Context, _ []byte) error {
		// Yesterday is left alone: answers given around midnight may still be on their way.
		return w.Folder.FoldRollups(ctx, survey.DayOf(w.Now(), w.Zone())-1)
	})
	r.Every(foldKind, foldEvery)
}
