package demo

import (
	"context"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

const (
	delivered  = "delivery"
	parcels    = 14 // brought three days before tomorrow
	ledgerDays = 21 // of the invitations that the ledger tells of
)

// plan makes the rules, tells in the ledger who was asked of late, and has parcels brought whose customers are to be asked tomorrow.
func (t *tale) plan(ctx context.Context, st Store, s Setup, shop Shop, made []survey.Invitation) error {
	for _, r := range rules(s, shop) {
		if err := st.CreateRule(ctx, &r); err != nil {
			return err
		}
	}
	ids, err := survey.NewIDs(0, func() time.Time { return s.Now })
	if err != nil {
		return err
	}
	asked := map[survey.ID]time.Time{}
	var entries []asking.Entry
	for _, v := range made {
		if v.SentAt.After(asked[v.ContactID]) {
			asked[v.ContactID] = v.SentAt
		}
		if s.Now.Sub(v.SentAt) > ledgerDays*24*time.Hour {
			continue
		}
		entries = append(entries, asking.Entry{At: v.SentAt, InvitationID: v.ID, ContactID: v.ContactID, SurveyID: v.SurveyID, Decision: asking.Sent, Reason: asking.ReasonLink})
	}
	slices.SortStableFunc(entries, func(a, b asking.Entry) int { return a.At.Compare(b.At) })
	for i := range entries {
		entries[i].ID = ids.Next()
	}
	if err := st.AddEntries(ctx, entries); err != nil {
		return err
	}
	for _, c := range t.contacts {
		if err := st.MarkAsked(ctx, []survey.ID{c.ID}, asked[c.ID]); err != nil {
			return err
		}
	}
	return t.bring(ctx, st, s, ids)
}

// rules are three: one that asks, one for an event of the support desk, and one that is paused.
func rules(s Setup, shop Shop) []asking.Rule {
	usual := asking.NewPlan()
	soon := usual
	soon.DelayHours, soon.From, soon.Until, soon.ReminderDays, soon.ExpiryDays = 4, 9*60, 20*60, 0, 14
	usual.DelayHours = 3 * 24
	link := asking.Plan{Channel: asking.ByLink, SamplePercent: 50, ExpiryDays: 30}
	all := []asking.Rule{
		{SurveyID: shop.Delivery.SurveyID, Name: "Three days after the parcel", Active: true, Kind: delivered, Plan: usual},
		{SurveyID: shop.Support.SurveyID, Name: "When a ticket is closed", Active: true, Kind: "ticket.closed", Plan: soon},
		{SurveyID: shop.Purchase.SurveyID, Name: "Link on the receipt", Kind: people.Purchase, Plan: link},
	}
	for i := range all {
		all[i].CreatedAt, all[i].ChangedAt = s.Now.AddDate(0, -1, 0), s.Now.AddDate(0, -1, 0)
	}
	return all
}

// bring tells of parcels: to customers who were asked of late, and to those who were not for long.
func (t *tale) bring(ctx context.Context, st Store, s Setup, ids *survey.IDs) error {
	scheduler := &asking.Scheduler{Store: st, Keys: s.Keys, IDs: ids, Now: func() time.Time { return s.Now }}
	intake := people.NewIntake(st, ids, nil, func() time.Time { return s.Now }, scheduler)
	noon := time.Date(s.Now.In(s.Zone).Year(), s.Now.In(s.Zone).Month(), s.Now.In(s.Zone).Day(), 12, 0, 0, 0, s.Zone)
	var rows []people.Row
	for i := range min(parcels, len(t.contacts)) {
		c := t.contacts[i*(len(t.contacts)-1)/parcels]
		at := noon.AddDate(0, 0, -2).Add(time.Duration(i) * 7 * time.Minute)
		rows = append(rows, people.Row{Contact: survey.Contact{ExternalID: c.ExternalID}, Occasion: &people.Occasion{Kind: delivered, At: at}})
	}
	_, err := intake.Take(ctx, rows)
	return err
}
