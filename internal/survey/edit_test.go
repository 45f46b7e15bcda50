package survey_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// editing is an editor over a real store with one NPS draft.
type editing struct {
	*survey.Editor
	st *store.Store
	s  survey.Survey
}

func startEditing(t *testing.T, st *store.Store) *editing {
	t.Helper()
	e := &editing{Editor: survey.NewEditor(st, clock), st: st}
	settings := survey.Settings{Languages: []string{"en", "bg", "en"}, DefaultLanguage: "en"}
	var err error
	if e.s, err = e.Create(context.Background(), " After\x00 the purchase ", settings, survey.FromTemplate(survey.TemplateNPS, say, []string{"en", "bg"}, "")); err != nil {
		t.Fatal(err)
	}
	if e.s.Name != "After the purchase" || len(e.s.Settings.Languages) != 2 || e.s.State != survey.Draft {
		t.Fatalf("created %+v", e.s)
	}
	return e
}

// save changes the draft through the form.
func (e *editing) save(t *testing.T, change func(*survey.Edit)) error {
	t.Helper()
	edit := survey.Edit{Revision: e.s.Revision, Name: e.s.Name, Settings: e.s.Settings, Edited: e.s.Edited, OpensAt: e.s.OpensAt, ClosesAt: e.s.ClosesAt}
	change(&edit)
	s, err := e.Save(context.Background(), e.s.ID, edit)
	if err == nil {
		e.s = s
	}
	return err
}

// publish publishes and returns the number of the version that is then live.
func (e *editing) publish(t *testing.T, confirmed bool) (int64, error) {
	t.Helper()
	s, err := e.Publish(context.Background(), e.s.ID, e.s.Revision, confirmed)
	if err != nil {
		return 0, err
	}
	e.s = s
	v, err := e.st.Version(context.Background(), s.VersionID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Edited, v.Definition); diff != "" {
		t.Errorf("published differs from the draft: %s", diff)
	}
	return v.Number, nil
}

// answer stores one response to what is published.
func (e *editing) answer(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	w, err := e.st.NewWriter(ctx, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	v, err := e.st.Version(ctx, e.s.VersionID)
	if err != nil {
		t.Fatal(err)
	}
	r := survey.Response{ID: 7, SurveyID: e.s.ID, VersionID: v.ID, AnsweredAt: noon, Rating: 9}
	if err := w.Record(ctx, survey.NewRecord(r, v.Definition, time.UTC)); err != nil {
		t.Fatal(err)
	}
}

func TestPublishingAsksBeforeItBreaksTheTrend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		e := startEditing(t, st)
		publish := func(step string, confirmed bool, want int64, wantErr error) {
			t.Helper()
			if n, err := e.publish(t, confirmed); !errors.Is(err, wantErr) || n != want {
				t.Fatalf("%s: version %d, %v; want %d, %v", step, n, err, want, wantErr)
			}
		}
		edit := func(change func(*survey.Definition)) {
			t.Helper()
			if err := e.save(t, func(d *survey.Edit) { change(&d.Edited) }); err != nil {
				t.Fatal(err)
			}
		}
		rescale := func(s scoring.Scheme) func(*survey.Definition) {
			return func(d *survey.Definition) { d.Questions[0] = d.Questions[0].Rescale(say, []string{"en", "bg"}, s) }
		}
		publish("first", false, 1, nil)
		edit(rescale(scoring.NPS10))
		publish("nobody has answered", false, 2, nil)
		e.answer(t)
		edit(func(d *survey.Definition) { d.Thanks.Best = survey.Text{"en": "Thanks a lot!"} })
		publish("a thank-you", false, 2, nil)
		edit(func(d *survey.Definition) { d.Questions[0].Text["ru"] = "Посоветуете?" })
		publish("a translation that was missing", false, 2, nil)
		edit(rescale(scoring.NPS5))
		if v, err := st.Version(context.Background(), e.s.VersionID); err != nil {
			t.Fatal(err)
		} else if differs, breaks := e.s.Changed(v); !differs || !breaks {
			t.Errorf("another scale: differs %v, breaks %v", differs, breaks)
		}
		publish("another scale", false, 0, survey.ErrNewVersion)
		publish("another scale, confirmed", true, 3, nil)
		if versions, err := st.Versions(context.Background(), e.s.ID); err != nil || len(versions) != 3 || versions[1].Definition.Scheme() != scoring.NPS10 {
			t.Errorf("the history is %+v, %v", versions, err)
		}
	})
}

