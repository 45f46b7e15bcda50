package portage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// badShown is how many bad rows the check shows.
const badShown = 20

// errStopped ends a run that somebody cancelled.
var errStopped = errors.New("cancelled")

// Work carries on with the runs that are due, until there are none. It may be cut off anywhere: a run whose lease has ended is begun again, and what is stored is
// found by its keys.
func (d *Desk) Work(ctx context.Context) error {
	now := d.Now()
	if err := d.Files.Forget(ctx, now.Add(-waitLimit), now.Add(-rejectLimit), now); err != nil {
		return err
	}
	for {
		r, ok, err := d.Runs.ClaimRun(ctx, d.Now())
		if err != nil || !ok {
			return err
		}
		if err := d.carry(ctx, r); err != nil {
			return fmt.Errorf("import %d: %w", r.ID, err)
		}
	}
}

// carry does what is due for one run, and writes how it ended. When the process stops, the run stays as it is.
func (d *Desk) carry(ctx context.Context, r Run) error {
	from := r.State
	var err error
	if from == Checking {
		err = d.try(ctx, &r)
	} else {
		err = d.importRun(ctx, &r)
	}
	switch {
	case ctx.Err() != nil || errors.Is(err, survey.ErrStale):
		return err
	case errors.Is(err, errStopped):
		r.State, r.EndedAt = Cancelled, d.Now()
	case err != nil:
		r.State, r.EndedAt, r.Problem = Failed, d.Now(), problemKey(err)
	}
	if moveErr := d.Runs.MoveRun(ctx, r, from); moveErr != nil {
		return errors.Join(err, moveErr)
	}
	if r.State.Ended() {
		if dropErr := d.Files.DropChunks(ctx, r.ID); dropErr != nil {
			return dropErr
		}
	}
	switch {
	case r.State == Failed:
		return err // for the log
	case r.State == Done && r.Setup.What.Feed() != "" && d.Fed != "":
		return d.Queue.Enqueue(ctx, d.Fed, struct{}{})
	}
	return nil
}

func problemKey(err error) string {
	known := []error{
		ErrNeedsPerson, ErrEvent, ErrNeedsTime, ErrNeedsRating, ErrNeedsScheme, ErrScheme, ErrNeedsSurvey, ErrZone, ErrAt, ErrHeader, ErrNeedsNumber, ErrNeedsCurrency, ErrUnits, ErrNeedsEnds,
		ErrNeedsAmount, ErrNeedsAgent, ErrNeedsStage,
	}
	if i := slices.IndexFunc(known, func(k error) bool { return errors.Is(err, k) }); i >= 0 {
		return known[i].Error()
	}
	return ErrBroken.Error()
}

// try checks a file.
func (d *Desk) try(ctx context.Context, r *Run) error {
	im, _, err := d.prepare(ctx, *r, true)
	if err != nil {
		return err
	}
	r.Trial = Trial{}
	im.hooks().OnReject = func(bad Reject) error {
		if len(r.Trial.Bad) < badShown {
			r.Trial.Bad = append(r.Trial.Bad, BadRow{bad.Line, short(strings.Join(strings.Fields(bad.Raw), " ")), bad.Reason})
		}
		return nil
	}
	im.hooks().OnBatch = func(c Counts) error { return d.keep(ctx, r.ID, c) }
	if r.Trial.Counts, err = im.Run(ctx, d.file(ctx, r.ID)); err != nil {
		return err
	}
	r.State, r.Counts = Checked, Counts{}
	return nil
}

func (d *Desk) keep(ctx context.Context, id int64, c Counts) error {
	stop, err := d.Runs.KeepRun(ctx, id, c, d.Now())
	if err == nil && stop {
		err = errStopped
	}
	return err
}

// importRun imports a file from its start.
func (d *Desk) importRun(ctx context.Context, r *Run) error {
	im, sheet, err := d.prepare(ctx, *r, false)
	if err != nil {
		return err
	}
	// An import that was cut off gave back rows already.
	if err := d.Files.DropRejects(ctx, r.ID); err != nil {
		return err
	}
	var text strings.Builder
	no := 0
	rw := NewRejectWriter(&text, sheet.Header, Sentence)
	im.hooks().OnReject = rw.Write
	im.hooks().OnBatch = func(c Counts) error {
		if text.Len() > 0 {
			if err := d.Files.AddRejects(ctx, r.ID, no, text.String()); err != nil {
				return err
			}
			no++
			text.Reset()
		}
		return d.keep(ctx, r.ID, c)
	}
	r.Counts, err = im.Run(ctx, d.file(ctx, r.ID))
	if err != nil {
		return err
	}
	r.State, r.EndedAt = Done, d.Now()
	return nil
}
