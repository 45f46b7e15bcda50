package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestMergingMovesAllThatBelongsToTheOneThatGoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, now := t.Context(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		v := survey.Survey{Name: "After the purchase", State: survey.Live, CreatedAt: now, ChangedAt: now}
		if err := st.CreateSurvey(ctx, &v); err != nil {
			t.Fatal(err)
		}
		contacts := []survey.Contact{{ID: 1, ExternalID: "1", CreatedAt: now}, {ID: 2, Email: "b@example.com", CreatedAt: now}}
		if err := st.AddContacts(ctx, contacts); err != nil {
			t.Fatal(err)
		}
		if err := st.CreateInvitations(ctx, []survey.Invitation{{ID: 10, SurveyID: v.ID, ContactID: 2, Nonce: []byte("n"), KeyID: 1, CreatedAt: now, ExpiresAt: now}}, [][]byte{[]byte("h")}); err != nil {
			t.Fatal(err)
		}
		answer := survey.Response{ID: 10, SurveyID: v.ID, VersionID: 1, AnsweredAt: now, Rating: 9, ContactID: 2}
		if _, err := st.Apply(ctx, []survey.Record{{Response: answer}}); err != nil {
			t.Fatal(err)
		}
		if _, err := st.AddOccasions(ctx, []people.Occasion{{ID: 20, Kind: people.Purchase, ExternalID: "P", ContactID: 2, At: now, CreatedAt: now}}); err != nil {
			t.Fatal(err)
		}
		if err := st.AddAliases(ctx, 2, []string{"@older@example.com"}); err != nil {
			t.Fatal(err)
		}
		merge := []people.Merge{{ID: 30, Kept: 1, Gone: 2, Reason: people.SameNumber, Names: []string{"@b@example.com"}, At: now}}
		if err := st.InTx(ctx, func(ctx context.Context) error { return st.MergeContacts(ctx, merge) }); err != nil {
			t.Fatal(err)
		}
		invitations, err := st.ContactInvitations(ctx, 1, 10)
		if err != nil || len(invitations) != 1 {
			t.Errorf("invitations %+v, %v", invitations, err)
		}
		answers, err := st.ContactResponses(ctx, 1, 10)
		if err != nil || len(answers) != 1 || answers[0].Rating != 9 {
			t.Errorf("answers %+v, %v", answers, err)
		}
		occasions, err := st.Occasions(ctx, 1, 10)
		if err != nil || len(occasions) != 1 {
			t.Errorf("occasions %+v, %v", occasions, err)
		}
		found, aliases, err := st.FindPeople(ctx, []string{"@older@example.com"})
		if err != nil || len(found) != 1 || found[0].ID != 1 || aliases["@older@example.com"] != 1 {
			t.Errorf("%+v, %v, %v", found, aliases, err)
		}
		if _, err := st.Contact(ctx, 2); err != survey.ErrNotFound {
			t.Errorf("the one that went: %v", err)
		}
	})
}