func TestTheSecondOfTwoEditorsKeepsTheirText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		e := startEditing(t, st)
		mine := survey.Edit{Revision: e.s.Revision, Name: "Mine", Settings: e.s.Settings, Edited: e.s.Edited}
		if err := e.save(t, func(d *survey.Edit) { d.Name = "Theirs" }); err != nil {
			t.Fatal(err)
		}
		got, err := e.Save(context.Background(), e.s.ID, mine)
		if !errors.Is(err, survey.ErrStale) || got.Name != "Mine" {
			t.Errorf("saved over the other's: %v, and gave back %q", err, got.Name)
		}
		if _, err := e.Publish(context.Background(), e.s.ID, mine.Revision, false); !errors.Is(err, survey.ErrStale) {
			t.Errorf("published what was not read: %v", err)
		}
		if stored, err := st.Survey(context.Background(), e.s.ID); err != nil || stored.Name != "Theirs" {
			t.Errorf("stored is %q, %v", stored.Name, err)
		}
	})
}

func TestArchivingAndDuplicating(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		e, ctx := startEditing(t, st), context.Background()
		for _, want := range []survey.State{survey.Draft, survey.Live} {
			s, err := e.Archive(ctx, e.s.ID)
			if err != nil || s.State != survey.Archived || s.TakesAnswers(noon) {
				t.Fatalf("archived: %+v, %v", s, err)
			}
			e.s = s
			if err := e.save(t, func(d *survey.Edit) { d.Name = "x" }); !errors.Is(err, survey.ErrArchived) {
				t.Errorf("an archived survey was edited: %v", err)
			}
			if _, err := e.publish(t, true); !errors.Is(err, survey.ErrArchived) {
				t.Errorf("an archived survey was published: %v", err)
			}
			if e.s, err = e.Restore(ctx, e.s.ID); err != nil || e.s.State != want {
				t.Fatalf("restored as %s, %v; want %s", e.s.State, err, want)
			}
			if _, err := e.publish(t, false); err != nil {
				t.Fatal(err)
			}
		}
		twin, err := e.Duplicate(ctx, e.s.ID, "Twin")
		if err != nil || twin.State != survey.Draft || twin.VersionID != 0 || twin.ID == e.s.ID {
			t.Fatalf("duplicated as %+v, %v", twin, err)
		}
		if diff := cmp.Diff(e.s.Edited, twin.Edited); diff != "" {
			t.Error(diff)
		}
		if _, err := e.Duplicate(ctx, 999, "x"); !errors.Is(err, survey.ErrNotFound) {
			t.Errorf("duplicated nothing: %v", err)
		}
	})
}

