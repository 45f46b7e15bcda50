package reports

import "time"

// JobState is how far a piece of background work is.
type JobState string

// The states.
const (
	JobWaits   JobState = "waits"
	JobRuns    JobState = "runs"
	JobDone    JobState = "done"
	JobFailed  JobState = "failed"
	JobUnknown JobState = "" // not run lately
)

// JobRun is one piece of background work.
type JobRun struct {
	ID      int64
	Kind    string
	State   JobState
	Due     time.Time
	Began   time.Time // zero: not yet
	Ended   time.Time // zero: not yet
	Problem string    // why it failed last
}

// JobKind is what is done from time to time.
type JobKind struct {
	Name  string
	Every time.Duration
	Last  JobRun    // the newest one that is known
	Next  time.Time // about when it is due; zero: not known
}

// Jobs is all background work.
type Jobs struct {
	Started bool // this process does any
	Kinds   []JobKind
	Waiting int // up to MostJobs
	Running []JobRun
	Failed  []JobRun // of the last days, newest first
}

// MostJobs is how many pieces of work of a state are looked at.
const MostJobs = 50
