package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// Building is what the pages where surveys are made read and write.
type Building interface {
	OldestWords(ctx context.Context, surveyID int64) (time.Time, error)
	survey.EditorStore
	survey.InviterStore
	surveyHistory
	publicLinks
	personalLinks
	touchpoints
}

type surveyHistory interface {
	Surveys(ctx context.Context) ([]survey.Survey, error)
	Versions(ctx context.Context, surveyID int64) ([]survey.Version, error)
}

// activity tells how surveys are answered lately, by their ids.
type activity interface {
	Activity(ctx context.Context) (map[int64]reports.Activity, error)
}

// BuildingDeps is what the pages where surveys are made work with.
type BuildingDeps struct {
	Store   Building
	Keys    survey.Keys
	IDs     *survey.IDs
	Zone    func() *time.Location // of the account
	IsTaken func(error) bool      // whether an error of the store says that a key is there already
	Reports activity
}

// builder serves the pages where surveys are made.
type builder struct {
	s       *Server
	store   Building
	editor  *survey.Editor
	inviter *survey.Inviter
	isTaken func(error) bool
	reports activity
}

func (s *Server) newBuilder(d *BuildingDeps) *builder {
	s.means(survey.ErrNotFound, errNotFound)
	s.means(survey.ErrStale, errConflict)
	s.means(survey.ErrArchived, errConflict)
	s.means(survey.ErrNotLive, errConflict)
	return &builder{
		s: s, store: d.Store, isTaken: d.IsTaken, reports: d.Reports, editor: survey.NewEditor(d.Store, s.deps.Now),
		inviter: survey.NewInviter(d.Store, d.Keys, d.IDs, s.deps.Now, d.Zone),
	}
}

// audited runs a change and writes it into the audit log: both or neither.
func (b *builder) audited(r *Request, action, object string, do func(context.Context) error) error {
	return b.store.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return b.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: action, Object: object})
	})
}

func surveyObject(id int64) string { return "survey " + strconv.FormatInt(id, 10) }

func surveyPath(id int64) string { return "/surveys/" + strconv.FormatInt(id, 10) }

// shop reads who asks, and the zone of all dates.
func (b *builder) shop(ctx context.Context) (shop, error) {
	v, err := b.s.deps.Accounts.Settings(ctx)
	if err != nil {
		return shop{}, err
	}
	sh := shop{name: v.Company, langs: v.Languages, lang: v.Language}
	sh.look, _ = templates.NewLook(v.Brand)
	sh.zone, err = time.LoadLocation(v.Zone)
	return sh, err
}

// survey reads the survey of the address.
func (b *builder) survey(r *Request) (survey.Survey, error) {
	id, err := r.id("id")
	if err != nil {
		return survey.Survey{}, err
	}
	return b.store.Survey(r.HTTP().Context(), id)
}

// stateWord says in one word what customers of a survey meet now.
func stateWord(r *Request, s survey.Survey, now time.Time) string {
	key := "survey.state." + string(s.State)
	if s.State == survey.Live && now.Before(s.OpensAt) {
		key = "survey.state.waiting"
	} else if s.State == survey.Live && !s.TakesAnswers(now) {
		key = "survey.state.ended"
	}
	return r.Words.T(key)
}

func (b *builder) list(r *Request) error {
	ctx := r.HTTP().Context()
	all, err := b.store.Surveys(ctx)
	if err != nil {
		return err
	}
	tps, err := b.store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	lately, err := b.reports.Activity(ctx)
	if err != nil {
		return err
	}
	w := r.Words
	p := templates.SurveysPage{W: w, MayEdit: r.User.Can(account.EditSurveys), Table: ui.Table{Caption: w.T("surveys.caption"), Columns: []ui.Column{
		{Text: w.T("surveys.column.name")},
		{Text: w.T("surveys.column.state")},
		{Text: w.N("surveys.column.recent", reports.RecentDays), Num: true},
		{Text: w.T("surveys.column.last")},
		{Text: w.T("surveys.column.scale")},
		{Text: w.T("surveys.column.touchpoint")},
		{Text: w.T("surveys.column.languages")},
	}}}
	for _, s := range all {
		p.Table.Rows = append(p.Table.Rows, []ui.Cell{
			{Text: s.Name, Href: surveyPath(s.ID)},
			{Text: stateWord(r, s, b.s.deps.Now())},
			{Text: w.Int(lately[s.ID].Recent)},
			{Text: lastAnswer(w, lately, s.ID)},
			{Text: schemeName(r, s.Edited)},
			{Text: touchpointName(r, tps, s.Settings.Touchpoint)},
			{Text: joinLanguages(s.Settings.Languages)},
		})
	}
	return b.s.render(r, http.StatusOK, templates.Surveys(r.shell(w.T("surveys.title"), "/surveys"), p))
}

// lastAnswer is the day of a survey's newest answer, or a dash.
func lastAnswer(w *words.Words, lately map[int64]reports.Activity, id int64) string {
	a, answered := lately[id]
	if !answered {
		return "–"
	}
	return w.DateYear(a.Last.Date())
}

func schemeName(r *Request, d survey.Definition) string {
	if key := "scheme." + string(d.Scheme()); r.Words.Has(key) {
		return r.Words.T(key)
	}
	return string(d.Scheme())
}

func touchpointName(r *Request, tps []survey.Touchpoint, id int64) string {
	for _, t := range tps {
		if t.ID == id {
			return nameOf(r, t)
		}
	}
	return r.Words.T("surveys.no_touchpoint")
}

// nameOf is a touchpoint's name in the reader's language, or in any, or its key.
func nameOf(r *Request, t survey.Touchpoint) string {
	if name := t.Names.In(r.Words.Lang(), "en"); name != "" {
		return name
	}
	for _, name := range t.Names {
		return name
	}
	return t.Key
}

// touchpointOptions are the touchpoints to choose from: those in use, and an archived one where it is chosen already.
func touchpointOptions(r *Request, tps []survey.Touchpoint, chosen int64, none string) []ui.Option {
	options := []ui.Option{{Value: "0", Label: none, Selected: chosen == 0}}
	for _, t := range tps {
		label := nameOf(r, t)
		if !t.ArchivedAt.IsZero() {
			if t.ID != chosen {
				continue
			}
			label += " (" + r.Words.T("survey.state.archived") + ")"
		}
		options = append(options, ui.Option{Value: strconv.FormatInt(t.ID, 10), Label: label, Selected: t.ID == chosen})
	}
	return options
}

func hasTouchpoint(tps []survey.Touchpoint, id int64) bool {
	return id == 0 || slices.ContainsFunc(tps, func(t survey.Touchpoint) bool { return t.ID == id })
}

func joinLanguages(langs []string) string {
	text := ""
	for i, l := range langs {
		if i > 0 {
			text += ", "
		}
		text += l
	}
	return text
}

// fieldProblems turns what the domain found into sentences at the fields of the form.
func fieldProblems(r *Request, found survey.Problems) (ps ui.Problems) {
	for _, p := range found {
		ps = append(ps, ui.Problem{Field: p.Field, Text: r.Words.T(p.Key, p.Args...)})
	}
	return ps
}

// asProblems takes the problems out of an error.
func asProblems(err error) (survey.Problems, bool) {
	var p survey.Problems
	return p, errors.As(err, &p)
}
