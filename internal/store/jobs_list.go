package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

// queue is what Jobs needs of its client.
type queue interface {
	Start(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
	JobRetry(ctx context.Context, id int64) (*rivertype.JobRow, error)
}

// recurring is what is done from time to time.
type recurring struct {
	kind  string
	every time.Duration
}

// started gives the client of a queue that has started, or nil.
func (j *Jobs) started() queue {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.client
}

// Overview tells what waits, runs and has failed, and when what is done from time to time is due. What was done well is forgotten after an hour.
func (j *Jobs) Overview(ctx context.Context) (reports.Jobs, error) {
	var all reports.Jobs
	q := j.started()
	for _, r := range j.recurring {
		all.Kinds = append(all.Kinds, reports.JobKind{Name: r.kind, Every: r.every})
	}
	if q == nil {
		return all, nil
	}
	all.Started = true
	for i := range all.Kinds {
		k := &all.Kinds[i]
		runs, err := jobRuns(ctx, q, river.NewJobListParams().Kinds(k.Name).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(1))
		if err != nil {
			return all, err
		}
		if len(runs) > 0 {
			k.Last = runs[0]
			k.Next = k.Last.Due.Add(k.Every)
		}
	}
	waiting, err := jobRuns(ctx, q, inState(rivertype.JobStateAvailable, rivertype.JobStateScheduled, rivertype.JobStateRetryable))
	if err != nil {
		return all, err
	}
	all.Waiting = len(waiting)
	if all.Running, err = jobRuns(ctx, q, inState(rivertype.JobStateRunning)); err != nil {
		return all, err
	}
	all.Failed, err = jobRuns(ctx, q, inState(rivertype.JobStateDiscarded, rivertype.JobStateCancelled))
	return all, err
}

func inState(states ...rivertype.JobState) *river.JobListParams {
	return river.NewJobListParams().States(states...).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(reports.MostJobs)
}

func jobRuns(ctx context.Context, q queue, params *river.JobListParams) ([]reports.JobRun, error) {
	found, err := q.JobList(ctx, params)
	if err != nil {
		return nil, fmt.Errorf("list background work: %w", err)
	}
	runs := make([]reports.JobRun, 0, len(found.Jobs))
	for _, row := range found.Jobs {
		runs = append(runs, jobRun(row))
	}
	return runs, nil
}

func jobRun(row *rivertype.JobRow) reports.JobRun {
	r := reports.JobRun{ID: row.ID, Kind: row.Kind, Due: row.ScheduledAt.UTC()}
	if row.AttemptedAt != nil {
		r.Began = row.AttemptedAt.UTC()
	}
	if row.FinalizedAt != nil {
		r.Ended = row.FinalizedAt.UTC()
	}
	if n := len(row.Errors); n > 0 {
		r.Problem = row.Errors[n-1].Error
	}
	switch row.State {
	case rivertype.JobStateRunning:
		r.State = reports.JobRuns
	case rivertype.JobStateCompleted:
		r.State = reports.JobDone
	case rivertype.JobStateDiscarded, rivertype.JobStateCancelled:
		r.State = reports.JobFailed
	case rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateScheduled:
		r.State = reports.JobWaits
	}
	return r
}

// Retry has work that failed done again, soon. It returns survey.ErrNotFound for work that is not known any more, and when none is done here.
func (j *Jobs) Retry(ctx context.Context, id int64) error {
	q := j.started()
	if q == nil {
		return survey.ErrNotFound
	}
	_, err := q.JobRetry(ctx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return survey.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("do work again: %w", err)
	}
	return nil
}
