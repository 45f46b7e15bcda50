package server

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

type touchpoints interface {
	Touchpoints(ctx context.Context) ([]survey.Touchpoint, error)
	CreateTouchpoint(ctx context.Context, t *survey.Touchpoint) error
	UpdateTouchpoint(ctx context.Context, t survey.Touchpoint) error
}

// touchpointForm adds or renames a touchpoint.
type touchpointForm struct {
	Key   string            `form:"key"`
	Names map[string]string `form:"name.*"` // by language
	Do    string            `form:"do"`     // of one that is there: save, up, down, archive, restore
}

// touchpointKey is what may stand in addresses and files.
var touchpointKey = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{1,39}$`)

func (b *builder) touchpoints(r *Request) error {
	return b.touchpointPage(r, http.StatusOK, touchpointForm{}, 0, nil)
}

// touchpointPage lists all touchpoints, with what was typed for a new one or for the one that could not be saved.
func (b *builder) touchpointPage(r *Request, status int, typed touchpointForm, at int64, problems ui.Problems) error {
	ctx := r.HTTP().Context()
	sh, err := b.shop(ctx)
	if err != nil {
		return err
	}
	all, err := b.store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	w := r.Words
	p := templates.TouchpointsPage{
		W: w, MayEdit: r.User.Can(account.EditSurveys), Problems: problems,
		Key: ui.Field{ID: "key", Label: w.T("touchpoints.key"), Hint: w.T("touchpoints.key.hint"), Short: true, Autocomplete: "off", Error: problems.At("key")},
	}
	if at == 0 {
		p.Key.Value = typed.Key
	}
	p.Names = nameFields(r, "name", sh.langs, typed.Names, at == 0, problems)
	active := slices.DeleteFunc(slices.Clone(all), func(t survey.Touchpoint) bool { return !t.ArchivedAt.IsZero() })
	for _, t := range all {
		id := strconv.FormatInt(t.ID, 10)
		names := map[string]string(t.Names)
		if t.ID == at {
			names = typed.Names
		}
		row := templates.TouchpointRow{
			Name: nameOf(r, t), Key: t.Key, ID: "touchpoint-" + id, Path: "/touchpoints/" + id, Archived: !t.ArchivedAt.IsZero(), Open: t.ID == at,
			Fields: nameFields(r, "name-"+id, sh.langs, names, true, problems),
		}
		if i := slices.IndexFunc(active, func(o survey.Touchpoint) bool { return o.ID == t.ID }); i >= 0 {
			row.First, row.Last = i == 0, i == len(active)-1
		}
		p.Rows = append(p.Rows, row)
	}
	frame := r.shell(w.T("touchpoints.title"), "/surveys")
	frame.Problems = problems
	return b.s.render(r, status, templates.Touchpoints(frame, p))
}

// nameFields has a field for every language of the shop. prefix makes their ids unique on the page.
func nameFields(r *Request, prefix string, langs []string, values map[string]string, fill bool, problems ui.Problems) (fields []ui.Field) {
	for _, lang := range langs {
		f := ui.Field{ID: prefix + "." + lang, Name: "name." + lang, Label: r.Words.T("touchpoints.name", "language", say(lang, "lang.name")), Lang: lang}
		if fill {
			f.Value = values[lang]
		}
		f.Error = problems.At(f.ID)
		fields = append(fields, f)
	}
	return fields
}

// names cleans the typed names. At least one is needed.
func (f touchpointForm) names(r *Request, prefix string, langs []string) (survey.Text, ui.Problems) {
	names := survey.Text{}
	var problems ui.Problems
	for _, lang := range langs {
		name := strings.Join(strings.Fields(survey.Clean(f.Names[lang])), " ")
		if utf8.RuneCountInString(name) > survey.MaxName {
			problems = append(problems, ui.Problem{Field: prefix + "." + lang, Text: r.Words.T("edit.error.too_long", "max", survey.MaxName)})
		}
		if name != "" {
			names[lang] = name
		}
	}
	if len(names) == 0 && len(langs) > 0 {
		problems = append(problems, ui.Problem{Field: prefix + "." + langs[0], Text: r.Words.T("touchpoints.error.name")})
	}
	return names, problems
}

func (b *builder) addTouchpoint(r *Request) error {
	var f touchpointForm
	if err := r.decode(&f); err != nil {
		return err
	}
	sh, err := b.shop(r.HTTP().Context())
	if err != nil {
		return err
	}
	t := survey.Touchpoint{Key: strings.ToLower(strings.TrimSpace(f.Key))}
	var problems, named ui.Problems
	if !touchpointKey.MatchString(t.Key) {
		problems = ui.Problems{{Field: "key", Text: r.Words.T("touchpoints.error.key")}}
	}
	t.Names, named = f.names(r, "name", sh.langs)
	if problems = append(problems, named...); len(problems) > 0 {
		return b.touchpointPage(r, http.StatusUnprocessableEntity, f, 0, problems)
	}
	err = b.audited(r, "survey.touchpoint_create", "touchpoint "+t.Key, func(ctx context.Context) error { return b.store.CreateTouchpoint(ctx, &t) })
	if err != nil && b.isTaken(err) {
		return b.touchpointPage(r, http.StatusUnprocessableEntity, f, 0, ui.Problems{{Field: "key", Text: r.Words.T("touchpoints.error.taken")}})
	}
	if err != nil {
		return err
	}
	return r.done("/touchpoints", "flash.touchpoint_saved")
}

// changeTouchpoint renames, moves, archives or restores one.
func (b *builder) changeTouchpoint(r *Request) error {
	var f touchpointForm
	if err := r.decode(&f); err != nil {
		return err
	}
	id, err := r.id("id")
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	all, err := b.store.Touchpoints(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(t survey.Touchpoint) bool { return t.ID == id })
	if i < 0 {
		return errNotFound
	}
	changed, done := []survey.Touchpoint{all[i]}, "flash.touchpoint_saved"
	switch f.Do {
	case "save":
		sh, err := b.shop(ctx)
		if err != nil {
			return err
		}
		prefix := "name-" + strconv.FormatInt(id, 10)
		names, problems := f.names(r, prefix, sh.langs)
		if len(problems) > 0 {
			return b.touchpointPage(r, http.StatusUnprocessableEntity, f, id, problems)
		}
		changed[0].Names = names
	case "archive":
		used, err := b.usedBy(ctx, id)
		if err != nil {
			return err
		}
		if len(used) > 0 {
			text := r.Words.T("touchpoints.error.used", "name", nameOf(r, all[i]), "surveys", strings.Join(used, ", "))
			return b.touchpointPage(r, http.StatusUnprocessableEntity, touchpointForm{}, 0, ui.Problems{{Field: "touchpoint-" + strconv.FormatInt(id, 10), Text: text}})
		}
		changed[0].ArchivedAt, done = b.s.deps.Now(), "flash.touchpoint_archived"
	case "restore":
		changed[0].ArchivedAt = time.Time{}
	case "up", "down":
		changed = moved(all, i, f.Do == "up")
	default:
		return errBadForm
	}
	err = b.audited(r, "survey.touchpoint_save", "touchpoint "+all[i].Key, func(ctx context.Context) error {
		for _, t := range changed {
			if err := b.store.UpdateTouchpoint(ctx, t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.done("/touchpoints", done)
}

// moved changes the places of touchpoint i and of the next one in use before or after it. It returns those that have a new place.
func moved(all []survey.Touchpoint, i int, up bool) []survey.Touchpoint {
	step := 1
	if up {
		step = -1
	}
	j := i + step
	for j >= 0 && j < len(all) && !all[j].ArchivedAt.IsZero() {
		j += step
	}
	if j < 0 || j >= len(all) {
		return nil
	}
	order := slices.Clone(all)
	order[i], order[j] = order[j], order[i]
	var changed []survey.Touchpoint
	for k := range order {
		if place := int64(k + 1); order[k].Position != place {
			order[k].Position = place
			changed = append(changed, order[k])
		}
	}
	return changed
}
