package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

type personalLinks interface {
	Invitations(ctx context.Context, surveyID int64, before survey.ID, limit int) ([]survey.Invitation, error)
	RevokeInvitation(ctx context.Context, id survey.ID) error
	Contacts(ctx context.Context, ids []survey.ID) ([]survey.Contact, error)
}

// invitationsAPage is how many personal links a page lists.
const invitationsAPage = 50

// inviteForm makes one personal link.
type inviteForm struct {
	Order      string `form:"order"`
	Touchpoint int64  `form:"touchpoint"`
	Language   string `form:"language"`
	Email      string `form:"email"`
	Name       string `form:"name"`
	Days       string `form:"days"`
}

// inviteState is what the page of personal links shows beside its list.
type inviteState struct {
	form     inviteForm
	fileDays string // typed for a file
	made     string // the address of the link just made, shown once
	problems ui.Problems
	status   int
}

// standardDays is how long links work where nobody says otherwise.
var standardDays = strconv.Itoa(survey.InvitationDays)

func (b *builder) invitations(r *Request) error {
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	return b.invitationPage(r, s, inviteState{form: inviteForm{Days: standardDays}, fileDays: standardDays, status: http.StatusOK})
}

func (b *builder) invitationPage(r *Request, s survey.Survey, st inviteState) error {
	ctx := r.HTTP().Context()
	tps, err := b.store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	w, at := r.Words, st.problems.At
	f := st.form
	p := templates.InvitationsPage{
		W: w, Path: surveyPath(s.ID), Name: s.Name, Live: s.State == survey.Live, Made: st.made, Problems: st.problems,
		Order:      ui.Field{ID: "order", Label: w.T("invite.order"), Note: w.T("ui.optional"), Value: f.Order, Error: at("order"), Autocomplete: "off"},
		Email:      ui.Field{ID: "email", Label: w.T("invite.email"), Note: w.T("ui.optional"), Type: "email", Value: f.Email, Error: at("email"), Autocomplete: "off"},
		Customer:   ui.Field{ID: "name", Label: w.T("invite.name"), Note: w.T("ui.optional"), Value: f.Name, Error: at("name"), Autocomplete: "off"},
		Touchpoint: ui.Field{ID: "touchpoint", Label: w.T("links.touchpoint")}, Touchpoints: touchpointOptions(r, tps, f.Touchpoint, w.T("links.from_survey")),
		Language: ui.Field{ID: "language", Label: w.T("links.language"), Error: at("language")}, Languages: linkLanguages(r, s, f.Language),
		Days:     ui.Field{ID: "days", Label: w.T("invite.days"), Value: f.Days, InputMode: "numeric", Short: true, Error: at("days")},
		File:     ui.Field{ID: "file", Label: w.T("invite.file"), Hint: w.T("invite.many.hint"), Type: "file", Accept: ".csv,text/csv", Error: at("file")},
		FileDays: ui.Field{ID: "file_days", Name: "days", Label: w.T("invite.days"), Value: st.fileDays, InputMode: "numeric", Short: true, Error: at("file_days")},
	}
	if err := b.invitationList(r, &p, s, tps); err != nil {
		return err
	}
	frame := r.shell(w.T("invite.title"), "/surveys")
	frame.Problems = st.problems
	return b.s.render(r, st.status, templates.Invitations(frame, p))
}

