package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

func TestASurveyIsNotPublishedWithAClosingTimeThatIsOver(t *testing.T) {
	w := openWorkshop(t)
	s := w.make(survey.TemplateNPS)
	path := surveyPath(s.ID)
	w.post(path+"/edit", with(w.builderForm(s.ID, "en"), "closes", "2026-11-22T13:59"), 303) // it is 14:00 in Sofia, and a draft may wait
	r := httptest.NewRequest(http.MethodPost, path+"/publish", strings.NewReader("revision=2"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	doc := w.get(w.send(r).Header().Get("Location"), 422)
	if got := doc.Find(`.errs a[href="#closes"]`).Text(); got != words.For("en").T("edit.error.closes_over") {
		t.Errorf("it says %q", got)
	}
	if w.stored(s.ID).State != survey.Draft {
		t.Error("it was published all the same")
	}
	w.post(path+"/edit", with(w.builderForm(s.ID, "en"), "closes", "2026-11-22T14:01", "do", "publish"), 303)
	if !w.stored(s.ID).TakesAnswers(w.now) {
		t.Error("it takes no answers in its last minute")
	}
}

func TestARefusedPublicationChangesNothingOfALiveSurvey(t *testing.T) {
	w := openWorkshop(t)
	s := w.live(survey.TemplateNPS)
	path := surveyPath(s.ID) + "/edit"
	for name, typed := range map[string]url.Values{
		"a closing time that is over": with(w.builderForm(s.ID, "en"), "closes", "2026-11-01T10:00", "do", "publish"),
		"the same, only saved":        with(w.builderForm(s.ID, "en"), "closes", "2026-11-01T10:00", "do", "save"),
		"a text that is missing":      with(w.builderForm(s.ID, "en"), "closes", "2027-01-01T10:00", "languages", "en", "t.thanks.best", "", "do", "publish"),
	} {
		t.Run(name, func(t *testing.T) {
			typed.Set("name", "Typed")
			doc := w.post(path, typed, 422)
			if got := doc.Find("#name").AttrOr("value", ""); got != "Typed" {
				t.Errorf("the name came back as %q", got)
			}
			if diff := cmp.Diff(s, w.stored(s.ID)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestALiveSurveyIsClosedNowAndOpenedAgain(t *testing.T) {
	w := openWorkshop(t)
	w.now = w.now.Add(30 * time.Second)
	s := w.live(survey.TemplateCES)
	path := surveyPath(s.ID)
	w.now = w.now.Add(time.Second)
	doc := w.post(path+"/close", nil, 303)
	if w.stored(s.ID).TakesAnswers(w.now) || doc.Find(`form[action="`+path+`/close"]`).Length() != 0 {
		t.Error("it takes answers, or may be closed again")
	}
	w.post(path+"/close", nil, 409)
	// Its texts may still be put right; the closing time stays what it was, to the second.
	closed := w.stored(s.ID).ClosesAt
	w.post(path+"/edit", with(w.builderForm(s.ID, "en"), "name", "Renamed"), 303)
	if got := w.stored(s.ID); got.Name != "Renamed" || !got.ClosesAt.Equal(closed) {
		t.Errorf("%q closes at %v, want %v", got.Name, got.ClosesAt, closed)
	}
	w.post(path+"/edit", with(w.builderForm(s.ID, "en"), "closes", ""), 303)
	if !w.stored(s.ID).TakesAnswers(w.now) {
		t.Error("it does not take answers again")
	}
}
