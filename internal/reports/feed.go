package reports

import (
	"context"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// CommentQuery picks comments of counted responses.
type CommentQuery struct {
	SurveyID   int64
	From, To   time.Time     // answered from From on and before To; zero: open
	Touchpoint int64         // survey.AllTouchpoints: all
	Language   string        // survey.AllLanguages: all
	Class      scoring.Class // ClassNone: all
	Search     string        // words that comments hold, or that their words begin with; "": all
	After      Place         // the last response of the page before; zero: from the newest on
	Limit      int
	Scan       int // greatest number of comments looked at; 0: as many as there are
}

// ResponseQuery picks responses in the order in which they came in, the newest first.
type ResponseQuery struct {
	SurveyID   int64
	Touchpoint int64         // survey.AllTouchpoints: all
	Language   string        // survey.AllLanguages: all
	Class      scoring.Class // ClassNone: all
	Status     survey.Status
	AnyStatus  bool
	After      survey.ID // the last id of the page before; 0: from the newest on
	Limit      int
	Scan       int // greatest number of responses looked at
}

// Place is a response's place in a feed that is ordered by time.
type Place struct {
	At time.Time
	ID survey.ID
}

// Zero tells whether there is no place.
func (p Place) Zero() bool { return p.ID == 0 }

// Page is a part of a feed.
type Page struct {
	Responses []survey.Response
	More      bool // there may be more after Next
	Next      Place
}

// MostCounted is how far feeds count exactly.
const MostCounted = 1000

// Comments gives a page of comments of the filter's period.
func (s *Service) Comments(ctx context.Context, f Filter, q CommentQuery) (Page, error) {
	page, err := s.store.Comments(ctx, s.commentQuery(f, q))
	if err != nil {
		return Page{}, fmt.Errorf("read comments: %w", err)
	}
	return page, nil
}

// CountComments counts the comments that Comments would give on all its pages, up to MostCounted+1.
func (s *Service) CountComments(ctx context.Context, f Filter, q CommentQuery) (int, error) {
	n, err := s.store.CountComments(ctx, s.commentQuery(f, q), MostCounted+1)
	if err != nil {
		return 0, fmt.Errorf("count comments: %w", err)
	}
	return n, nil
}

// Responses gives a page of responses.
func (s *Service) Responses(ctx context.Context, q ResponseQuery) (Page, error) {
	page, err := s.store.Responses(ctx, q)
	if err != nil {
		return Page{}, fmt.Errorf("read responses: %w", err)
	}
	return page, nil
}

// commentQuery fills in what the filter says.
func (s *Service) commentQuery(f Filter, q CommentQuery) CommentQuery {
	q.SurveyID, q.Touchpoint, q.Language = f.SurveyID, f.Touchpoint, f.Language
	if !f.Period.All {
		q.From, q.To = f.Period.First.Start(s.zone()), (f.Period.Last + 1).Start(s.zone())
	}
	return q
}
