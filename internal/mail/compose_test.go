package mail_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/mail/mailtest"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

const (
	base  = "https://feedback.linden.example"
	token = "0123456789abcdefghjkmnpqrs"
)

func letter(kind survey.TemplateKind, lang string) asking.Letter {
	say := func(lang, key string) string { return words.For(lang).T(key) }
	return asking.Letter{
		Kind: asking.AskMail, MailID: 77,
		Invitation: survey.Invitation{
			ID: 9, KeyID: 1, Nonce: make([]byte, survey.NonceLength), OrderRef: "10482", Language: lang, ExpiresAt: time.Date(2026, 12, 2, 23, 30, 0, 0, time.UTC),
		},
		Contact:    survey.Contact{ID: 5, Email: "maya@example.org", Name: "Maya <b>& Co</b>"},
		Survey:     survey.Survey{Settings: survey.Settings{Languages: words.Languages(), DefaultLanguage: "en"}},
		Definition: survey.FromTemplate(kind, say, words.Languages(), ""),
		Account:    account.Settings{Company: "Linden Home", Zone: "Europe/Warsaw", Brand: "#0a5c72"},
		Token:      token, OccasionAt: time.Date(2026, 11, 14, 9, 0, 0, 0, time.UTC), OccasionKind: people.Purchase, BaseURL: base,
	}
}

func composer(t testing.TB, s *mailtest.Sink) *mail.Composer {
	t.Helper()
	keys, err := survey.NewKeys(1, map[int64][]byte{1: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	m := server(s)
	m.Postal = "Linden Home, ul. Lipowa 14, 90-001 Łódź"
	return &mail.Composer{Settings: given(m), Keys: keys, Secret: []byte("secret")}
}

// arrived writes a letter, sends it, and gives what a mail program would show.
func arrived(t *testing.T, l asking.Letter) (mailtest.Message, mailtest.Parts) {
	t.Helper()
	s := mailtest.Start(t, mailtest.Options{})
	m, err := composer(t, s).Compose(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if out := newPost(t, s, server(s)).Deliver(t.Context(), m); out.Delivery != asking.Accepted {
		t.Fatalf("%+v", out)
	}
	got := s.Messages()[0]
	p, err := got.Parts()
	if err != nil {
		t.Fatal(err)
	}
	return got, p
}

var kinds = map[survey.TemplateKind]int{survey.TemplateNPS: 11, survey.TemplateCSAT: 5, survey.TemplateCES: 7, survey.TemplateCLI: 6}

// TestEveryMail writes each kind in each language and checks it as mail programs treat it.
func TestEveryMail(t *testing.T) {
	for kind, links := range kinds {
		for _, lang := range words.Languages() {
			for _, why := range []string{asking.AskMail, asking.ReminderMail, asking.TestMail} {
				t.Run(fmt.Sprintf("%s/%s/%s", kind, lang, why), func(t *testing.T) {
					t.Parallel()
					l := letter(kind, lang)
					l.Kind = why
					raw, p := arrived(t, l)
					if len(raw.Raw) > 102_000 {
						t.Errorf("the mail has %d bytes, a mail program would cut it", len(raw.Raw))
					}
					doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.HTML))
					if err != nil {
						t.Fatal(err)
					}
					checkHTML(t, doc, lang)
					checkSame(t, doc, p, links)
					checkHeaders(t, p, lang)
				})
			}
		}
	}
}

// allowed are the elements that every mail program shows.
var allowed = []string{"html", "head", "meta", "title", "body", "div", "table", "tbody", "tr", "td", "p", "h1", "b", "a"}

// refused are declarations that mail programs drop, or that load something.
var refused = regexp.MustCompile(`(?i)position|flex|grid|float|@|url\(|calc\(|var\(|!important|expression`)

// checkHTML is the HTML mail check: tables, styles at the elements, nothing loaded.
func checkHTML(t *testing.T, doc *goquery.Document, lang string) {
	t.Helper()
	doc.Find("*").Each(func(_ int, e *goquery.Selection) {
		name := goquery.NodeName(e)
		if !slices.Contains(allowed, name) {
			t.Errorf("there is a <%s>", name)
		}
		for _, a := range e.Get(0).Attr {
			if a.Key == "class" || a.Key == "id" || a.Key == "src" || a.Key == "background" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s> has %s=%q", name, a.Key, a.Val)
			}
			if a.Key == "style" && refused.MatchString(a.Val) {
				t.Errorf("<%s> has the style %q", name, a.Val)
			}
		}
	})
	doc.Find("table").Each(func(_ int, e *goquery.Selection) {
		for _, name := range []string{"role", "cellpadding", "cellspacing", "border"} {
			if _, ok := e.Attr(name); !ok {
				t.Errorf("a table has no %s", name)
			}
		}
	})
	doc.Find("p, h1, a").Each(func(_ int, e *goquery.Selection) {
		if _, ok := e.Attr("style"); !ok {
			t.Errorf("<%s>%s has no style of its own", goquery.NodeName(e), e.Text())
		}
	})
	if got := doc.Find("html").AttrOr("lang", ""); got != lang {
		t.Errorf("the language is %q", got)
	}
}

var address = regexp.MustCompile(`https://\S+`)