func TestWhatIsWrongIsSaidAtItsField(t *testing.T) {
	long := strings.Repeat("щ", survey.MaxText+1)
	tests := map[string]struct {
		change  func(*survey.Survey)
		field   string
		publish bool // a draft may be like that
	}{
		"no name":             {func(s *survey.Survey) { s.Name = "" }, "name", false},
		"long name":           {func(s *survey.Survey) { s.Name = long }, "name", false},
		"no language":         {func(s *survey.Survey) { s.Settings.Languages = nil }, "languages", false},
		"strange default":     {func(s *survey.Survey) { s.Settings.DefaultLanguage = "ru" }, "default_language", false},
		"closes first":        {func(s *survey.Survey) { s.OpensAt, s.ClosesAt = noon, noon }, "closes", false},
		"long text":           {func(s *survey.Survey) { s.Edited.Questions[0].Text["bg"] = long }, "q.1.text.bg", false},
		"long option":         {func(s *survey.Survey) { s.Edited.Questions[1].Options[1]["en"] = long }, "q.2.option.2.en", false},
		"bad review address":  {func(s *survey.Survey) { s.Edited.ReviewURL = "javascript:alert(1)" }, "review_url", false},
		"too many questions":  {func(s *survey.Survey) { s.Edited.Questions = make([]survey.Question, survey.MaxQuestions+1) }, "questions", false},
		"12 options":          {func(s *survey.Survey) { s.Edited.Questions[1].Options = make([]survey.Text, 12) }, "q.2.options", false},
		"one option":          {func(s *survey.Survey) { s.Edited.Questions[1].Options = s.Edited.Questions[1].Options[:1] }, "q.2.options", true},
		"closed already":      {func(s *survey.Survey) { s.ClosesAt = noon }, "closes", true},
		"no question":         {func(s *survey.Survey) { s.Edited.Questions = nil }, "questions", true},
		"no text":             {func(s *survey.Survey) { delete(s.Edited.Questions[0].Text, "en") }, "q.1.text.en", true},
		"no word at the end":  {func(s *survey.Survey) { s.Edited.Questions[0].High = nil }, "q.1.high.en", true},
		"no option text":      {func(s *survey.Survey) { s.Edited.Questions[1].Options[0] = nil }, "q.2.option.1.en", true},
		"scale of an import":  {func(s *survey.Survey) { s.Edited.Questions[0].Scheme = scoring.Thumbs }, "q.1.scheme", true},
		"scale of nothing":    {func(s *survey.Survey) { s.Edited.Questions[0].Scheme = "" }, "q.1.scheme", true},
		"no prompt":           {func(s *survey.Survey) { s.Edited.CommentPrompts.Worst = nil }, "prompt.worst.en", true},
		"no thank-you":        {func(s *survey.Survey) { s.Edited.Thanks.Best = nil }, "thanks.best.en", true},
		"nameless review":     {func(s *survey.Survey) { s.Edited.ReviewURL = "https://reviews.example/shop" }, "review_site", true},
		"one question of CLI": {func(s *survey.Survey) { s.Edited.Questions[0].Scheme = scoring.CLI6 }, "questions", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := survey.Survey{
				Name: "x", Settings: survey.Settings{Languages: []string{"en", "bg"}, DefaultLanguage: "en"},
				Edited: survey.FromTemplate(survey.TemplateNPS, say, []string{"en", "bg"}, ""),
			}
			s.Edited.Questions = append(s.Edited.Questions, survey.Question{
				No: 2, Kind: survey.Single, Text: survey.Text{"en": "Which?"}, Options: []survey.Text{{"en": "a"}, {"en": "b"}},
			})
			if p := s.CheckPublish(noon); len(p) != 0 {
				t.Fatalf("before the change: %v", p)
			}
			test.change(&s)
			problems := s.CheckPublish(noon)
			if len(problems) == 0 || problems[0].Field != test.field || !words.For("en").Has(problems[0].Key) {
				t.Errorf("problems %v, want the first at %s", problems, test.field)
			}
			if draft := s.CheckDraft(); (len(draft) == 0) != test.publish {
				t.Errorf("as a draft: %v", draft)
			}
		})
	}
}

func TestANeutralPromptNeedsNoOthers(t *testing.T) {
	s := survey.Survey{Name: "x", Settings: survey.Settings{Languages: []string{"en"}, DefaultLanguage: "en"}}
	s.Edited = survey.FromTemplate(survey.TemplateNPS, say, []string{"en"}, "")
	s.Edited.CommentPrompts.Best, s.Edited.NeutralPrompt = nil, true
	if p := s.CheckPublish(noon); len(p) != 0 {
		t.Error(p)
	}
	s.Edited.CommentPrompts.Default, s.Edited.AskComment = nil, false
	if p := s.CheckPublish(noon); len(p) != 0 {
		t.Error(p)
	}
}

func TestALiveSurveyKeepsALanguageThatIsPublished(t *testing.T) {
	e := startEditing(t, storetest.SQLite(t))
	if _, err := e.publish(t, false); err != nil {
		t.Fatal(err)
	}
	err := e.save(t, func(d *survey.Edit) {
		d.Settings.Languages, d.Settings.DefaultLanguage = []string{"pl"}, "pl"
	})
	var problems survey.Problems
	if !errors.As(err, &problems) || problems[0].Field != "default_language" {
		t.Errorf("customers would read questions in no language: %v", err)
	}
}
