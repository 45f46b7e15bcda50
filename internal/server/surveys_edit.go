package server

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// editForm is the builder's form. Texts are those of one language, In; the other languages' stay as they are stored.
type editForm struct {
	Revision        int64             `form:"revision"`
	In              string            `form:"in"`
	Do              string            `form:"do"`
	Name            string            `form:"name"`
	Languages       []string          `form:"languages"`
	DefaultLanguage string            `form:"default_language"`
	Touchpoint      int64             `form:"touchpoint"`
	AllowTouchpoint bool              `form:"allow_touchpoint"`
	AllowOrder      bool              `form:"allow_order"`
	Anonymous       bool              `form:"anonymous"`
	RetentionDays   string            `form:"retention_days"`
	Opens           string            `form:"opens"`
	Closes          string            `form:"closes"`
	Texts           map[string]string `form:"t.*"`
	Schemes         map[string]string `form:"scheme.*"`
	CantSay         map[string]string `form:"cant_say.*"`
	AskComment      bool              `form:"ask_comment"`
	Neutral         bool              `form:"neutral"`
	AskContact      bool              `form:"ask_contact"`
	ReviewURL       string            `form:"review_url"`
	ReviewSite      string            `form:"review_site"`
	Kind            string            `form:"kind"` // of the question to add
}

// editState is what the builder's page shows: a survey as stored or as typed, in one language of texts.
type editState struct {
	s             survey.Survey
	sh            shop
	in            string
	revision      int64
	opens, closes string // as typed
	retention     string // as typed
	problems      survey.Problems
	conflict      bool
	left          string // typed texts whose question is gone
	status        int
}

// localTime is how browsers write a date and a time of day, in no zone.
const localTime = "2006-01-02T15:04"

func (b *builder) edit(r *Request) error {
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	if s.State == survey.Archived {
		return r.redirect(surveyPath(s.ID))
	}
	sh, err := b.shop(r.HTTP().Context())
	if err != nil {
		return err
	}
	st := editState{
		s: s, sh: sh, in: r.Query("in"), revision: s.Revision, opens: localText(s.OpensAt, sh.zone), closes: localText(s.ClosesAt, sh.zone), status: http.StatusOK,
	}
	if s.Settings.RetentionDays != 0 {
		st.retention = strconv.Itoa(s.Settings.RetentionDays)
	}
	if r.Query("check") != "" {
		st.problems, st.in = s.CheckPublish(b.s.deps.Now()), s.Settings.DefaultLanguage
		if len(st.problems) > 0 {
			st.status = http.StatusUnprocessableEntity
		}
	}
	return b.editPage(r, st)
}

func localText(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(localTime)
}

