package portage

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
)

// JobKind is the kind of the background job that carries runs on.
const JobKind = "imports"

// RunState is how far a file is on its way in.
type RunState string

// The states.
const (
	Mapped    RunState = "mapping"  // somebody is to say what the columns are
	Checking  RunState = "checking" // waits for its check, or is being checked
	Checked   RunState = "checked"  // somebody is to start it
	Queued    RunState = "queued"
	Running   RunState = "running"
	Done      RunState = "done"
	Failed    RunState = "failed"
	Cancelled RunState = "cancelled"
)

// Ended tells whether nothing more happens.
func (s RunState) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Busy tells whether something goes on without anybody.
func (s RunState) Busy() bool { return s == Checking || s == Queued || s == Running }

// Setup is what a person decided about a file.
type Setup struct {
	Format   Format         `json:"format"`
	Sure     bool           `json:"sure"` // the encoding is certain
	What     What           `json:"what"`
	Event    string         `json:"event,omitempty"` // what happened, of purchases that are something else
	Mapping  Mapping        `json:"mapping"`
	Survey   string         `json:"survey"` // number or name
	Scheme   scoring.Scheme `json:"scheme,omitempty"`
	Zone     string         `json:"zone"`
	At       string         `json:"at,omitempty"` // 2026-11-01, of rows without a time
	Order    DateOrder      `json:"order,omitempty"`
	Reversed bool           `json:"reversed,omitempty"`
	Language string         `json:"language"`           // of the names of new touchpoints
	Currency string         `json:"currency,omitempty"` // of rows of feeds that name none
}

// Trial is what the check of a file found.
type Trial struct {
	Counts Counts   `json:"counts"`
	Bad    []BadRow `json:"bad,omitempty"` // the first ones
}

// BadRow is a row that can't be imported.
type BadRow struct {
	Line   int64  `json:"line"`
	Text   string `json:"text"` // its beginning
	Reason Reason `json:"reason"`
}

// Run is a file on its way in through the browser.
type Run struct {
	ID        int64
	State     RunState
	File      string
	Size      int64
	Setup     Setup
	Trial     Trial
	Counts    Counts
	Problem   string // key of the words that say why it failed
	CreatedBy int64
	CreatedAt time.Time
	EndedAt   time.Time
}

// RunStore keeps runs.
type RunStore interface {
	CreateRun(ctx context.Context, r *Run) error // sets ID
	Run(ctx context.Context, id int64) (Run, error)
	Runs(ctx context.Context, limit int) ([]Run, error) // newest first
	// MoveRun writes the run if its state is still from. It returns survey.ErrStale when it is not.
	MoveRun(ctx context.Context, r Run, from RunState) error
	// ClaimRun takes a run that is due, for the time of a lease. ok is false when there is none.
	ClaimRun(ctx context.Context, now time.Time) (r Run, ok bool, err error)
	// KeepRun prolongs the lease, notes how far the run is, and tells whether somebody asked to stop it.
	KeepRun(ctx context.Context, id int64, counts Counts, now time.Time) (stop bool, err error)
	StopRun(ctx context.Context, id int64) error // asks to stop it
}

// FileStore keeps the files of runs, and the rows that come back.
type FileStore interface {
	AddChunk(ctx context.Context, run int64, no int, body []byte) error
	Chunk(ctx context.Context, run int64, no int) ([]byte, error) // nil behind the last one
	DropChunks(ctx context.Context, run int64) error
	AddRejects(ctx context.Context, run int64, no int, text string) error
	Rejects(ctx context.Context, run int64, no int) (string, error) // "" behind the last ones
	DropRejects(ctx context.Context, run int64) error
	// Forget cancels runs that wait for somebody since before waiting, with their files, and drops the rows that came back before ended.
	Forget(ctx context.Context, waiting, ended, now time.Time) error
}

// How long files wait for somebody to go on with them, and how long bad rows can be downloaded.
const (
	waitLimit   = 7 * 24 * time.Hour
	rejectLimit = 90 * 24 * time.Hour
)

// ChunkSize is how much of a file is kept together, in bytes.
const ChunkSize = 256 << 10

// LeaseTime is how long a run belongs to the instance that works on it after its last sign of life.
const LeaseTime = time.Minute

// ErrTooLarge is returned for a file over the limit.
var ErrTooLarge = errors.New("the file is too large")

// chunks reads a file back.
type chunks struct {
	ctx  context.Context
	st   FileStore
	run  int64
	no   int
	rest []byte
}

// Read implements io.Reader.
func (c *chunks) Read(b []byte) (int, error) {
	for len(c.rest) == 0 {
		body, err := c.st.Chunk(c.ctx, c.run, c.no)
		if err != nil {
			return 0, err
		}
		if body == nil {
			return 0, io.EOF
		}
		c.no++
		c.rest = body
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}
