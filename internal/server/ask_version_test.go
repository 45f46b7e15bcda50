package server

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// rescale publishes a version that asks on another scale.
func (f *shopfront) rescale(to scoring.Scheme) {
	f.t.Helper()
	ctx := context.Background()
	d := f.sv.Edited
	d.Questions = append([]survey.Question{d.Questions[0].Rescale(sayWords, []string{"en"}, to)}, d.Questions[1:]...)
	v := survey.Version{SurveyID: f.sv.ID, Definition: d, PublishedAt: f.now}
	f.must(f.st.CreateVersion(ctx, &v))
	f.sv.VersionID = v.ID
	f.must(f.st.UpdateSurvey(ctx, &f.sv))
}

// typed is a page's form with its hidden fields and a rating.
func typed(doc *goquery.Document, rating string) url.Values {
	form := url.Values{"q1": {rating}}
	doc.Find("form input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
		form.Set(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	return form
}

func TestAnAnswerBelongsToTheQuestionsThatWereShown(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	first := f.sv.VersionID
	p := f.phone()
	form := typed(p.expect(p.send("GET", "/s/after-purchase", nil), 200), "5")
	f.rescale(scoring.NPS5)
	if w := p.send("POST", "/s/after-purchase/score", form); w.Code != http.StatusNoContent {
		t.Fatalf("status %d", w.Code)
	}
	for range 2 {
		if w := p.send("POST", "/s/after-purchase", form); w.Code != http.StatusSeeOther {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
	}
	if all := f.responses(); len(all) != 1 || all[0].VersionID != first || all[0].Class != scoring.ClassWorst {
		t.Errorf("stored %+v, want a 5 of 0 to 10 once", all)
	}
	form.Set(versionField, "99")
	q := f.phone()
	q.expect(q.send("POST", "/s/after-purchase", form), http.StatusBadRequest)
}

func TestAnAnswerIsNotChangedOnAnotherScale(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	p := f.phone()
	form := typed(p.expect(p.send("GET", "/s/after-purchase", nil), 200), "10")
	key := *p.cookies[keyCookie]
	if w := p.send("POST", "/s/after-purchase", form); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	f.rescale(scoring.NPS5)
	q := f.phone()
	again := typed(q.expect(q.send("GET", "/s/after-purchase", nil), 200), "5")
	again.Set("comment", "Still the best")
	q.cookies[keyCookie] = &key // as from a personal link, which is one answer
	doc := q.expect(q.send("POST", "/s/after-purchase", again), http.StatusConflict)
	if got := doc.Find("textarea").Text(); got != "Still the best" {
		t.Errorf("kept %q", got)
	}
	if all := f.responses(); len(all) != 1 || all[0].Rating != 10 || all[0].Class != scoring.ClassBest {
		t.Errorf("stored %+v, want the 10 of 0 to 10", all)
	}
}