// parseLocal reads a date and time of the shop's zone, as a browser's control or a person writes it. Empty is no time.
func parseLocal(text string, zone *time.Location) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{localTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// retyped reads a time as parseLocal does. What nobody changed stays as it was to the second, and on its side of a clock change.
func retyped(text string, stored time.Time, zone *time.Location) (time.Time, bool) {
	if strings.TrimSpace(text) == localText(stored, zone) {
		return stored, true
	}
	return parseLocal(text, zone)
}

// save stores what was typed whatever button was pressed, so that nothing typed is lost, and then does what the button says. What a live survey cannot be
// published with stays on the page only: its dates and languages hold as soon as they are stored.
func (b *builder) save(r *Request) error {
	var f editForm
	if err := r.decode(&f); err != nil {
		return err
	}
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	sh, err := b.shop(ctx)
	if err != nil {
		return err
	}
	tps, err := b.store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	if !hasTouchpoint(tps, f.Touchpoint) || !slices.Contains(words.Languages(), f.In) {
		return errBadForm
	}
	edit, left, problems := f.edit(s, sh.zone)
	anchor := ""
	if edit.Edited, anchor, err = f.structure(edit.Edited, s.Settings.Languages); err != nil {
		return err
	}
	typed := edit.Apply(s)
	if len(problems) == 0 {
		err = b.audited(r, "survey.save", surveyObject(s.ID), func(ctx context.Context) (err error) {
			typed, err = b.editor.Save(ctx, s.ID, edit)
			return err
		})
	}
	st := editState{s: typed, sh: sh, in: f.In, revision: s.Revision, opens: f.Opens, closes: f.Closes, retention: f.RetentionDays, left: left, status: http.StatusUnprocessableEntity}
	found, invalid := asProblems(err)
	switch {
	case len(problems) > 0 || invalid:
		st.problems = append(problems, found...)
		return b.editPage(r, st)
	case errors.Is(err, survey.ErrStale):
		st.conflict, st.status = true, http.StatusConflict
		return b.editPage(r, st)
	case err != nil:
		return err
	}
	return b.afterSave(r, f, typed, anchor)
}

// afterSave goes where the button leads.
func (b *builder) afterSave(r *Request, f editForm, s survey.Survey, anchor string) error {
	in := f.In
	if lang, ok := strings.CutPrefix(f.Do, "in:"); ok && slices.Contains(words.Languages(), lang) {
		in = lang
	}
	if f.Do == "publish" {
		return b.publishNow(r, s, s.Revision, false)
	}
	to := surveyPath(s.ID) + "/edit?in=" + in
	if anchor != "" {
		return r.redirect(to + "#" + anchor)
	}
	if in != f.In {
		return r.redirect(to + "#texts")
	}
	return r.done(to, "flash.survey_saved")
}

// edit is the survey's edit that the form describes, with typed texts that have no place any more, and problems of what is no date or no number.
func (f editForm) edit(s survey.Survey, zone *time.Location) (e survey.Edit, left string, problems survey.Problems) {
	d, lost := s.Edited.WithTexts(f.In, f.Texts)
	for _, field := range slices.Sorted(maps.Keys(lost)) {
		if lost[field] != "" {
			left += lost[field] + "\n"
		}
	}
	d.Questions = slices.Clone(d.Questions)
	for i, q := range d.Questions {
		no := strconv.Itoa(q.No)
		if scheme, ok := f.Schemes[no]; ok && scheme != string(q.Scheme) && q.Kind == survey.Rating {
			q = q.Rescale(say, s.Settings.Languages, scoring.Scheme(scheme))
		}
		q.CantSay = f.CantSay[no] != ""
		d.Questions[i] = q
	}
	d.AskComment, d.NeutralPrompt, d.AskContact, d.ReviewURL, d.ReviewSite = f.AskComment, f.Neutral, f.AskContact, f.ReviewURL, f.ReviewSite
	settings := survey.Settings{
		Languages: offeredLanguages(f.Languages), DefaultLanguage: f.DefaultLanguage, Touchpoint: f.Touchpoint,
		AllowTouchpoint: f.AllowTouchpoint, AllowOrder: f.AllowOrder, Anonymous: f.Anonymous,
	}
	if days := strings.TrimSpace(f.RetentionDays); days != "" {
		if settings.RetentionDays = wholeNumber(days); settings.RetentionDays < 0 {
			settings.RetentionDays = s.Settings.RetentionDays
			problems = append(problems, survey.Problem{Field: "retention_days", Key: "edit.error.retention"})
		}
	}
	for _, lang := range settings.Languages {
		if !slices.Contains(s.Settings.Languages, lang) {
			d = d.Fill(lang, survey.Phrases(say, words.Languages()))
		}
	}
	e = survey.Edit{Revision: f.Revision, Name: f.Name, Settings: settings, Edited: d, Publish: f.Do == "publish"}
	var ok bool
	if e.OpensAt, ok = retyped(f.Opens, s.OpensAt, zone); !ok {
		problems = append(problems, survey.Problem{Field: "opens", Key: "edit.error.date"})
	}
	if e.ClosesAt, ok = retyped(f.Closes, s.ClosesAt, zone); !ok {
		problems = append(problems, survey.Problem{Field: "closes", Key: "edit.error.date"})
	}
	return e, left, problems
}

// structure does what a button says about questions: add, remove:2, up:2, down:2, option:2 (adds one), drop:2:1. anchor is where the page should be then.
func (f editForm) structure(d survey.Definition, langs []string) (out survey.Definition, anchor string, err error) {
	do, rest, _ := strings.Cut(f.Do, ":")
	first, second, _ := strings.Cut(rest, ":")
	no, _ := strconv.Atoi(first)
	i, _ := strconv.Atoi(second)
	anchor = "question-" + first
	switch do {
	case "add":
		q, ok := newQuestion(f.Kind, d, langs)
		if !ok {
			return d, "", errBadForm
		}
		d = d.WithQuestion(q)
		return d, "question-" + strconv.Itoa(d.Questions[len(d.Questions)-1].No), nil
	case "remove":
		return d.WithoutQuestion(no), "questions", nil
	case "up":
		return d.Moved(no, -1), anchor, nil
	case "down":
		return d.Moved(no, 1), anchor, nil
	case "option":
		return d.WithOption(no), anchor, nil
	case "drop":
		return d.WithoutOption(no, i), anchor, nil
	case "save", "publish", "in", "":
		return d, "", nil
	}
	return d, "", errBadForm
}

// newQuestion is an empty question of a kind, or one about an aspect, on the scale that the survey's aspects have.
func newQuestion(kind string, d survey.Definition, langs []string) (survey.Question, bool) {
	scheme := scoring.CSAT5
	for _, q := range d.Questions {
		if def, ok := q.Scheme.Def(); ok && def.Kind == scoring.KindCSAT {
			scheme = q.Scheme
		}
	}
	if aspect, ok := strings.CutPrefix(kind, "aspect:"); ok {
		if !slices.Contains(survey.Aspects(), aspect) {
			return survey.Question{}, false
		}
		return survey.AspectQuestion(say, langs, scheme, aspect), true
	}
	switch k := survey.QuestionKind(kind); k {
	case survey.Rating:
		return survey.Question{Kind: k, CantSay: true}.Rescale(say, langs, scheme), true
	case survey.Open:
		return survey.Question{Kind: k}, true
	case survey.Single, survey.Multiple:
		return survey.Question{Kind: k, Options: make([]survey.Text, 3)}, true
	}
	return survey.Question{}, false
}

// problemsOf are the page's problems, each with the place of its text; those of a text in another language than the one shown lead to the list of languages.
func (st editState) problemsOf(r *Request) ui.Problems {
	ps := fieldProblems(r, st.problems)
	for i, p := range st.problems {
		if place := st.place(r, p.Field); place != "" {
			ps[i].Text = place + ": " + ps[i].Text
		}
		dot := strings.LastIndexByte(p.Field, '.')
		if lang := p.Field[dot+1:]; dot > 0 && slices.Contains(words.Languages(), lang) && lang != st.in {
			ps[i] = ui.Problem{Field: "texts", Text: say(lang, "lang.name") + ", " + ps[i].Text}
		}
	}
	return ps
}

// place names the text of a field as the page does: "Question 2, Answer 1". It is empty for what has a name of its own.
func (st editState) place(r *Request, field string) string {
	parts := strings.Split(field, ".")
	switch {
	case parts[0] == "prompt":
		return r.Words.T("edit.part.comment")
	case parts[0] == "thanks":
		return r.Words.T("edit.part.thanks")
	case parts[0] != "q" || len(parts) < 3:
		return ""
	}
	no, _ := strconv.Atoi(parts[1])
	at := slices.IndexFunc(st.s.Edited.Questions, func(q survey.Question) bool { return q.No == no })
	place := r.Words.T("edit.question", "n", at+1)
	if key := "edit.question." + parts[2]; len(parts) == 5 && r.Words.Has(key) {
		n, _ := strconv.Atoi(parts[3])
		place += ", " + r.Words.T(key, "n", n)
	}
	return place
}
