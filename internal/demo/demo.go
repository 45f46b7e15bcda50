// Package demo makes one fictional company, Linden Home, with half a year of answers, for `surveyd demo`, tests, screenshots and docs. The furniture shop
// sells in four languages. Seven weeks before the end it released a new checkout, which customers like, and in the last two weeks its deliveries came late
// and wet. The same moment gives the same shop, answer for answer.
package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// Company is the name of the shop, and Zone where it is at home.
const (
	Company = "Linden Home"
	Zone    = "Europe/Sofia"
)

// Store is where the shop is written to.
type Store interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	SetSetting(ctx context.Context, key, value string) error
	CreateTouchpoint(ctx context.Context, t *survey.Touchpoint) error
	CreateSurvey(ctx context.Context, v *survey.Survey) error
	UpdateSurvey(ctx context.Context, v *survey.Survey) error
	CreateVersion(ctx context.Context, v *survey.Version) error
	CreateLink(ctx context.Context, l survey.Link) error
	CreateEvent(ctx context.Context, e *survey.Event) error
	EnsureContact(ctx context.Context, c survey.Contact) (survey.ID, error)
	CreateInvitations(ctx context.Context, vs []survey.Invitation, hashes [][]byte) error
	AddFunnel(ctx context.Context, deltas []survey.FunnelDelta) error
	Apply(ctx context.Context, recs []survey.Record) ([]error, error)
	CreateRule(ctx context.Context, r *asking.Rule) error
	asking.ScheduleStore
	people.IntakeStore
	CaseStore
	GoalStore
	MoneyStore
}

// Setup is what Fill needs to know.
type Setup struct {
	Now     time.Time      // when the story ends
	Zone    *time.Location // of the shop's days
	Say     survey.Say     // the texts of the templates
	Keys    survey.Keys    // of personal links
	AddUser func(ctx context.Context, u account.User) (id int64, err error)
}

// Shop tells what Fill made.
type Shop struct {
	Purchase survey.Version // "Post-purchase", NPS over all touchpoints
	Delivery survey.Version // "After delivery", CSAT overall and by aspect
	Support  survey.Version // "After support", CES
	Loyalty  survey.Version // "Loyalty", CLI, with few answers

	Touchpoints map[string]int64  // id by key: checkout, product, delivery, support
	Links       map[string]string // slug by language: "Post-purchase" at the checkout
	Personal    string            // the token of a personal link to "After delivery" that waits for its answer
	Users       []account.User    // Mira Angelova (admin), Dana Keller (manager), Ivan Petrov (support)
	Answers     int               // how many were written, whatever their status
}

// batch is how many answers are written in one transaction.
const batch = 1000

// Fill writes the shop into an empty store. It takes about a second.
func Fill(ctx context.Context, st Store, s Setup) (Shop, error) {
	var shop Shop
	err := st.InTx(ctx, func(ctx context.Context) (err error) {
		shop, err = found(ctx, st, s)
		return err
	})
	if err != nil {
		return Shop{}, fmt.Errorf("found the demo's shop: %w", err)
	}
	tale, err := tell(s, shop)
	if err != nil {
		return Shop{}, err
	}
	err = st.InTx(ctx, func(ctx context.Context) (err error) {
		if err := tale.greet(ctx, st); err != nil {
			return err
		}
		var made []survey.Invitation
		if shop.Personal, made, err = tale.send(ctx, st, s, shop.Delivery.SurveyID); err != nil {
			return err
		}
		if err := goals(ctx, st, s, shop); err != nil {
			return err
		}
		if err := tale.money(ctx, st, s); err != nil {
			return err
		}
		return tale.plan(ctx, st, s, shop, made)
	})
	if err != nil {
		return Shop{}, fmt.Errorf("write the demo's customers: %w", err)
	}
	given, changed, err := tale.records(s, shop)
	if err != nil {
		return Shop{}, err
	}
	for _, recs := range [][]survey.Record{given, changed} {
		if err := apply(ctx, st, recs); err != nil {
			return Shop{}, err
		}
	}
	if err := followUp(ctx, st, s, shop, given, changed); err != nil {
		return Shop{}, err
	}
	shop.Answers = len(given)
	return shop, nil
}

func apply(ctx context.Context, st Store, recs []survey.Record) error {
	for len(recs) > 0 {
		n := min(batch, len(recs))
		refused, err := st.Apply(ctx, recs[:n])
		if err != nil {
			return fmt.Errorf("write the demo's answers: %w", err)
		}
		for i, err := range refused {
			if err != nil {
				return fmt.Errorf("write the demo's answer %s: %w", recs[i].Response.ID, err)
			}
		}
		recs = recs[n:]
	}
	return nil
}