// checkSame compares the two parts: the same addresses, and every line of the text stands in the html.
func checkSame(t *testing.T, doc *goquery.Document, p mailtest.Parts, ratings int) {
	t.Helper()
	inText := address.FindAllString(p.Text, -1)
	var inHTML []string
	doc.Find("a").Each(func(_ int, e *goquery.Selection) { inHTML = append(inHTML, e.AttrOr("href", "")) })
	if diff := cmp.Diff(slices.Sorted(slices.Values(inText)), slices.Sorted(slices.Values(inHTML))); diff != "" {
		t.Errorf("the addresses differ:\n%s", diff)
	}
	n := 0
	for _, a := range inHTML {
		u, err := url.Parse(a)
		if err != nil || u.RawQuery != "" || !strings.HasPrefix(a, base+"/") {
			t.Errorf("%q is no address of ours: %v", a, err)
		}
		if strings.HasPrefix(a, base+"/s/"+token+"/") {
			n++
		}
	}
	if n != ratings {
		t.Errorf("there are %d links with a rating, want %d", n, ratings)
	}
	seen := strings.Join(strings.Fields(doc.Find("body").Text()), " ")
	doc.Find("a[aria-label]").Each(func(_ int, e *goquery.Selection) {
		seen += " " + strings.Replace(e.AttrOr("aria-label", ""), ", ", " = ", 1)
	})
	for line := range strings.Lines(p.Text) {
		line = strings.TrimSpace(address.ReplaceAllString(line, ""))
		line = strings.TrimSuffix(line, ":")
		if line == "" || line == "--" || strings.HasPrefix(line, strings.TrimSuffix(words.For(doc.Find("html").AttrOr("lang", "")).T("email.text_choose"), ":")) ||
			strings.HasPrefix(line, strings.TrimSuffix(words.For(doc.Find("html").AttrOr("lang", "")).T("email.words_choose"), ":")) {
			continue
		}
		if !strings.Contains(seen, strings.Join(strings.Fields(line), " ")) {
			t.Errorf("the html does not say %q", line)
		}
	}
}

func checkHeaders(t *testing.T, p mailtest.Parts, lang string) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Language": lang, "Auto-Submitted": "auto-generated", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "To": "<maya@example.org>",
	} {
		if got := p.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := p.Header.Get("List-Unsubscribe"); !regexp.MustCompile(`^<`+base+`/u/[0-9a-z]{26}>$`).MatchString(got) || !strings.Contains(p.Text, strings.Trim(got, "<>")) {
		t.Errorf("List-Unsubscribe is %q", got)
	}
}

// TestOrderOfAnswers: the links run from low to high, though a loyalty index stores its answers the other way round.
func TestOrderOfAnswers(t *testing.T) {
	for kind, want := range map[survey.TemplateKind][2]string{survey.TemplateNPS: {"0", "10"}, survey.TemplateCSAT: {"1", "5"}, survey.TemplateCLI: {"6", "1"}} {
		_, p := arrived(t, letter(kind, "en"))
		found := regexp.MustCompile(`/s/`+token+`/(\d+)`).FindAllStringSubmatch(p.Text, -1)
		if got := [2]string{found[0][1], found[len(found)-1][1]}; got != want {
			t.Errorf("%s: from %s to %s", kind, got[0], got[1])
		}
	}
}

// TestWhatIsNotKnown writes letters about less than an order with a date: nothing is made up.
func TestWhatIsNotKnown(t *testing.T) {
	for name, change := range map[string]func(*asking.Letter){
		"no date":   func(l *asking.Letter) { l.OccasionAt = time.Time{} },
		"no order":  func(l *asking.Letter) { l.Invitation.OrderRef = "" },
		"no name":   func(l *asking.Letter) { l.Contact.Name = " " },
		"an event":  func(l *asking.Letter) { l.OccasionKind, l.Invitation.OrderRef = "ticket.closed", "77" },
		"by hand":   func(l *asking.Letter) { l.OccasionKind, l.Invitation.OrderRef, l.OccasionAt = "", "", time.Time{} },
		"no scale":  func(l *asking.Letter) { l.Definition.Questions = l.Definition.Questions[:0] },
		"no expiry": func(l *asking.Letter) { l.Invitation.ExpiresAt = time.Time{} },
		"odd scale": func(l *asking.Letter) { l.Definition.Questions[0].Scheme = scoring.CSS10 },
	} {
		t.Run(name, func(t *testing.T) {
			l := letter(survey.TemplateNPS, "en")
			change(&l)
			_, p := arrived(t, l)
			all := p.Subject + p.Text + p.HTML
			for _, bad := range []string{"{", "}", "0001", "order  ", "order .", "of ."} {
				if strings.Contains(all, bad) {
					t.Errorf("the mail holds %q:\n%s", bad, p.Text)
				}
			}
			if (name == "an event" || name == "by hand") && (strings.Contains(p.Text, "bought") || strings.Contains(p.Text, "order")) {
				t.Errorf("the mail tells of a purchase:\n%s", p.Text)
			}
		})
	}
}

// TestSameNameTwice: a mail that is written again has the same id, another mail has another.
func TestSameNameTwice(t *testing.T) {
	c := composer(t, mailtest.Start(t, mailtest.Options{}))
	var ids []string
	for _, id := range []survey.ID{77, 77, 78} {
		l := letter(survey.TemplateNPS, "en")
		l.MailID = id
		m, err := c.Compose(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.ID)
	}
	if ids[0] != ids[1] || ids[0] == ids[2] || !strings.HasSuffix(ids[0], "@shop.example") {
		t.Error(ids)
	}
}
