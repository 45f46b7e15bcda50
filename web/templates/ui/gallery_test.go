package ui

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/surveyd/surveyd/web"
	"github.com/surveyd/surveyd/web/words"
)

// The gallery shows every block with sample data: the tests look at its
// structure, people look at it in a browser:
//
//	go test ./web/templates/ui -run Gallery -gallery /tmp/gallery
var galleryDir = flag.String("gallery", "", "write the gallery pages to this folder")

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func sampleShell(lang, title string) Shell {
	w := words.For(lang)
	return Shell{
		W: w, Title: title, Home: "/", Demo: true,
		Nav: []Link{
			{Text: "Overview", Href: "/", Current: true},
			{Text: "Answers", Href: "/responses", Count: "12", Counted: "new answers"},
			{Text: "Surveys", Href: "/surveys"},
			{Text: "Settings", Href: "/settings"},
		},
		User:  &Menu{Name: "Dana Keller", Links: []Link{{Text: "Password", Href: "/account"}}, SignOut: "/sign-out"},
		Langs: Langs(lang, func(code string) string { return "?lang=" + code }),
	}
}

// within puts children into a block that has room for them.
func within(frame templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return frame.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

// box is a plain element of a class around children.
func box(class string, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<section class="`+class+`">`); err != nil {
			return err
		}
		if err := templ.Join(children...).Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, "</section>")
		return err
	})
}

// html is written as it stands.
func html(markup string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, markup)
		return err
	})
}

func figure(heading string, chart templ.Component) templ.Component {
	w := words.For("en")
	return within(ChartFigure(Figure{W: w, Heading: heading, Sub: "Dashed: previous 12 weeks", Table: sampleTable(), CSV: "/export.csv"}), chart)
}

func gallery() map[string]templ.Component {
	w := words.For("en")
	s := sampleShell("en", "Overview")
	options := []Option{{Value: "a", Label: "Post-purchase"}, {Value: "b", Label: "After support"}}
	problems := Problems{{"email", "Enter an email address, for example name@example.com"}, {"role", "Choose one of the answers"}}
	form := sampleShell("en", "New user")
	form.Problems, form.Flash = problems, &Flash{Text: "Saved."}
	odd := make([]templ.Component, 0, 8)
	for _, name := range []string{"one", "none", "broken", "daily"} {
		odd = append(odd, box("box c6", figure(name, TrendChart(oddTrends()[name]))))
	}
	for i, r := range oddRules() {
		odd = append(odd, box("box c4", RuleChart(r), StackBarChart(oddBars()[i])))
	}
	odd = append(odd, box("box c5", HistogramChart(sampleHistogram(100))), box("box c4", NoData(w)))
	return map[string]templ.Component{
		"dashboard": within(Page(s),
			within(Lead("Summary", "NPS is +42, up 6 points on the previous 12 weeks.", []Link{{Text: "Download", Href: "#"}, {Text: "Print", Href: "#"}}), html("<p>That could still be chance.</p>")),
			within(Filter(w, "/"), FilterSelect(Field{ID: "survey", Label: "Survey"}, options), FilterSelect(Field{ID: "period", Label: "Period"}, options), FilterInput(Field{ID: "from", Label: "From", Type: "date", Value: "2026-11-01", Error: "Choose a day"})),
			box("board",
				box("box c7 hero", html("<h2>Net Promoter Score</h2>"), ScoreTile(w, Score{
					Value: "+42", Delta: "▲ 6 points", DeltaNote: "from +36; change interval −1 to +11",
					Facts: []Fact{{Before: "95% interval", Bold: "+37 to +46"}, {Bold: "1,363", After: "answers"}},
				}), RuleChart(sampleRule()), StackBarChart(sampleBar())),
				box("box c5", html("<h2>Other scores</h2>"), LedgerTable(sampleLedger())),
				box("box c12", figure("NPS by week, with 95% interval", TrendChart(sampleTrend()))),
				box("box c8", html("<h2>By touchpoint, same scale</h2>"), Smalls(sampleSmalls()), ChartTable(w, sampleTable(), "")),
				box("box c5", figure("How the 1,363 scores are spread", HistogramChart(sampleHistogram(1)))),
				box("box c4", figure("Satisfied with", DotIntervalChart(sampleAspects()))),
			)),
		"odd": within(Page(sampleShell("en", "Odd charts")), Title("Odd charts", ""), box("board", odd...)),
		"form": within(Page(form), Back("Users", "/users"), within(Title("New user", "They get a link to choose a password."), html(`<a class="btn" href="#">Import</a>`)),
			ErrorSummary(w, problems),
			box("box", Steps(w, []string{"Upload", "Columns", "Check", "Import"}, 1),
				TextInput(Field{ID: "name", Label: "Name", Hint: "As colleagues see it.", Value: "Ivan"}),
				TextInput(Field{ID: "email", Label: "Email address", Type: "email", Autocomplete: "email", Value: "x", Error: problems.At("email"), Hint: "For signing in."}),
				TextInput(Field{ID: "days", Label: "Days", Note: "optional", Short: true, InputMode: "numeric"}),
				TextInput(Field{ID: "colour", Label: "Brand colour", Type: "color", Value: "#0e6a83"}),
				TextInput(Field{ID: "file", Label: "File", Type: "file", Accept: ".csv"}),
				SelectInput(Field{ID: "survey", Label: "Survey"}, Select("b", options)),
				Textarea(Field{ID: "text", Label: "Question in Polish", Lang: "pl", Value: "Na ile?"}),
				Radios(Field{ID: "role", Label: "Role", Error: problems.At("role")}, []Option{{Value: "admin", Label: "Administrator", Hint: "May do everything."}, {Value: "manager", Label: "Manager"}}),
				Checkboxes(Field{ID: "langs", Label: "Languages"}, Select("en", []Option{{Value: "en", Label: "English"}, {Value: "bg", Label: "Български"}})),
				Checkbox(Field{ID: "ok", Label: "Send the link by email", Hint: "Later."}, "1", true),
				Progress(w, "p", "Importing rows", 40),
				html(`<p class="go"><button class="btn main">Save</button><a class="btn bare" href="#">Cancel</a><button class="btn risk">Delete</button></p>`))),
		"list": within(Page(sampleShell("ru", "Ответы")), Title("Ответы", ""), within(Banner(), html("Почта не настроена.")),
			box("box", DataTable(Table{
				Caption: "Ответы", Columns: []Column{{Text: "Когда"}, {Text: "Оценка", Num: true}, {Text: "Комментарий"}},
				Rows: [][]Cell{
					{{Text: "18 ноября", Href: "/responses/1", Sub: "14:05"}, {Text: "9"}, {Text: "Стол собрали за двадцать минут, дерево настоящее, запаха нет.", Lang: "ru", Sub: "Товар"}},
					{{Text: "17 ноября", Href: "/responses/2", Sub: "09:30", Tag: "тест"}, {Text: "0"}, {Text: "Left in the rain without a note.", Lang: "en"}},
				},
			}), PageLinks(words.For("ru"), Pager{Older: "?after=2", Text: "1–50 из 1000+"})),
			box("box", within(Empty("Ответов пока нет", "Отправьте тестовый опрос себе и посмотрите, как придёт первый ответ."), html(`<a class="btn main" href="#">Открыть опрос</a>`)))),
		"auth": within(AuthPage(sampleShell("pl", "Zaloguj się")), html("<h1>Zaloguj się</h1>"),
			TextInput(Field{ID: "email", Label: "E-mail", Type: "email"}), TextInput(Field{ID: "password", Label: "Hasło", Type: "password", Value: "never shown"}),
			html(`<p class="go"><button class="btn main">Zaloguj</button></p>`)),
		"confirm": within(Page(s), ConfirmForm(Confirm{Title: "Delete this answer?", Body: "The scores follow at once.", Action: "/responses/1/delete", Button: "Delete", Risk: true, Cancel: "Cancel", Back: "/responses/1", Hidden: []Hide{{"version", "3"}}})),
		"builder": within(Page(s), Title("Survey", ""), box("builder", box("box", Textarea(Field{ID: "q", Label: "Question"})), box("preview", html(`<h2>Preview</h2><iframe title="Preview" src="auth.html"></iframe>`)))),
	}
}

func TestGallery(t *testing.T) {
	for name, c := range gallery() {
		page := render(t, c)
		if !strings.HasPrefix(page, "<!doctype html>") {
			t.Errorf("%s is not a page: %.40q", name, page)
		}
		if *galleryDir == "" {
			continue
		}
		for _, asset := range []string{"app.css", "tokens.css", "favicon.svg"} {
			page = strings.ReplaceAll(page, web.Asset(asset), asset)
			if err := os.WriteFile(filepath.Join(*galleryDir, asset), []byte(web.Content(asset)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(*galleryDir, name+".html"), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
