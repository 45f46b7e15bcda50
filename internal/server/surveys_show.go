package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// show is the page of one survey: its state, its public links, its versions, and what can be done with it.
func (b *builder) show(r *Request) error {
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	return b.showWith(r, http.StatusOK, s, linkForm{}, nil)
}

func (b *builder) showWith(r *Request, status int, s survey.Survey, f linkForm, problems ui.Problems) error {
	ctx := r.HTTP().Context()
	sh, err := b.shop(ctx)
	if err != nil {
		return err
	}
	tps, err := b.store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	w := r.Words
	p := templates.SurveyOverview{
		W: w, Name: s.Name, Path: surveyPath(s.ID), State: stateWord(r, s, b.s.deps.Now()), MayEdit: r.User.Can(account.EditSurveys),
		Archived: s.State == survey.Archived, Draft: s.State == survey.Draft, Live: s.State == survey.Live,
		Takes:    s.TakesAnswers(b.s.deps.Now()),
		Revision: strconv.FormatInt(s.Revision, 10), Problems: problems,
	}
	p.Facts = []templates.Fact{
		{Name: w.T("edit.scale"), Value: schemeName(r, s.Edited)},
		{Name: w.T("edit.touchpoint"), Value: touchpointName(r, tps, s.Settings.Touchpoint)},
	}
	for _, lang := range s.Settings.Languages {
		p.Facts = append(p.Facts, templates.Fact{Name: say(lang, "lang.name"), Value: completeness(r, s.Edited, lang)})
	}
	for _, at := range []struct {
		key  string
		time time.Time
	}{{"edit.opens", s.OpensAt}, {"edit.closes", s.ClosesAt}} {
		if !at.time.IsZero() {
			p.Facts = append(p.Facts, templates.Fact{Name: w.T(at.key), Value: w.DateTime(at.time, sh.zone)})
		}
	}
	b.trialOf(r, &p, s, problems)
	if s.VersionID != 0 && b.s.has(http.MethodGet, "/dashboard") {
		p.Results = "/dashboard?survey=" + strconv.FormatInt(s.ID, 10)
	}
	if err := b.history(ctx, r, &p, s, sh); err != nil {
		return err
	}
	if err := b.linkList(r, &p, s, tps, f, problems); err != nil {
		return err
	}
	frame := r.shell(s.Name, "/surveys")
	frame.Problems = problems
	return b.s.render(r, status, templates.ShowSurvey(frame, p))
}

// completeness says how many texts of a language are written: "12 of 14".
func completeness(r *Request, d survey.Definition, lang string) string {
	written, all := d.Completeness(lang)
	return r.Words.T("edit.count", "written", written, "all", all)
}

// history lists the published versions, the newest first, and finds out whether the draft differs from the one that is asked now.
func (b *builder) history(ctx context.Context, r *Request, p *templates.SurveyOverview, s survey.Survey, sh shop) error {
	versions, err := b.store.Versions(ctx, s.ID)
	if err != nil {
		return err
	}
	w := r.Words
	for _, v := range versions {
		row := templates.VersionRow{
			Name: w.T("version.number", "n", v.Number), Path: surveyPath(s.ID) + "/preview?version=" + strconv.FormatInt(v.ID, 10),
			Published: w.DateTime(v.PublishedAt, sh.zone), Scale: schemeName(r, v.Definition), Now: v.ID == s.VersionID,
		}
		if len(v.Definition.Questions) > 0 {
			row.Question = showing{shop: sh, survey: s, w: w}.fill(v.Definition.Questions[0].Text)
		}
		if row.Now {
			p.Changed, _ = s.Changed(v)
		}
		p.Versions = append(p.Versions, row)
	}
	return nil
}

// publishing is the form of every button that publishes.
type publishing struct {
	Revision  int64 `form:"revision"`
	Confirmed bool  `form:"confirmed"`
}

func (b *builder) publish(r *Request) error {
	var f publishing
	if err := r.decode(&f); err != nil {
		return err
	}
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	return b.publishNow(r, s, f.Revision, f.Confirmed)
}

// publishNow publishes the revision of a survey, or shows what stands in the way.
func (b *builder) publishNow(r *Request, s survey.Survey, revision int64, confirmed bool) error {
	err := b.audited(r, "survey.publish", surveyObject(s.ID), func(ctx context.Context) error {
		_, err := b.editor.Publish(ctx, s.ID, revision, confirmed)
		return err
	})
	if errors.Is(err, survey.ErrNewVersion) {
		return b.confirmVersion(r, s, revision)
	}
	if _, ok := asProblems(err); ok {
		return r.redirect(surveyPath(s.ID) + "/edit?check=1")
	}
	if err != nil {
		return err
	}
	return r.done(surveyPath(s.ID), "flash.survey_published")
}

// confirmVersion asks before a new version breaks the trend.
func (b *builder) confirmVersion(r *Request, s survey.Survey, revision int64) error {
	versions, err := b.store.Versions(r.HTTP().Context(), s.ID)
	if err != nil {
		return err
	}
	next := int64(1)
	if len(versions) > 0 {
		next = versions[0].Number + 1
	}
	w := r.Words
	c := ui.Confirm{
		Title: w.T("version.title", "n", next), Body: w.T("version.body", "n", next-1), Action: surveyPath(s.ID) + "/publish",
		Button: w.T("version.button", "n", next), Cancel: w.T("common.cancel"), Back: surveyPath(s.ID) + "/edit",
		Hidden: []ui.Hide{{Name: "revision", Value: strconv.FormatInt(revision, 10)}, {Name: "confirmed", Value: "1"}},
	}
	return b.s.render(r, http.StatusOK, templates.Confirmation(r.shell(c.Title, "/surveys"), c))
}

func (b *builder) duplicate(r *Request) error {
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	name := truncate(r.Words.T("survey.page.copy_name", "name", s.Name), survey.MaxName)
	var twin survey.Survey
	err = b.audited(r, "survey.create", surveyObject(s.ID), func(ctx context.Context) (err error) {
		twin, err = b.editor.Duplicate(ctx, s.ID, name)
		return err
	})
	if err != nil {
		return err
	}
	return r.done(surveyPath(twin.ID)+"/edit", "flash.survey_created")
}

func (b *builder) closeNow(r *Request) error {
	return b.move(r, "survey.close", "flash.survey_closed", b.editor.Close)
}

func (b *builder) archive(r *Request) error {
	return b.move(r, "survey.archive", "flash.survey_archived", b.editor.Archive)
}

func (b *builder) restore(r *Request) error {
	return b.move(r, "survey.restore", "flash.survey_restored", b.editor.Restore)
}

func (b *builder) move(r *Request, action, done string, do func(context.Context, int64) (survey.Survey, error)) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	err = b.audited(r, action, surveyObject(id), func(ctx context.Context) error {
		_, err := do(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	return r.done(surveyPath(id), done)
}
