package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// ReplyStore is what the form of replies reads.
type ReplyStore interface {
	Case(ctx context.Context, id survey.ID) (followup.Case, error)
	CaseLog(ctx context.Context, id survey.ID, limit int) ([]followup.Entry, error)
	CaseReasons(ctx context.Context) ([]followup.Reason, error)
	Response(ctx context.Context, id survey.ID) (survey.Response, error)
	Users(ctx context.Context) ([]account.User, error)
}

// Replier sends mails to the customers of cases.
type Replier interface {
	Send(ctx context.Context, by int64, id survey.ID, version int64, r followup.Reply) (followup.Case, survey.ID, error)
	Undo(ctx context.Context, by int64, id, mail survey.ID) (text string, err error)
	To(ctx context.Context, c followup.Case) (to survey.Contact, why string, err error)
	Pending(ctx context.Context, c followup.Case) ([]followup.Pending, error)
}

// RepliesDeps is what the form of replies works with.
type RepliesDeps struct {
	Store     ReplyStore
	Replies   Replier
	Templates TemplateStore
	Zone      func() *time.Location
}

type replies struct {
	*RepliesDeps
	s *Server
}

// casePath is the page of a case.
func casePath(id survey.ID) string { return "/inbox/" + id.String() }

// typedReply is what the form sends.
type typedReply struct {
	Version  string `form:"version"`
	Text     string `form:"text"`
	Template string `form:"template"`
	Reason   string `form:"reason"`
	Do       string `form:"do"`
}

// pane fills the form of a case, with the text that it begins with.
func (h *replies) pane(r *Request, c followup.Case, text string) (templates.ReplyPane, error) {
	ctx, w := r.HTTP().Context(), r.Words
	p := templates.ReplyPane{W: w, Action: casePath(c.ID) + "/reply", Draft: casePath(c.ID) + "/draft", Version: strconv.FormatInt(c.Version, 10), Language: words.For(c.Language).Lang(), Text: text}
	to, why, err := h.Replies.To(ctx, c)
	if err != nil {
		return p, err
	}
	if p.Pending, err = h.pending(r, c); err != nil {
		return p, err
	}
	if why != "" {
		p.Against = w.T("reply.against." + why)
		return p, nil
	}
	answer, err := h.answer(ctx, c)
	if err != nil {
		return p, err
	}
	if p.Templates, err = h.offered(r, p.Language); err != nil {
		return p, err
	}
	p.To, p.Subject = masked(to.Email), replySubject(c.Language, answer.OrderRef)
	reasons, err := h.Store.CaseReasons(ctx)
	if err != nil {
		return p, err
	}
	p.Reasons = []ui.Option{{Label: w.T("reply.reason.choose")}}
	for _, one := range reasons {
		if !one.Archived && one.ID != followup.AnswerChanged {
			p.Reasons = append(p.Reasons, ui.Option{Value: strconv.FormatInt(one.ID, 10), Label: one.Names.In(w.Lang(), "en")})
		}
	}
	return p, nil
}

// answer reads the newest answer of a case; an empty one where it is gone.
func (h *replies) answer(ctx context.Context, c followup.Case) (survey.Response, error) {
	answer, err := h.Store.Response(ctx, c.ResponseID)
	if errors.Is(err, survey.ErrNotFound) {
		err = nil
	}
	return answer, err
}

// form has the form by itself, with the template that the address names.
func (h *replies) form(r *Request) error {
	c, err := h.open(r)
	if err != nil {
		return err
	}
	text, err := h.insert(r, c, "", r.Query("template"))
	if err != nil {
		return err
	}
	return h.show(r, http.StatusOK, c, text, nil, "")
}

// replySubject is in the customer's language.
func replySubject(lang, order string) string {
	w := words.For(lang)
	if order == "" {
		return w.T("email.reply_subject_plain")
	}
	return w.T("email.reply_subject", "order", order)
}

