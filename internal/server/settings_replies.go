package server

import (
	"context"
	"net/http"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// TemplateStore keeps the texts that replies begin with.
type TemplateStore interface {
	InTx(ctx context.Context, do func(context.Context) error) error
	ReplyTemplates(ctx context.Context) ([]followup.Template, error)
	SaveReplyTemplates(ctx context.Context, all []followup.Template) error
}

// templatesForm is the list of templates: by id, and by id and language. Id 0 is a new one.
type templatesForm struct {
	Names map[string]string `form:"name.*"`
	Texts map[string]string `form:"text.*"` // id.language
	Gone  map[string]string `form:"gone.*"`
}

// read puts what was typed into the templates that are there, with a new one at the end.
func (f templatesForm) read(stored []followup.Template, w *words.Words) (typed []followup.Template) {
	for _, t := range append(stored, followup.Template{}) {
		key := strconv.FormatInt(t.ID, 10)
		if f.Gone[key] != "" {
			continue
		}
		names := survey.Text{}
		for lang, name := range t.Names {
			names[lang] = name
		}
		names[w.Lang()] = truncate(survey.Line(f.Names[key]), followup.MaxTemplateName)
		t.Names, t.Texts = names, survey.Text{}
		for _, lang := range words.Languages() {
			t.Texts[lang] = f.Texts[key+"."+lang]
		}
		typed = append(typed, t)
	}
	return typed
}

const templatesPath = "/settings/replies"

func (h *replies) templates(r *Request) error {
	all, err := h.Templates.ReplyTemplates(r.HTTP().Context())
	if err != nil {
		return err
	}
	return h.showTemplates(r, http.StatusOK, all, nil)
}

func (h *replies) saveTemplates(r *Request) error {
	var f templatesForm
	if err := r.decode(&f); err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	stored, err := h.Templates.ReplyTemplates(ctx)
	if err != nil {
		return err
	}
	all, found := followup.CheckTemplates(f.read(stored, r.Words), r.Words.Lang())
	var ps ui.Problems
	for _, p := range found {
		ps = append(ps, ui.Problem{Field: p.Field, Text: r.Words.T(p.Key, "max", maxOf(p.Key))})
	}
	if len(ps) > 0 {
		return h.showTemplates(r, http.StatusUnprocessableEntity, all, ps)
	}
	err = h.Templates.InTx(ctx, func(ctx context.Context) error {
		if err := h.Templates.SaveReplyTemplates(ctx, all); err != nil {
			return err
		}
		return h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: "settings.replies"})
	})
	if err != nil {
		return err
	}
	return r.done(templatesPath, "flash.saved")
}

// maxOf is the bound that a problem speaks of.
func maxOf(key string) int {
	if key == "replies.error.many" {
		return followup.MaxTemplates
	}
	return followup.MaxReply
}

func (h *replies) showTemplates(r *Request, status int, all []followup.Template, ps ui.Problems) error {
	sh := r.shell(r.Words.T("replies.title"), "/settings")
	sh.Problems = ps
	p := templates.ReplyTemplates{S: sh, Tabs: r.settingsTabs(templatesPath)}
	if len(all) == 0 || all[len(all)-1].ID != 0 {
		all = append(all, followup.Template{})
	}
	for _, t := range all {
		p.Rows = append(p.Rows, templates.TemplateRow{ID: strconv.FormatInt(t.ID, 10), Name: t.Name(r.Words.Lang()), Texts: t.Texts})
	}
	return h.s.render(r, status, templates.ReplyTemplatesPage(p))
}

// offered lists the templates that have a text in the customer's language.
func (h *replies) offered(r *Request, lang string) (options []ui.Option, err error) {
	all, err := h.Templates.ReplyTemplates(r.HTTP().Context())
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.Texts[lang] != "" {
			options = append(options, ui.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Name(r.Words.Lang())})
		}
	}
	return options, nil
}

// insert adds a template, filled for the customer, to a text. One that is not there adds nothing.
func (h *replies) insert(r *Request, c followup.Case, text, template string) (string, error) {
	ctx := r.HTTP().Context()
	all, err := h.Templates.ReplyTemplates(ctx)
	if err != nil {
		return text, err
	}
	for _, t := range all {
		if strconv.FormatInt(t.ID, 10) != template {
			continue
		}
		v, err := h.values(r, c)
		if err != nil {
			return text, err
		}
		filled := t.Filled(words.For(c.Language).Lang(), v)
		if text = survey.Clean(text); text != "" && filled != "" {
			text += "\n\n"
		}
		return text + filled, nil
	}
	return text, nil
}

// values are what stands for {name}, {order} and {company} to a customer.
func (h *replies) values(r *Request, c followup.Case) (v followup.Values, err error) {
	ctx := r.HTTP().Context()
	to, _, err := h.Replies.To(ctx, c)
	if err != nil {
		return v, err
	}
	answer, err := h.answer(ctx, c)
	if err != nil {
		return v, err
	}
	own, err := h.s.deps.Accounts.Settings(ctx)
	return followup.Values{Name: to.Name, Order: answer.OrderRef, Company: own.Company}, err
}
