package followup

import "github.com/surveyd/surveyd/internal/survey"

// Reason is why a case was closed.
type Reason struct {
	ID       int64
	Names    survey.Text
	Archived bool // old cases still show it, nobody can choose it
}

// Offered tells whether a person can choose it.
func (r Reason) Offered() bool { return !r.Archived && r.ID != AnswerChanged }
