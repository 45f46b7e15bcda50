package templates

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// The gallery shows the customers' pages with sample data:
//
//	go test ./web/templates -run Gallery -gallery /tmp/gallery
var galleryDir = flag.String("gallery", "", "write the gallery pages to this folder")

func render(t testing.TB, c templ.Component) string {
	t.Helper()
	page, err := Dress(context.Background(), c, Look{})
	if err != nil {
		t.Fatal(err)
	}
	return string(page.HTML)
}

func sampleFrame(lang string) SurveyFrame {
	w := words.For(lang)
	return SurveyFrame{
		W: w, Title: w.T("nps.question", "brand", "Linden Home"), Brand: "Linden Home",
		Langs: ui.Langs(lang, func(code string) string { return "?lang=" + code }),
		Note:  w.T("common.privacy_note", "brand", "Linden Home"),
		Links: []ui.Link{{Text: w.T("common.privacy_link"), Href: "/privacy"}},
	}
}

// samplePoints makes a scale; label names the words of a point, if it has any.
func samplePoints(from, to int, label func(i int) string) []ScalePoint {
	var points []ScalePoint
	for i := from; i <= to; i++ {
		n := strconv.Itoa(i)
		points = append(points, ScalePoint{Value: n, Number: n, Label: label(i)})
	}
	return points
}

func ends(from, to int, low, high string) []ScalePoint {
	return samplePoints(from, to, func(i int) string {
		switch i {
		case from:
			return low
		case to:
			return high
		default:
			return ""
		}
	})
}

func sampleNPS(lang string) SurveyPage {
	f := sampleFrame(lang)
	w := f.W
	low, high := w.T("nps.low"), w.T("nps.high")
	points := ends(0, 10, low, high)
	for i := range points {
		points[i].Class = WorstPoint
		if i > 8 {
			points[i].Class = BestPoint
		} else if i > 6 {
			points[i].Class = MiddlePoint
		}
	}
	return SurveyPage{
		Frame: f, Context: w.T("common.order_context", "order", "10482", "date", w.Date(2026, 11, 18)),
		Action: "/s/token", ScoreURL: "/s/token/score", Hidden: []ui.Hide{{Name: "key", Value: "k1"}},
		Submit: w.T("common.send"),
		Questions: []SurveyQuestion{{
			ID: "s0", Name: "score", Text: f.Title, Points: points, Low: low, High: high,
			Comment: &SurveyComment{
				ID: "c", Name: "comment", Label: w.T("comment.label.default"), Worst: w.T("comment.label.detractor"),
				Middle: w.T("comment.label.passive"), Best: w.T("comment.label.promoter"), Hint: w.T("comment.hint"), MaxLength: 10000,
			},
		}},
	}
}

func sampleError(lang string) SurveyPage {
	p := sampleNPS(lang)
	text := p.Frame.W.T("error.nps_required")
	p.Questions[0].Error = text
	p.Questions[0].Comment.Value = "<b>kept</b>"
	p.Problems = ui.Problems{{Field: "s0", Text: text}}
	return p
}

func sampleAspects(lang string) SurveyPage {
	f := sampleFrame(lang)
	w := f.W
	f.Title = w.T("csat.intro")
	p := SurveyPage{Frame: f, Heading: f.Title, Action: "/s/token", ScoreURL: "/s/token/score", Context: w.T("common.page_of", "page", 2, "pages", 2), Submit: w.T("common.send")}
	for _, aspect := range []string{"product_quality", "service", "delivery", "price"} {
		p.Questions = append(p.Questions, SurveyQuestion{
			ID: aspect, Name: aspect, Text: w.T("csat." + aspect), Short: w.T("csat.aspect." + aspect),
			Points: samplePoints(1, 5, func(i int) string { return w.T("csat.scale." + strconv.Itoa(i)) }),
			Low:    w.T("csat.scale.1"), High: w.T("csat.scale.5"), CantSay: &ui.Option{Label: w.T("common.cant_say")},
		})
	}
	return p
}

