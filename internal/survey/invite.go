package survey

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of an invitation.
const (
	InvitationDays    = 90  // how long a link works where nothing else is said
	MaxInvitationDays = 730 // and at most
	MaxOrderRef       = 100 // runes
	MaxEmail          = 254 // bytes
)

// ErrNotLive is returned where a survey must be live: a draft has no links.
var ErrNotLive = errors.New("the survey is not live")

// Ask is one person to be asked, as staff or a file give it. Everything in it may be missing.
type Ask struct {
	OrderRef   string
	Touchpoint int64  // 0: the survey's own
	Language   string // "": what the customer's browser asks for
	Email      string
	Name       string
}

// Invited is an invitation together with its token, which is shown once and not stored.
type Invited struct {
	Invitation Invitation
	Token      string
}

// InviterStore is what an Inviter reads and writes.
type InviterStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	EnsureContact(ctx context.Context, c Contact) (ID, error)
	CreateInvitations(ctx context.Context, vs []Invitation, hashes [][]byte) error
	AddFunnel(ctx context.Context, deltas []FunnelDelta) error
}

// Inviter makes personal links.
type Inviter struct {
	store InviterStore
	keys  Keys
	ids   *IDs
	now   func() time.Time
	zone  func() *time.Location
}

// NewInviter makes an inviter over the store, the link keys, the writer's ids, the clock and the account's time zone.
func NewInviter(st InviterStore, keys Keys, ids *IDs, now func() time.Time, zone func() *time.Location) *Inviter {
	return &Inviter{store: st, keys: keys, ids: ids, now: now, zone: zone}
}

// Check cleans what was given and finds what is wrong with it, by the names order, language and email.
func (a *Ask) Check(languages []string) (p Problems) {
	a.OrderRef, a.Name, a.Email = Line(a.OrderRef), Line(a.Name), strings.TrimSpace(a.Email)
	a.Language = strings.ToLower(Line(a.Language))
	if utf8.RuneCountInString(a.OrderRef) > MaxOrderRef {
		p.add("order", "edit.error.too_long", "max", MaxOrderRef)
	}
	if a.Language != "" && !slices.Contains(languages, a.Language) {
		p.add("language", "invite.error.language")
	}
	if a.Email != "" && !PlainAddress(a.Email) {
		p.add("email", "error.email_invalid")
	}
	if utf8.RuneCountInString(a.Name) > MaxName {
		p.add("name", "edit.error.too_long", "max", MaxName)
	}
	return p
}

// Invite makes a personal link for each, all or none, in the same order. days is how long they work, 1..MaxInvitationDays; out of that it is InvitationDays. The
// asks have been checked.
func (in *Inviter) Invite(ctx context.Context, s Survey, asks []Ask, days int) ([]Invited, error) {
	if s.State != Live {
		return nil, ErrNotLive
	}
	if days < 1 || days > MaxInvitationDays {
		days = InvitationDays
	}
	now := in.now()
	var made []Invited
	err := in.store.InTx(ctx, func(ctx context.Context) error {
		var invitations []Invitation
		var hashes [][]byte
		var sent []FunnelDelta
		made = nil
		for _, a := range asks {
			v := Invitation{
				ID: in.ids.Next(), SurveyID: s.ID, Touchpoint: a.Touchpoint, Language: a.Language, OrderRef: a.OrderRef,
				Nonce: NewNonce(), KeyID: in.keys.Current(), CreatedAt: now, SentAt: now, ExpiresAt: now.AddDate(0, 0, days), State: LinkState, ClickRating: NoRating,
			}
			if v.Touchpoint == 0 {
				v.Touchpoint = s.Settings.Touchpoint
			}
			if a.Email != "" {
				var err error
				if v.ContactID, err = in.store.EnsureContact(ctx, Contact{ID: in.ids.Next(), Email: a.Email, Name: a.Name, Language: a.Language, CreatedAt: now}); err != nil {
					return err
				}
			}
			token, err := in.keys.Token(v.KeyID, v.Nonce)
			if err != nil {
				return err
			}
			invitations, hashes = append(invitations, v), append(hashes, HashToken(token))
			made = append(made, Invited{v, token})
			sent = append(sent, FunnelDelta{FunnelCell{v.SurveyID, v.Touchpoint, v.Language, DayOf(now, in.zone())}, Funnel{Sent: 1}})
		}
		if err := in.store.CreateInvitations(ctx, invitations, hashes); err != nil {
			return err
		}
		return in.store.AddFunnel(ctx, sent)
	})
	return made, err
}
