package portage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/survey"
)

// Queue has jobs done in the background, once the transaction of ctx is committed.
type Queue interface {
	Enqueue(ctx context.Context, kind string, args any) error
}

// Desk takes files in through the browser, in steps: upload, mapping, check, import.
type Desk struct {
	Store   Store
	People  Taker // of files of contacts and purchases
	Feeds   FeedTaker
	Surveys SurveyStore
	Runs    RunStore
	Files   FileStore
	Queue   Queue
	Fed     string // the job to ask for when a feed's file is in; "": none
	IDs     *survey.IDs
	Now     func() time.Time
	Zone    func() *time.Location
	Say     survey.Say // for surveys that are made
	Limit   int64      // of a file, in bytes
}

// Errors of setups; the texts are keys of the words.
var (
	ErrNeedsPerson = errors.New("import.problem.person")
	ErrEvent       = errors.New("import.problem.event")
	ErrNeedsTime   = errors.New("import.problem.time")
	ErrNeedsRating = errors.New("import.problem.rating")
	ErrNeedsScheme = errors.New("import.problem.scheme")
	ErrScheme      = errors.New("import.problem.other_scheme")
	ErrNeedsSurvey = errors.New("import.problem.survey")
	ErrZone        = errors.New("import.problem.zone")
	ErrAt          = errors.New("import.problem.at")
	ErrDates       = errors.New("import.problem.dates")
	ErrHeader      = errors.New("import.problem.header")
	ErrBroken      = errors.New("import.problem.broken")
	ErrFormat      = errors.New("import.problem.encoding")
)

// Upload stores a file and guesses what is in it. It returns ErrTooLarge above the limit, and ErrHeader when the file has no header.
func (d *Desk) Upload(ctx context.Context, name string, file io.Reader, by int64) (Run, error) {
	r := Run{State: Mapped, File: short(survey.Clean(name)), CreatedBy: by, CreatedAt: d.Now()}
	if err := d.Runs.CreateRun(ctx, &r); err != nil {
		return r, err
	}
	err := d.fill(ctx, &r, file)
	if err == nil {
		err = d.guess(ctx, &r)
	}
	if err == nil {
		return r, d.Runs.MoveRun(ctx, r, Mapped)
	}
	ctx = context.WithoutCancel(ctx) // the browser may be gone
	r.State, r.EndedAt, r.Problem = Failed, d.Now(), ErrBroken.Error()
	if errors.Is(err, ErrHeader) || errors.Is(err, ErrTooLarge) {
		r.Problem = ErrHeader.Error()
	}
	return r, errors.Join(err, d.Runs.MoveRun(ctx, r, Mapped), d.Files.DropChunks(ctx, r.ID))
}

func (d *Desk) fill(ctx context.Context, r *Run, file io.Reader) error {
	buf := make([]byte, ChunkSize)
	for no := 0; ; no++ {
		n, err := io.ReadFull(file, buf)
		if r.Size += int64(n); r.Size > d.Limit {
			return ErrTooLarge
		}
		if n > 0 {
			if err := d.Files.AddChunk(ctx, r.ID, no, buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the upload: %w", err)
		}
	}
}

// guess finds out how the file is written and what its columns hold.
func (d *Desk) guess(ctx context.Context, r *Run) error {
	g, err := DetectEncoding(d.file(ctx, r.ID))
	if err != nil {
		return err
	}
	r.Setup = Setup{Format: Format{Encoding: g.Encoding}, Sure: g.Sure, Zone: d.Zone().String()}
	s, err := d.Sheet(ctx, *r)
	if err != nil {
		return err
	}
	r.Setup.What = GuessWhat(s.Header)
	d.remap(r, s)
	return nil
}

func (d *Desk) remap(r *Run, s Sheet) {
	r.Setup.Format, r.Setup.Mapping = s.Format, r.Setup.What.Guess(s.Header, nil)
	r.Setup.Order = s.OrderIn(r.Setup.Mapping)
	if scheme, err := SchemeOf(s.SchemeIn(r.Setup.Mapping)); err == nil {
		r.Setup.Scheme = scheme
	}
}

func (d *Desk) file(ctx context.Context, id int64) io.Reader {
	return &chunks{ctx: ctx, st: d.Files, run: id}
}

// Sheet shows the beginning of a run's file.
func (d *Desk) Sheet(ctx context.Context, r Run) (Sheet, error) {
	s, err := ReadSheet(d.file(ctx, r.ID), r.Setup.Format)
	if errors.Is(err, ErrNoHeader) || err == nil && len(strings.Join(s.Header, "")) == 0 {
		return s, ErrHeader
	}
	return s, err
}

// Reread reads the file as one that holds something else, in another encoding or with another separator, and guesses its columns anew.
func (d *Desk) Reread(ctx context.Context, r Run, what What, f Format) (Run, error) {
	from := r.State
	if from != Mapped && from != Checked {
		return r, survey.ErrStale
	}
	if _, err := encodingOf(f.Encoding); err != nil || !slices.Contains(Separators(), f.Comma) || !slices.Contains(Whats(), what) {
		return r, ErrFormat
	}
	r.State, r.Setup.What, r.Setup.Format, r.Setup.Sure = Mapped, what, f, true
	s, err := d.Sheet(ctx, r)
	if err != nil {
		return r, err
	}
	d.remap(&r, s)
	return r, d.Runs.MoveRun(ctx, r, from)
}

// Check stores the setup and has the file checked: nothing is stored of it yet. A setup that can't be is an error of this package.
func (d *Desk) Check(ctx context.Context, r Run, s Setup) (Run, error) {
	from := r.State
	if from != Mapped && from != Checked {
		return r, survey.ErrStale
	}
	r.Setup = s
	if _, _, err := d.prepare(ctx, r, true); err != nil {
		return r, err
	}
	r.State, r.Trial, r.Counts = Checking, Trial{}, Counts{}
	return r, d.move(ctx, r, from)
}

// Start has a checked file imported.
func (d *Desk) Start(ctx context.Context, r Run) error {
	r.State, r.Counts = Queued, Counts{}
	return d.move(ctx, r, Checked)
}

// Back goes from the check to the mapping.
func (d *Desk) Back(ctx context.Context, r Run) error {
	r.State = Mapped
	return d.Runs.MoveRun(ctx, r, Checked)
}

// Cancel ends a run: at once if nothing goes on, else between two batches. What is stored stays.
func (d *Desk) Cancel(ctx context.Context, r Run) error {
	if r.State.Busy() {
		return d.Runs.StopRun(ctx, r.ID)
	}
	if r.State.Ended() {
		return nil
	}
	from := r.State
	r.State, r.EndedAt = Cancelled, d.Now()
	if err := d.Runs.MoveRun(ctx, r, from); err != nil {
		return err
	}
	return d.Files.DropChunks(ctx, r.ID)
}

// move writes the run and asks for the job that carries it on, together.
func (d *Desk) move(ctx context.Context, r Run, from RunState) error {
	return d.Surveys.InTx(ctx, func(ctx context.Context) error {
		if err := d.Runs.MoveRun(ctx, r, from); err != nil {
			return err
		}
		return d.Queue.Enqueue(ctx, JobKind, struct{}{})
	})
}

// rates tells whether a column holds a rating or words.
func rates(m Mapping, d survey.Definition) bool {
	for _, f := range append(questionFields(d), FieldRating, FieldComment) {
		if i, ok := m[f]; ok && i >= 0 {
			return true
		}
	}
	return false
}
