package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Jobs runs background work: what Enqueue asked for, and what is due from time to time, which one process of all does. A job may be cut off at any point and run
// twice, so the rows that it works on must say what is done.
type Jobs struct {
	st        *Store
	log       *slog.Logger
	workers   *river.Workers
	periodic  []*river.PeriodicJob
	recurring []recurring

	mu     sync.Mutex
	client queue // nil: not started
}

const (
	jobPoll    = time.Second // until a job that was just enqueued is seen
	jobWorkers = 2
	// A job that failed is not tried again by the queue: what is still due is found by the next periodic run.
	jobAttempts = 1
)

// NewJobs makes the queue; register handlers, then Prepare and Start it.
func (s *Store) NewJobs(log *slog.Logger) *Jobs {
	return &Jobs{st: s, log: log, workers: river.NewWorkers()}
}

// jobArgs are the arguments of any kind of job, as JSON.
type jobArgs struct {
	kind string
	text json.RawMessage
}

// Kind implements river.JobArgs.
func (a jobArgs) Kind() string { return a.kind }

// MarshalJSON implements json.Marshaler.
func (a jobArgs) MarshalJSON() ([]byte, error) {
	if a.text == nil {
		return []byte("{}"), nil
	}
	return a.text, nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *jobArgs) UnmarshalJSON(text []byte) error {
	a.text = append(a.text[:0], text...)
	return nil
}

type jobWorker struct {
	river.WorkerDefaults[jobArgs]
	do func(ctx context.Context, args []byte) error
}

// Work implements river.Worker.
func (w *jobWorker) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	return w.do(ctx, job.Args.text)
}

// Timeout implements river.Worker: a job ends when it is done, or when the process stops.
func (w *jobWorker) Timeout(*river.Job[jobArgs]) time.Duration { return -1 }

// Handle says what a kind of job does. Its context ends when the process stops.
func (j *Jobs) Handle(kind string, do func(ctx context.Context, args []byte) error) {
	river.AddWorkerArgs(j.workers, jobArgs{kind: kind}, &jobWorker{do: do})
}

// Every has a kind of job done at the start and then again and again.
func (j *Jobs) Every(kind string, interval time.Duration) {
	j.recurring = append(j.recurring, recurring{kind, interval})
	j.periodic = append(j.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval), func() (river.JobArgs, *river.InsertOpts) {
		return jobArgs{kind: kind}, &river.InsertOpts{MaxAttempts: jobAttempts, UniqueOpts: river.UniqueOpts{ByPeriod: interval / 2}}
	}, &river.PeriodicJobOpts{RunOnStart: true}))
}

// Prepare makes or updates the queue's tables. Until then Enqueue fails.
func (j *Jobs) Prepare(ctx context.Context) error {
	if j.st.engine == SQLite {
		return j.st.InTx(ctx, func(inner context.Context) error {
			m, err := rivermigrate.New(riversqlite.New(j.st.w), &rivermigrate.Config{Logger: quiet(j.log)})
			if err == nil {
				//lint:ignore SA1019 one transaction keeps two processes apart on SQLite, and none of the queue's steps for SQLite needs one of its own
				_, err = m.MigrateTx(inner, txOf(inner).Tx, rivermigrate.DirectionUp, nil)
			}
			return jobTables(err)
		})
	}
	// Instances that start at once take their turns; the tables are made on other connections than the one that waits.
	return j.st.InTx(ctx, func(inner context.Context) error {
		if _, err := j.st.x(inner).ExecContext(inner, `LOCK TABLE writer_lease IN ACCESS EXCLUSIVE MODE`); err != nil {
			return jobTables(err)
		}
		m, err := rivermigrate.New(riverpgxv5.New(j.st.pool), &rivermigrate.Config{Logger: quiet(j.log)})
		if err == nil {
			_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		}
		return jobTables(err)
	})
}

func jobTables(err error) error {
	if err != nil {
		return fmt.Errorf("make the queue's tables: %w", err)
	}
	return nil
}

// quiet keeps the queue's own talk about its tables out of the log.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(warnings{log.Handler()}) }

type warnings struct{ slog.Handler }

// Enabled implements slog.Handler.
func (warnings) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

// Start begins to work. It returns at once.
func (j *Jobs) Start(ctx context.Context) error {
	q, err := j.newQueue(ctx)
	if err == nil {
		err = q.Start(context.WithoutCancel(ctx))
	}
	if err != nil {
		return fmt.Errorf("start background work: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.client = q
	return nil
}

func (j *Jobs) newQueue(ctx context.Context) (queue, error) {
	if j.st.engine == Postgres {
		return newClient[pgx.Tx](j, riverpgxv5.New(j.st.pool))
	}
	// One process serves this file, so a job that is still running belongs to one that is gone.
	if _, err := j.st.w.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`); err != nil {
		return nil, err
	}
	return newClient[*sql.Tx](j, riversqlite.New(j.st.w))
}

func newClient[T any](j *Jobs, driver riverdriver.Driver[T]) (*river.Client[T], error) {
	return river.NewClient(driver, &river.Config{
		Queues:       map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: jobWorkers}},
		Workers:      j.workers,
		PeriodicJobs: j.periodic,
		PollOnly:     true, // works through a connection pooler, and holds no connection of its own
		// Polling is one small statement; nobody waits for a job to begin within less than a second.
		FetchPollInterval: jobPoll,
		Logger:            quiet(j.log),
		// Finished jobs say nothing that the rows don't.
		CompletedJobRetentionPeriod: time.Hour,
	})
}

// Stop tells running jobs to end, and waits until they have, or ctx ends.
func (j *Jobs) Stop(ctx context.Context) error {
	q := j.started()
	if q == nil {
		return nil
	}
	return q.StopAndCancel(ctx)
}

// Enqueue asks for a job, inside the transaction of ctx if there is one: then it is done when the transaction is committed, and never otherwise.
func (s *Store) Enqueue(ctx context.Context, kind string, args any) error {
	text, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", kind, err)
	}
	value := `jsonb($2)`
	if s.engine == Postgres {
		value = `CAST($2 AS jsonb)`
	}
	if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO river_job (kind, args, max_attempts) VALUES ($1, `+value+`, $3)`, kind, string(text), jobAttempts); err != nil {
		return fmt.Errorf("enqueue %s: %w", kind, err)
	}
	return nil
}