func (h *replies) pending(r *Request, c followup.Case) (rows []templates.PendingReply, err error) {
	all, err := h.Replies.Pending(r.HTTP().Context(), c)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	users, err := h.Store.Users(r.HTTP().Context())
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		row := templates.PendingReply{
			Says: r.Words.T("reply.state."+string(one.State), "name", userName(r.Words, users, one.By)), Language: words.For(one.Language).Lang(), Text: one.Text,
		}
		if one.MayUndo() {
			row.Undo = casePath(c.ID) + "/reply/" + one.MailID.String() + "/undo"
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func userName(w *words.Words, users []account.User, id int64) string {
	for _, u := range users {
		if u.ID == id {
			return u.Name
		}
	}
	return w.T("reply.somebody")
}

// open reads the case that the path names.
func (h *replies) open(r *Request) (followup.Case, error) {
	id, err := r.id("id")
	if err != nil {
		return followup.Case{}, err
	}
	c, err := h.Store.Case(r.HTTP().Context(), survey.ID(id))
	return c, missing(err)
}

// send has a reply go out, or gives the form back.
func (h *replies) send(r *Request) error {
	var f typedReply
	if err := r.decode(&f); err != nil {
		return err
	}
	c, err := h.open(r)
	if err != nil {
		return err
	}
	if f.Do == "insert" {
		text, err := h.insert(r, c, f.Text, f.Template)
		if err != nil {
			return err
		}
		return h.show(r, http.StatusOK, c, text, nil, "")
	}
	reply := followup.Reply{Text: f.Text, Language: words.For(c.Language).Lang(), Status: followup.Waiting}
	if f.Do == "resolve" {
		reply.Status, reply.Reason = followup.Resolved, int64(number(f.Reason))
	}
	if err := h.write(r, c, &reply); err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Version, 10, 64)
	_, _, err = h.Replies.Send(r.HTTP().Context(), r.User.ID, c.ID, max(version, 1), reply)
	switch {
	case errors.Is(err, survey.ErrStale):
		return h.conflict(r, c, f.Text)
	case errors.Is(err, followup.ErrEmpty):
		return h.back(r, c, f.Text, "reply-text", "reply.error.empty")
	case errors.Is(err, followup.ErrLong):
		return h.back(r, c, f.Text, "reply-text", "reply.error.long")
	case errors.Is(err, followup.ErrReason):
		return h.back(r, c, f.Text, "reply-reason", "reply.error.reason")
	case errors.Is(err, followup.ErrNoReply):
		return h.show(r, http.StatusConflict, c, f.Text, nil, "")
	case err != nil:
		return missing(err)
	}
	if in := h.s.deps.Inbox; in != nil {
		if err := in.Together.Drop(r.HTTP().Context(), c.ID, r.User.ID, followup.DraftReply); err != nil {
			return err
		}
	}
	return r.done(casePath(c.ID), "flash.reply_queued")
}

// write adds to a reply what it is about: the subject, and the customer's words under it.
func (h *replies) write(r *Request, c followup.Case, reply *followup.Reply) error {
	answer, err := h.answer(r.HTTP().Context(), c)
	if err != nil {
		return err
	}
	reply.Subject = replySubject(c.Language, answer.OrderRef)
	if answer.Comment == "" {
		return nil
	}
	w := words.For(c.Language)
	y, m, d := answer.AnsweredAt.In(h.Zone()).Date()
	reply.Quote = w.T("email.reply_quote", "date", w.DateYear(y, m, d)) + "\n> " + strings.ReplaceAll(answer.Comment, "\n", "\n> ")
	return nil
}

// conflict gives the text back to who was slower, beside what has changed.
func (h *replies) conflict(r *Request, c followup.Case, text string) error {
	ctx := r.HTTP().Context()
	users, err := h.Store.Users(ctx)
	if err != nil {
		return err
	}
	lines, err := h.Store.CaseLog(ctx, c.ID, 1)
	if err != nil {
		return err
	}
	name := r.Words.T("reply.somebody")
	if len(lines) > 0 {
		name = userName(r.Words, users, lines[0].UserID)
	}
	return h.show(r, http.StatusConflict, c, text, nil, r.Words.T("case.conflict", "name", name))
}

func (h *replies) back(r *Request, c followup.Case, text, field, key string) error {
	return h.show(r, http.StatusUnprocessableEntity, c, text, ui.Problems{{Field: field, Text: r.Words.T(key, "max", followup.MaxReply)}}, "")
}

// show has the form by itself.
func (h *replies) show(r *Request, status int, c followup.Case, text string, ps ui.Problems, notice string) error {
	p := templates.ReplyPage{S: r.shell(r.Words.T("reply.title"), "/inbox"), Heading: r.Words.T("reply.title"), Back: casePath(c.ID), Notice: notice}
	var err error
	if p.Pane, err = h.pane(r, c, text); err != nil {
		return err
	}
	p.S.Problems, p.Pane.Problems = ps, ps
	return h.s.render(r, status, templates.Reply(p))
}

// undo takes a reply back, and gives its text to go on with.
func (h *replies) undo(r *Request) error {
	var none struct{}
	if err := r.decode(&none); err != nil {
		return err
	}
	c, err := h.open(r)
	if err != nil {
		return err
	}
	mail, err := r.id("mail")
	if err != nil {
		return err
	}
	text, err := h.Replies.Undo(r.HTTP().Context(), r.User.ID, c.ID, survey.ID(mail))
	if errors.Is(err, followup.ErrTooLate) {
		return r.done(casePath(c.ID), "flash.reply_too_late")
	}
	if err != nil {
		return missing(err)
	}
	if c, err = h.open(r); err != nil {
		return err
	}
	return h.show(r, http.StatusOK, c, text, nil, r.Words.T("reply.undone"))
}
