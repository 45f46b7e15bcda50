// Package jobs says what the clock starts, and what is done in the background: the kinds of job, and how often each is due.
package jobs

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/customers/worth"
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

// Tidier drops what is over or may be kept no longer.
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

// Teller tells the staff what happened.
type Teller interface {
	Tell(ctx context.Context) error
}

// Counter counts what dashboards cannot count while somebody waits.
type Counter interface {
	CountRepeats(ctx context.Context) error
}

// Refresher makes anew what is computed from all orders and answers, where they have changed.
type Refresher interface {
	Refresh(ctx context.Context) error
}

// Figurer makes the figures that a page could not make while somebody waited. Without arguments it lets go of old ones.
type Figurer interface {
	Work(ctx context.Context, args []byte) error
}

// Work is what jobs work with.
type Work struct {
	Importer Importer
	Folder   Folder // nil: one process writes all rollups
	Tidier   Tidier // of sessions, and of counts of failed sign-ins
	Sweeper  Sweeper
	Mailbox  Mailbox
	Teller   Teller
	Counter  Counter
	Worth    Refresher
	Figures  Figurer
	Keeper   Tidier // of what surveys keep for a while, and of erased people's traces
	Now      func() time.Time
	Zone     func() *time.Location
}

const (
	foldKind   = "rollups.fold"
	tidyKind   = "accounts.tidy"
	askKind    = "asking.sweep"
	boxKind    = "mail.returns"
	tellKind   = "telling.tell"
	keepKind   = "people.tidy"
	repeatKind = "reports.repeats"
	// An import whose process is gone is taken up after its lease, so looking twice as often is enough.
	sweepEvery = portage.LeaseTime / 2
	foldEvery  = 6 * time.Hour
	tidyEvery  = time.Hour
	askEvery   = 5 * time.Minute
	boxEvery   = 5 * time.Minute
	// An alert is at once for somebody who reads it on a phone.
	tellEvery = time.Minute
	// Every answer of a known customer is looked at.
	repeatEvery = time.Hour
	keepEvery   = time.Hour
	// Every order is looked at, if anything has changed.
	worthEvery = 15 * time.Minute
	// Old figures take little room.
	figuresEvery = 6 * time.Hour
)

// Register registers all kinds of job.
func Register(r Registry, w Work) {
	again := func(kind string, every time.Duration, do func(context.Context) error) {
		r.Handle(kind, func(ctx context.Context, _ []byte) error { return do(ctx) })
		r.Every(kind, every)
	}
	again(portage.JobKind, sweepEvery, w.Importer.Work)
	again(tidyKind, tidyEvery, w.Tidier.Tidy)
	again(askKind, askEvery, w.Sweeper.Sweep)
	again(boxKind, boxEvery, w.Mailbox.Poll)
	again(tellKind, tellEvery, w.Teller.Tell)
	again(repeatKind, repeatEvery, w.Counter.CountRepeats)
	again(worth.Kind, worthEvery, w.Worth.Refresh)
	again(keepKind, keepEvery, w.Keeper.Tidy)
	r.Handle(customers.FiguresKind, w.Figures.Work)
	r.Every(customers.FiguresKind, figuresEvery)
	if w.Folder != nil {
		again(foldKind, foldEvery, func(ctx context.Context) error {
			// Yesterday is left alone: answers given around midnight may still be on their way.
			return w.Folder.FoldRollups(ctx, survey.DayOf(w.Now(), w.Zone())-1)
		})
	}
}
