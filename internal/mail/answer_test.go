package mail_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
)

// fromAnna is a mail of Anna's with a header of its own and a body.
func fromAnna(header, body string) string {
	return "From: =?utf-8?q?Anna_=C5=81ab?= <anna@example.com>\r\nTo: help+0123456789abcdef@shop.example\r\nMessage-ID: <a1@example.com>\r\nIn-Reply-To: <ours@shop.example>\r\n" +
		"References: <first@shop.example>\r\n <ours@shop.example>\r\n" + strings.ReplaceAll(header+"\n"+body, "\n", "\r\n")
}

func TestWhatPeopleWrite(t *testing.T) {
	const quoted = "\n\nW dniu 22.11.2026 o 14:10, Linden Home pisze:\n> Dzień dobry,\n>\n> przepraszamy.\n"
	for name, c := range map[string]struct {
		header, body, text string
		files              []string
	}{
		"plain":             {"Content-Type: text/plain; charset=utf-8\n", "Dziękuję!\nAnna" + quoted, "Dziękuję!\nAnna", nil},
		"no type":           {"", "Thank you.\n\n-- \nAnna\nSent from a phone", "Thank you.", nil},
		"old alphabet":      {"Content-Type: text/plain; charset=windows-1251\nContent-Transfer-Encoding: quoted-printable\n", "=D1=EF=E0=F1=E8=E1=EE!", "Спасибо!", nil},
		"base64":            {"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", "0JHQu9Cw0LPQvtC00LDRgNGPIQ==\n", "Благодаря!", nil},
		"two lines above":   {"", "Fine.\n\nOn Sun, 22 Nov 2026 at 14:10, Linden Home <help@shop.example>\nwrote:\n\n> Hello\n", "Fine.", nil},
		"Outlook":           {"", "Fine.\n\n________________________________\nFrom: Linden Home\nSent: Sunday\nSubject: x\n\nHello", "Fine.", nil},
		"header in Russian": {"", "Хорошо.\n\nОт: Linden Home <help@shop.example>\nОтправлено: 22 ноября\nТема: x\n\nЗдравствуйте", "Хорошо.", nil},
		"original":          {"", "Dobrze.\n-----Wiadomość oryginalna-----\nOd: x", "Dobrze.", nil},
		"between the lines": {"", "> When?\nToday.\n> Where?\nAt home.\n", "> When?\nToday.\n> Where?\nAt home.", nil},
		"only a quotation":  {"", "> Hello\n", "> Hello", nil},
		"colon and no more": {"", "My order is 10482:\nbroken", "My order is 10482:\nbroken", nil},
		"html only": {
			"Content-Type: text/html; charset=utf-8\n",
			`<html><head><title>x</title><style>p{}</style></head><body><p>Dobr<b>ze</b> &lt;b&gt;,</p><script>alert(1)</script><div>do<br>jutra</div><div class="gmail_quote">W dniu 22.11 pisze:<blockquote>Dzień <div>dobry</div></blockquote></div></body></html>`,
			"Dobrze <b>,\n\ndo\njutra", nil,
		},
		"html that is all quoted": {"Content-Type: text/html\n", "<blockquote>Fine<script>x</script>", "Fine", nil},
		"both": {
			"Content-Type: multipart/alternative; boundary=b\n",
			"--b\nContent-Type: text/plain\n\nFine.\n--b\nContent-Type: text/html\n\n<p>No</p>\n--b--\n", "Fine.", nil,
		},
		"files": {
			"Content-Type: multipart/mixed; boundary=b\n",
			"--b\nContent-Type: text/plain\n\nSee there.\n--b\nContent-Type: image/jpeg; name=\"=?utf-8?q?zdj=C4=99cie.jpg?=\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nAAAA\n" +
				"--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"../../x\u202e.pdf\"\n\n%PDF\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n--b\nContent-Type: text/html; name=a.html\n\n<p>x\n--b--",
			"See there.",
			[]string{"zdjęcie.jpg", "../../x.pdf", "message/rfc822", "a.html"},
		},
		"cut off": {"Content-Type: multipart/mixed; boundary=b\n", "--b\nContent-Type: text/plain\n\nFine", "Fine", nil},
	} {
		got, err := mail.ReadAnswer(strings.NewReader(fromAnna(c.header, c.body)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := followup.Incoming{
			MessageID: "a1@example.com", From: "anna@example.com", Threads: []string{"ours@shop.example", "first@shop.example"}, Tags: []string{"0123456789abcdef"}, Text: c.text, Files: c.files,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestWhatNoPersonWroteIsLeftAlone(t *testing.T) {
	for _, header := range []string{
		"Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Precedence: Bulk", "Precedence: list", "List-Id: <x>", "List-Unsubscribe: <x>", "X-Autoreply: yes", "Return-Path: <>",
		"X-Loop: x", "Precedence: auto_reply",
	} {
		if _, err := mail.ReadAnswer(strings.NewReader(fromAnna(header+"\n", "I am away."))); !errors.Is(err, mail.ErrAutomatic) {
			t.Errorf("%s: %v", header, err)
		}
	}
	if got, err := mail.ReadAnswer(strings.NewReader(fromAnna("Auto-Submitted: no\n", "I am here."))); err != nil || got.Text != "I am here." {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestHostileMailIsBounded(t *testing.T) {
	var deep, wide strings.Builder
	for i := range 200 {
		fmt.Fprintf(&deep, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
		fmt.Fprintf(&wide, "--b0\nContent-Type: application/x; name=%d%s\n\nx\n", i, strings.Repeat("n", 300))
	}
	for name, m := range map[string]string{
		"huge":       fromAnna("", strings.Repeat("Zażółć gęślą jaźń. ", 200_000)),
		"no line":    fromAnna("", strings.Repeat("x", 3<<20)),
		"deep":       fromAnna("Content-Type: multipart/mixed; boundary=b0\n", deep.String()),
		"wide":       fromAnna("Content-Type: multipart/mixed; boundary=b0\n", wide.String()),
		"big header": fromAnna("X-Big: "+strings.Repeat("x ", 200_000)+"\n", "text"),
		"many ids":   fromAnna("References: "+strings.Repeat("<x@y> ", 10_000)+"\nCc: "+strings.Repeat("a+12345678@x, ", 10_000)+"\n", "text"),
		"html":       fromAnna("Content-Type: text/html\n", strings.Repeat("<div><blockquote", 50_000)),
		"gt":         fromAnna("", strings.Repeat(">", 400_000)+":"),
	} {
		in, err := mail.ReadAnswer(strings.NewReader(m))
		if err != nil {
			if !errors.Is(err, mail.ErrNoMessage) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		bounded(t, in)
	}
}

func TestWhatIsBeyondTheBoundIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		mail string
		cut  bool
		text string
	}{
		"short":                     {fromAnna("", "short"), false, "short"},
		"a header before the text":  {fromAnna("X-Big: "+strings.Repeat("x ", mail.MaxReturned)+"\n", "lost"), true, ""},
		"many headers":              {fromAnna(strings.Repeat("X-Big: xxxxxxxxxxxx\n", mail.MaxReturned/16), "lost"), true, ""},
		"a text behind a long file": {fromAnna("Content-Type: multipart/mixed; boundary=b\n", "--b\nContent-Type: image/png; name=a.png\n\n"+strings.Repeat("x\n", mail.MaxReturned)+"\n--b\n\nlost\n--b--\n"), true, ""},
	} {
		in, err := mail.ReadAnswer(strings.NewReader(c.mail))
		if err != nil || in.Cut != c.cut || in.Text != c.text {
			t.Errorf("%s: cut %t, %q, %v", name, in.Cut, in.Text, err)
		}
	}
}

// bounded checks what holds for whatever comes in.
func bounded(t *testing.T, in followup.Incoming) {
	t.Helper()
	if n := utf8.RuneCountInString(in.Text); n > followup.MaxIncoming || !utf8.ValidString(in.Text) || len(in.Files) > 20 || len(in.Threads) > 20 || len(in.Tags) > 20 || len(in.MessageID) > 200 {
		t.Errorf("%d runes, %d files, %d ids, %d tags", n, len(in.Files), len(in.Threads), len(in.Tags))
	}
	lines := append(slices.Concat(in.Files, in.Threads, in.Tags), in.MessageID, in.From)
	for _, s := range lines {
		if strings.ContainsAny(s, "\r\n\x00\u202e") || !utf8.ValidString(s) {
			t.Errorf("%q is not one line", s)
		}
	}
	if strings.ContainsAny(in.Text, "\r\x00\u202e") {
		t.Errorf("the text is not clean: %.100q", in.Text)
	}
}

// FuzzAnswer gives any bytes: what is kept of them is bounded and clean.
func FuzzAnswer(f *testing.F) {
	files, err := filepath.Glob("testdata/bounces/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(fromAnna("Content-Type: multipart/mixed; boundary=b\n", "--b\nContent-Type: text/html; charset=koi8-r\nContent-Transfer-Encoding: quoted-printable\n\n<p>=D1<blockquote>x\n--b\nContent-Type: a/b; name*=utf-8''%0d%0a\n\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := mail.ReadAnswer(strings.NewReader(string(text)))
		if err == nil {
			bounded(t, in)
		}
	})
}
