package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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
	s  *Server
	in *inbox // the page that has the form
}

// casePath is the page of a case.
func casePath(id survey.ID) string { return "/inbox/" + id.String() }

// typedReply is what the form sends.
type typedReply struct {
	saw
	Text     string `form:"text"`
	Template string `form:"template"`
	Reason   string `form:"reason"`
	Do       string `form:"do"`
}

// pane fills the form of a case, with the text that it begins with.
func (h *replies) pane(r *Request, c followup.Case, text string) (templates.ReplyPane, error) {
	ctx, w := r.HTTP().Context(), r.Words
	p := templates.ReplyPane{W: w, Action: h.in.back(r, c.ID, "/reply"), Draft: casePath(c.ID) + "/draft", Version: strconv.FormatInt(c.Version, 10), Language: words.For(c.Language).Lang(), Text: text}
	to, why, err := h.Replies.To(ctx, c)
	if err != nil {
		return p, err
	}
	lines, err := h.Store.CaseLog(ctx, c.ID, 1)
	if err != nil {
		return p, err
	}
	for _, e := range lines {
		p.Seen = e.ID.String()
	}
	if template := r.Query("template"); text == "" && template != "" {
		if p.Text, err = h.insert(r, c, "", template); err != nil {
			return p, err
		}
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
		if one.Offered() {
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
			row.Undo = h.in.back(r, c.ID, "/reply/"+one.MailID.String()+"/undo")
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
	err := r.decode(&f)
	if err != nil && !(errors.Is(err, ErrTooLarge) && f.Text != "") {
		return err
	}
	c, openErr := h.open(r)
	if openErr != nil {
		return openErr
	}
	if err != nil {
		return h.refuse(r, http.StatusRequestEntityTooLarge, c, f.Text, "reply-text", "reply.error.long")
	}
	switch f.Do {
	case "insert":
		return h.insertInto(r, c, f)
	case "draft":
		return h.keep(r, c, f.Text)
	case "send", "resolve":
	default: // nothing goes to a customer that nobody asked to send
		return h.refuse(r, http.StatusUnprocessableEntity, c, f.Text, "reply-text", "reply.error.choice")
	}
	version, err := f.version()
	if err != nil {
		return h.refuse(r, http.StatusUnprocessableEntity, c, f.Text, "reply-text", "case.error.unread")
	}
	reply := followup.Reply{Text: f.Text, Language: words.For(c.Language).Lang(), Status: followup.Waiting}
	if f.Do == "resolve" {
		reply.Status, reply.Reason = followup.Resolved, int64(number(f.Reason))
	}
	if err := h.write(r, c, &reply); err != nil {
		return err
	}
	if _, _, err = h.Replies.Send(r.HTTP().Context(), r.User.ID, c.ID, version, reply); err != nil {
		return h.refused(r, c, f, err)
	}
	if err := h.in.Together.Drop(r.HTTP().Context(), c.ID, r.User.ID, followup.DraftReply); err != nil {
		return err
	}
	return r.done(h.in.back(r, c.ID, ""), "flash.reply_queued")
}

// refused says why a reply was not sent. Its text is never lost.
func (h *replies) refused(r *Request, c followup.Case, f typedReply, err error) error {
	switch {
	case errors.Is(err, survey.ErrStale):
		return h.conflict(r, c, f)
	case errors.Is(err, followup.ErrEmpty):
		return h.refuse(r, http.StatusUnprocessableEntity, c, f.Text, "reply-text", "reply.error.empty")
	case errors.Is(err, followup.ErrLong):
		return h.refuse(r, http.StatusUnprocessableEntity, c, f.Text, "reply-text", "reply.error.long")
	case errors.Is(err, followup.ErrReason):
		return h.refuse(r, http.StatusUnprocessableEntity, c, f.Text, "reply-reason", "reply.error.reason")
	case errors.Is(err, followup.ErrNoReply):
		return h.show(r, http.StatusConflict, c, f.Text)
	}
	return missing(err)
}

// insertInto gives the form back with a template at the end of the text.
func (h *replies) insertInto(r *Request, c followup.Case, f typedReply) error {
	text, err := h.insert(r, c, f.Text, f.Template)
	if err != nil {
		return err
	}
	return h.show(r, http.StatusOK, c, text)
}

// keep keeps what was typed for later.
func (h *replies) keep(r *Request, c followup.Case, text string) error {
	err := h.in.Together.Keep(r.HTTP().Context(), c.ID, r.User.ID, followup.DraftReply, text)
	if errors.Is(err, followup.ErrDraft) {
		return h.refuse(r, http.StatusUnprocessableEntity, c, text, "reply-text", "reply.error.long")
	}
	if err != nil {
		return err
	}
	return r.done(h.in.back(r, c.ID, ""), "flash.case_draft")
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
func (h *replies) conflict(r *Request, c followup.Case, f typedReply) error {
	pane, err := h.now(r, c, f.Text)
	if err != nil {
		return err
	}
	return h.in.conflict(r, f.seen(), func(v *templates.Case) { v.Reply = templates.CaseReply(pane) })
}

// now fills the form for the case as it is now.
func (h *replies) now(r *Request, c followup.Case, text string) (templates.ReplyPane, error) {
	c, err := h.Store.Case(r.HTTP().Context(), c.ID)
	if err != nil {
		return templates.ReplyPane{}, missing(err)
	}
	return h.pane(r, c, text)
}

func (h *replies) refuse(r *Request, status int, c followup.Case, text, field, key string) error {
	return h.show(r, status, c, text, ui.Problem{Field: field, Text: r.Words.T(key, "max", followup.MaxReply)})
}

// show has the page of the case with the text in the form.
func (h *replies) show(r *Request, status int, c followup.Case, text string, ps ...ui.Problem) error {
	pane, err := h.now(r, c, text)
	if err != nil {
		return err
	}
	pane.Problems = ps
	return h.in.refuseCase(r, status, func(v *templates.Case) { v.Reply = templates.CaseReply(pane) }, ps...)
}

// undo takes a reply back, and keeps its text as a draft.
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
	err = h.Templates.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		text, err := h.Replies.Undo(ctx, r.User.ID, c.ID, survey.ID(mail))
		if err != nil {
			return err
		}
		draft, err := h.in.Together.Draft(ctx, c.ID, r.User.ID, followup.DraftReply)
		if err != nil {
			return err
		}
		if whole := text + "\n\n" + draft; draft != "" && utf8.RuneCountInString(whole) <= followup.MaxNote {
			text = whole
		}
		return h.in.Together.Keep(ctx, c.ID, r.User.ID, followup.DraftReply, text)
	})
	if errors.Is(err, followup.ErrTooLate) {
		return r.done(h.in.back(r, c.ID, ""), "flash.reply_too_late")
	}
	if err != nil {
		return missing(err)
	}
	return r.done(h.in.back(r, c.ID, ""), "flash.reply_undone")
}