// invitationList puts one page of the links made on the page, the newest first.
func (b *builder) invitationList(r *Request, p *templates.InvitationsPage, s survey.Survey, tps []survey.Touchpoint) error {
	ctx := r.HTTP().Context()
	before, _ := strconv.ParseInt(r.Query("before"), 10, 64)
	list, err := b.store.Invitations(ctx, s.ID, survey.ID(max(before, 0)), invitationsAPage+1)
	if err != nil {
		return err
	}
	if len(list) > invitationsAPage {
		list = list[:invitationsAPage]
		p.Older = p.Path + "/invitations?before=" + list[len(list)-1].ID.String()
	}
	if before > 0 {
		p.Newest = p.Path + "/invitations"
	}
	sh, err := b.shop(ctx)
	if err != nil {
		return err
	}
	var ids []survey.ID
	for _, v := range list {
		if v.ContactID != 0 {
			ids = append(ids, v.ContactID)
		}
	}
	contacts, err := b.store.Contacts(ctx, ids)
	if err != nil {
		return err
	}
	emails := map[survey.ID]string{}
	for _, c := range contacts {
		emails[c.ID] = c.Email
	}
	w, now := r.Words, b.s.deps.Now()
	for _, v := range list {
		row := templates.InvitationRow{
			Made: w.DateTime(v.CreatedAt, sh.zone), Order: v.OrderRef, Email: emails[v.ContactID], Touchpoint: touchpointName(r, tps, v.Touchpoint),
			Until: w.DateYear(v.ExpiresAt.In(sh.zone).Date()), Revoke: p.Path + "/invitations/" + v.ID.String() + "/revoke",
		}
		if !v.OpenedAt.IsZero() {
			row.Opened = w.DateTime(v.OpenedAt, sh.zone)
		}
		switch {
		case v.Revoked:
			row.State, row.Revoke = w.T("invite.revoked"), ""
		case !now.Before(v.ExpiresAt):
			row.State, row.Revoke = w.T("invite.expired"), ""
		case v.State == survey.TestState:
			row.State = w.T("mail.kind.test")
		case v.SentAt.IsZero() && v.State != survey.LinkState: // nobody was given it
			row.State, row.Until, row.Revoke = decisionText(w, asking.Decision(v.State)), "–", ""
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// invite makes one personal link and shows it once, on this page.
func (b *builder) invite(r *Request) error {
	var f inviteForm
	if err := r.decode(&f); err != nil {
		return err
	}
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	tps, err := b.store.Touchpoints(r.HTTP().Context())
	if err != nil {
		return err
	}
	if !hasTouchpoint(tps, f.Touchpoint) {
		return errBadForm
	}
	ask := survey.Ask{OrderRef: f.Order, Touchpoint: f.Touchpoint, Language: f.Language, Email: f.Email, Name: f.Name}
	problems := fieldProblems(r, ask.Check(s.Settings.Languages))
	erased, err := b.erased(r, []survey.Ask{ask})
	if err != nil {
		return err
	}
	if erased[people.FoldAddress(ask.Email)] {
		problems = append(problems, ui.Problem{Field: "email", Text: r.Words.T("contacts.refused.erased")})
	}
	days := wholeNumber(strings.TrimSpace(f.Days))
	if days < 1 || days > survey.MaxInvitationDays {
		problems = append(problems, ui.Problem{Field: "days", Text: r.Words.T("invite.error.days", "max", survey.MaxInvitationDays)})
	}
	if len(problems) > 0 {
		return b.invitationPage(r, s, inviteState{form: f, fileDays: standardDays, problems: problems, status: http.StatusUnprocessableEntity})
	}
	var made []survey.Invited
	err = b.audited(r, "survey.invitation_create", surveyObject(s.ID), func(ctx context.Context) (err error) {
		made, err = b.inviter.Invite(ctx, s, []survey.Ask{ask}, days)
		return err
	})
	if err != nil {
		return err
	}
	return b.invitationPage(r, s, inviteState{form: inviteForm{Days: f.Days}, fileDays: standardDays, made: r.Base() + "/s/" + made[0].Token, status: http.StatusOK})
}

// erased tells which of those to be asked asked themselves to be forgotten, by people.FoldAddress.
func (b *builder) erased(r *Request, asks []survey.Ask) (map[string]bool, error) {
	if b.s.deps.Contacts == nil {
		return nil, nil
	}
	var addresses []string
	for _, a := range asks {
		if a.Email != "" {
			addresses = append(addresses, a.Email)
		}
	}
	if len(addresses) == 0 {
		return nil, nil
	}
	return b.s.deps.Contacts.Intake.Erased(r.HTTP().Context(), addresses)
}

// revoke makes a personal link lead nowhere.
func (b *builder) revoke(r *Request) error {
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	id, err := r.id("invitation")
	if err != nil {
		return err
	}
	list, err := b.store.Invitations(r.HTTP().Context(), s.ID, survey.ID(id+1), 1)
	if err != nil {
		return err
	}
	if len(list) == 0 || list[0].ID != survey.ID(id) {
		return errNotFound
	}
	err = b.audited(r, "survey.invitation_revoke", surveyObject(s.ID), func(ctx context.Context) error { return b.store.RevokeInvitation(ctx, survey.ID(id)) })
	if err != nil {
		return err
	}
	return r.done(surveyPath(s.ID)+"/invitations", "flash.invitation_revoked")
}
