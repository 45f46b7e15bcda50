package survey_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

func TestPersonalLinksAreFoundByTheirTokenUntilRevoked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		e, ctx := startEditing(t, st), context.Background()
		ids, err := survey.NewIDs(0, clock)
		if err != nil {
			t.Fatal(err)
		}
		in := survey.NewInviter(st, keys(t, 1, 'k'), ids, clock, func() *time.Location { return time.UTC })
		asks := []survey.Ask{{OrderRef: "A-1", Touchpoint: 3, Language: "bg", Email: "Ana@example.com", Name: "Ana"}, {OrderRef: "A-2", Email: "ana@example.com"}, {}}
		if _, err := in.Invite(ctx, e.s, asks, 0); !errors.Is(err, survey.ErrNotLive) {
			t.Fatalf("a draft invites: %v", err)
		}
		if _, err := e.publish(t, false); err != nil {
			t.Fatal(err)
		}
		made, err := in.Invite(ctx, e.s, asks, 0)
		if err != nil || len(made) != 3 {
			t.Fatalf("%d links, %v", len(made), err)
		}
		for i, m := range made {
			got, err := st.InvitationByToken(ctx, survey.HashToken(m.Token))
			if err != nil || got.ID != m.Invitation.ID || got.OrderRef != asks[i].OrderRef {
				t.Errorf("link %d leads to %+v, %v", i, got, err)
			}
			if want := noon.AddDate(0, 0, 90); !got.ExpiresAt.Equal(want) {
				t.Errorf("link %d ends on %s, want %s", i, got.ExpiresAt, want)
			}
		}
		if a, b := made[0].Invitation.ContactID, made[1].Invitation.ContactID; a != b || a == 0 || made[2].Invitation.ContactID != 0 {
			t.Errorf("contacts %d, %d, %d: one address is one person", a, b, made[2].Invitation.ContactID)
		}
		if err := st.RevokeInvitation(ctx, made[0].Invitation.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := st.InvitationByToken(ctx, survey.HashToken(made[0].Token)); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("a revoked link is found: %v", err)
		}
		list, err := st.Invitations(ctx, e.s.ID, 0, 10)
		if err != nil || len(list) != 3 || list[0].Revoked || list[1].Revoked || !list[2].Revoked {
			t.Errorf("the list, newest first, is %+v, %v", list, err)
		}
		short, err := in.Invite(ctx, e.s, []survey.Ask{{}}, 7)
		if err != nil || !short[0].Invitation.ExpiresAt.Equal(noon.Add(7*24*time.Hour)) {
			t.Errorf("a week is %+v, %v", short, err)
		}
	})
}

func TestAsksAreChecked(t *testing.T) {
	for email, want := range map[string]bool{
		"":                                      true,
		"ana@example.com":                       true,
		"ana.petrova+1@пример.рф":               true,
		"ana":                                   false,
		"ana@localhost":                         false,
		"Ana <ana@example.com>":                 false,
		"\"a b\"@example.com":                   false,
		"ana@example.com, b@c.d":                false,
		"ana@example.com\r\nBcc: x@example.com": false,
		"ana@[127.0.0.1]":                       false,
	} {
		a := survey.Ask{Email: email}
		if p := a.Check([]string{"en"}); (len(p) == 0) != want {
			t.Errorf("%q: %v", email, p)
		}
	}
	a := survey.Ask{OrderRef: " 10\n482 ", Language: " EN "}
	if p := a.Check([]string{"en"}); len(p) != 0 || a.OrderRef != "10 482" || a.Language != "en" {
		t.Errorf("%+v, %v", a, p)
	}
	a = survey.Ask{Language: "pt"}
	if p := a.Check([]string{"en"}); len(p) != 1 || p[0].Field != "language" {
		t.Errorf("a language that is not asked in: %v", p)
	}
}
