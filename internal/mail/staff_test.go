package mail_test

import (
	"mime"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
	"github.com/surveyd/surveyd/web/words"
)

var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)

func reader(lang string) telling.Reader {
	return telling.Reader{
		Mail: 88, User: account.User{ID: 3, Email: "ann@shop.example", Name: "Ann", Language: lang, Role: account.Support},
		Account: account.Settings{Company: "Linden Home", Zone: "Europe/Warsaw", Brand: "#0a5c72", Language: "en"}, Now: noon, Zone: time.UTC, BaseURL: base,
	}
}

// item is a case with all that is hostile in it.
func item(id survey.ID, due time.Duration, news ...telling.Told) telling.Item {
	say := func(lang, key string) string { return words.For(lang).T(key) }
	return telling.Item{
		Case: followup.Case{ID: id, Status: followup.New, DueAt: noon.Add(due)}, News: news,
		Response:   survey.Response{Rating: 2, Language: "pl", Comment: "Pudło <script>alert(1)</script>\u202e było puste.\n" + strings.Repeat("z\u0335", 5000)},
		Definition: survey.FromTemplate(survey.TemplateNPS, say, words.Languages(), ""),
		Customer:   "Maya <b>&\r\nBcc: all@shop.example", Touchpoint: survey.Text{"en": "Delivery", "ru": "Доставка"},
	}
}

// toStaff sends a message and gives what a mail program would show.
func toStaff(t *testing.T, write func(telling.Composer) (asking.Message, error)) (mailtest.Parts, *goquery.Document) {
	t.Helper()
	s := mailtest.Start(t, mailtest.Options{})
	m, err := write(composer(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if out := newPost(t, s, server(s)).Deliver(t.Context(), m); out.Delivery != asking.Accepted {
		t.Fatalf("%+v", out)
	}
	if n := len(s.Messages()[0].Raw); n > 102_000 {
		t.Errorf("the mail has %d bytes, a mail program would cut it", n)
	}
	p, err := s.Messages()[0].Parts()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.HTML))
	if err != nil {
		t.Fatal(err)
	}
	return p, doc
}

// unsaid is the name of a word in place of the word.
var unsaid = regexp.MustCompile(`\b(alert|digest|inbox|count|results)\.[a-z]`)

var href = regexp.MustCompile(`https://\S+`)

// checkStaff holds a mail to what all of them must be: nothing loaded, nothing that runs, the same links in both parts, no word missing.
func checkStaff(t *testing.T, lang string, p mailtest.Parts, doc *goquery.Document) {
	t.Helper()
	doc.Find("*").Each(func(_ int, e *goquery.Selection) {
		if name := goquery.NodeName(e); !slices.Contains(append([]string{"h2", "th", "span", "br"}, allowed...), name) {
			t.Errorf("there is a <%s>", name)
		}
		if style, _ := e.Attr("style"); refused.MatchString(style) {
			t.Errorf("mail programs drop %q", style)
		}
	})
	var links []string
	doc.Find("a").Each(func(_ int, e *goquery.Selection) {
		link, _ := e.Attr("href")
		links = append(links, link)
	})
	if text := href.FindAllString(p.Text, -1); !slices.Equal(links, text) {
		t.Errorf("the html links to %q, the text to %q", links, text)
	}
	for _, text := range []string{p.Header.Get("Subject"), p.Text, doc.Text()} {
		if strings.ContainsAny(text, "{}⟦") || unsaid.MatchString(text) {
			t.Errorf("a word is missing in %q", text)
		}
	}
	if got := p.Header.Get("Auto-Submitted"); got != "auto-generated" || p.Header.Get("Content-Language") != lang || p.Header.Get("Bcc") != "" {
		t.Errorf("the header is %v", p.Header)
	}
}

func TestAlertsInEveryLanguage(t *testing.T) {
	for _, lang := range words.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			var items []telling.Item
			for i, what := range telling.Whats() {
				items = append(items, item(survey.ID(100+i), time.Duration(i-2)*40*time.Hour, telling.Told{What: what, By: "Bob", Text: map[bool]string{true: "call <i>her</i>"}[what == telling.Mentioned]}))
			}
			p, doc := toStaff(t, func(c telling.Composer) (asking.Message, error) {
				return c.Alert(t.Context(), telling.Letter{Reader: reader(lang), Pace: telling.Daily, Items: items, More: 3})
			})
			checkStaff(t, lang, p, doc)
			if !strings.Contains(doc.Text(), "<script>alert(1)</script>") || !strings.Contains(p.Text, "call <i>her</i>") {
				t.Error("what was written is not shown as it was")
			}
		})
	}
}

func TestAnAlertOfOneCaseSaysItInTheSubject(t *testing.T) {
	for _, c := range []struct {
		lang string
		told telling.Told
		due  time.Duration
		want string
		fact string
	}{
		{"en", telling.Told{What: telling.Given, By: "Bob"}, 40 * time.Hour, "Bob gives you a case: Maya <b>& Bcc: all@shop.example, 2 of 10", "Delivery · Due in 40 hours"},
		{"en", telling.Told{What: telling.Overdue}, -90 * time.Minute, "The reply is overdue: Maya <b>& Bcc: all@shop.example, 2 of 10", "Delivery · Overdue by 1 hour"},
		{"ru", telling.Told{What: telling.DueSoon}, 12 * time.Hour, "Скоро срок ответа: Maya <b>& Bcc: all@shop.example, 2 из 10", "Доставка · Срок через 12 часов"},
	} {
		p, doc := toStaff(t, func(w telling.Composer) (asking.Message, error) {
			return w.Alert(t.Context(), telling.Letter{Reader: reader(c.lang), Pace: telling.AtOnce, Items: []telling.Item{item(100, c.due, c.told)}})
		})
		if got, err := new(mime.WordDecoder).DecodeHeader(p.Header.Get("Subject")); got != c.want {
			t.Errorf("the subject is %q, %v, want %q", got, err, c.want)
		}
		if !strings.Contains(doc.Text(), c.fact) || !strings.Contains(p.Text, c.fact) {
			t.Errorf("it does not say %q: %s", c.fact, p.Text)
		}
		if got := doc.Find(`a[href="` + base + `/inbox/100"]`).Length(); got != 1 {
			t.Errorf("%d links to the case", got)
		}
	}
}