func sampleLoyalty(lang string) SurveyPage {
	f := sampleFrame(lang)
	w := f.W
	f.Title = w.T("cli.intro")
	p := SurveyPage{Frame: f, Heading: f.Title, Action: "/s/token", Submit: w.T("common.send")}
	for _, item := range []string{"recommend", "repurchase", "cross_buy"} {
		q := SurveyQuestion{ID: item, Name: item, Text: w.T("cli."+item, "brand", "Linden Home")}
		for i := 1; i <= 6; i++ {
			q.Points = append(q.Points, ScalePoint{Value: strconv.Itoa(7 - i), Label: w.T("cli.position." + strconv.Itoa(i)), Selected: i == 5})
		}
		p.Questions = append(p.Questions, q)
	}
	return p
}

// sampleMixed has the other scales and kinds on one screen, which no survey
// does, to see them all.
func sampleMixed(lang string) SurveyPage {
	f := sampleFrame(lang)
	w := f.W
	ten := ends(1, 10, w.T("nps10.low"), w.T("nps10.high"))
	ten[3].Selected = true
	seven := samplePoints(1, 7, func(i int) string { return w.T("ces.scale." + strconv.Itoa(i)) })
	choices := []ui.Option{{Value: "a", Label: "On the phone"}, {Value: "b", Label: "By email", Selected: true}}
	return SurveyPage{Frame: f, Action: "/s/token", Submit: w.T("common.send"), Questions: []SurveyQuestion{
		{ID: "q1", Name: "q1", Text: f.Title, Points: ten, Low: w.T("nps10.low"), High: w.T("nps10.high"), Said: w.T("nps.from_email", "value", 4)},
		{ID: "q2", Name: "q2", Text: w.T("ces.statement_support", "brand", "Linden Home"), Points: seven, Low: w.T("ces.scale.1"), High: w.T("ces.scale.7")},
		{ID: "q3", Name: "q3", Kind: SingleChoice, Text: "How did you reach us?", Choices: choices},
		{ID: "q4", Name: "q4", Kind: MultiChoice, Text: "What went well?", Hint: w.T("survey.choose_any"), Choices: choices, Error: w.T("error.choices_required")},
		{ID: "q5", Name: "q5", Kind: OpenQuestion, Text: "Anything else?", MaxLength: 500, Value: "Nothing"},
	}}
}

func gallery() map[string]templ.Component {
	pages := map[string]templ.Component{}
	for _, lang := range words.Languages() {
		w := words.For(lang)
		f := sampleFrame(lang)
		pages["survey-"+lang] = Survey(sampleNPS(lang))
		pages["error-"+lang] = Survey(sampleError(lang))
		pages["aspects-"+lang] = Survey(sampleAspects(lang))
		pages["loyalty-"+lang] = Survey(sampleLoyalty(lang))
		pages["mixed-"+lang] = Survey(sampleMixed(lang))
		f.Title = w.T("thanks.title")
		pages["thanks-"+lang] = Thanks(ThanksPage{
			Frame: f, Heading: f.Title, Body: w.T("thanks.detractor.body"), ReviewLead: w.T("review.lead"),
			Review: &ui.Link{Text: w.T("review.link", "site", "Opineo"), Href: "https://example.com/review"},
			Until:  w.T("thanks.change_until", "date", w.Date(2026, 12, 2)), Change: &ui.Link{Text: w.T("thanks.change"), Href: "/a/1"}, Close: w.T("thanks.close"),
		})
		f.Title = w.T("error.busy.title")
		pages["message-"+lang] = Message(SurveyMessage{
			Frame: f, Heading: f.Title, Body: w.T("error.busy.body"), Kept: "The parcel came <open>.\nTwice.",
			Retry: &Retry{Action: "/s/token", Fields: []ui.Hide{{Name: "score", Value: "3"}}, Button: w.T("common.send")},
			Links: []ui.Link{{Text: w.T("survey.try_again"), Href: "/s/token"}},
		})
	}
	return pages
}

func TestGallery(t *testing.T) {
	for name, c := range gallery() {
		page := render(t, c)
		if page == "" {
			t.Errorf("%s is empty", name)
		}
		if *galleryDir == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(*galleryDir, name+".html"), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
