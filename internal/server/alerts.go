package server

import (
	"context"
	"net/http"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/telling"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// ChoiceStore keeps what users want to be told.
type ChoiceStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	Users(ctx context.Context) ([]account.User, error)
	Choices(ctx context.Context) (map[int64]telling.Choice, error)
	SaveChoice(ctx context.Context, c telling.Choice) error
}

// AlertsDeps is what the pages of alerts work with.
type AlertsDeps struct{ Store ChoiceStore }

type alerts struct {
	*AlertsDeps
	s *Server
}

const alertsPath = "/alerts"

// choiceForm is what one user's part of a form sends. The own one has no number.
type choiceForm struct {
	Cases  map[string]string `form:"cases.*"`
	Digest map[string]string `form:"digest.*"`
}

// own is the number of the reader's own choice in a form.
const own = "me"

// saveOwn takes the reader's own choice.
func (h *alerts) saveOwn(r *Request) error {
	var f choiceForm
	if err := r.decode(&f); err != nil {
		return err
	}
	pace := telling.Pace(f.Cases[own])
	if !pace.Valid() {
		return h.s.renderProfile(r, http.StatusUnprocessableEntity, r.User.Name, r.User.Language, ui.Problems{{Field: "cases." + own, Text: r.Words.T("alerts.error")}})
	}
	c, err := h.choice(r.HTTP().Context(), r.User.ID)
	if err != nil {
		return err
	}
	if c.Cases = pace; r.User.Can(account.EditSurveys) {
		c.Digest = f.Digest[own] != ""
	}
	if err := h.save(r, []telling.Choice{c}); err != nil {
		return err
	}
	return r.done("/profile", "flash.saved")
}

func (h *alerts) choice(ctx context.Context, user int64) (telling.Choice, error) {
	all, err := h.Store.Choices(ctx)
	return telling.Staff{Choices: all}.Choice(user), err
}

// save stores choices with their lines in the audit log.
func (h *alerts) save(r *Request, all []telling.Choice) error {
	return h.Store.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		for _, c := range all {
			if err := h.Store.SaveChoice(ctx, c); err != nil {
				return err
			}
			e := account.Entry{
				ActorID: r.User.ID, Actor: r.User.Email, Action: "user.alerts", Object: "user:" + strconv.FormatInt(c.User, 10),
				Detail: map[string]string{"cases": string(c.Cases), "digest": strconv.FormatBool(c.Digest)},
			}
			if err := h.s.deps.Accounts.Record(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// page shows managers what everybody is told.
func (h *alerts) page(r *Request) error { return h.show(r, http.StatusOK, nil) }

func (h *alerts) show(r *Request, status int, ps ui.Problems) error {
	ctx := r.HTTP().Context()
	users, err := h.Store.Users(ctx)
	if err != nil {
		return err
	}
	choices, err := h.Store.Choices(ctx)
	if err != nil {
		return err
	}
	p := templates.Alerts{S: r.shell(r.Words.T("alerts.others"), "/profile")}
	p.S.Problems = ps
	staff := telling.Staff{Choices: choices}
	for _, u := range users {
		if !u.Disabled {
			p.Rows = append(p.Rows, alertRow(r.Words, strconv.FormatInt(u.ID, 10), u, staff.Choice(u.ID)))
		}
	}
	return h.s.render(r, status, templates.AlertsPage(p))
}

func alertRow(w *words.Words, number string, u account.User, c telling.Choice) templates.AlertRow {
	row := templates.AlertRow{N: number, Name: u.Name, Role: roleName(w, u.Role), Digest: c.Digest, MayDigest: u.Role.Can(account.EditSurveys)}
	for _, pace := range telling.Paces() {
		o := ui.Option{Value: string(pace), Label: w.T("alerts." + string(pace)), Selected: pace == c.Cases}
		if key := "alerts.hint." + string(pace); w.Has(key) {
			o.Hint = w.T(key)
		}
		row.Paces = append(row.Paces, o)
	}
	return row
}

// saveAll takes what managers set for others. Only what differs is written.
func (h *alerts) saveAll(r *Request) error {
	var f choiceForm
	if err := r.decode(&f); err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	users, err := h.Store.Users(ctx)
	if err != nil {
		return err
	}
	before, err := h.Store.Choices(ctx)
	if err != nil {
		return err
	}
	var changed []telling.Choice
	for _, u := range users {
		n := strconv.FormatInt(u.ID, 10)
		text, ok := f.Cases[n]
		if !ok {
			continue
		}
		was := telling.Staff{Choices: before}.Choice(u.ID)
		c := was
		if c.Cases = telling.Pace(text); !c.Cases.Valid() {
			return h.show(r, http.StatusUnprocessableEntity, ui.Problems{{Field: "cases." + n, Text: r.Words.T("alerts.error")}})
		}
		if u.Role.Can(account.EditSurveys) {
			c.Digest = f.Digest[n] != ""
		}
		if c != was {
			changed = append(changed, c)
		}
	}
	if err := h.save(r, changed); err != nil {
		return err
	}
	return r.done(alertsPath, "flash.saved")
}

// alertsIn are the reader's own alerts on their profile; nil where nobody is told anything.
func (s *Server) alertsIn(r *Request) (*templates.AlertRow, error) {
	if s.deps.Alerts == nil {
		return nil, nil
	}
	c, err := (&alerts{s.deps.Alerts, s}).choice(r.HTTP().Context(), r.User.ID)
	if err != nil {
		return nil, err
	}
	row := alertRow(r.Words, own, *r.User, c)
	return &row, nil
}
