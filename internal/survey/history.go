package survey

import (
	"encoding/json"
	"fmt"
	"time"
)

// Change is one entry of a response's history: what it was before somebody changed it.
type Change struct {
	Revision int64
	At       time.Time
	By       int64 // a user; 0: the customer
	Before   Given
}

// Given is what a history entry keeps.
type Given struct {
	Rating  int      `json:"rating"` // NoRating: none
	CantSay bool     `json:"cant_say,omitempty"`
	Comment string   `json:"comment,omitempty"`
	Answers []Answer `json:"answers,omitempty"`
	Status  Status   `json:"status,omitempty"`
}

func marshalHistory(r Response) ([]byte, error) {
	b, err := json.Marshal(Given{r.Rating, r.CantSay, r.Comment, r.Answers, r.Status})
	if err != nil {
		return nil, fmt.Errorf("keep the answer's history: %w", err)
	}
	return b, nil
}
