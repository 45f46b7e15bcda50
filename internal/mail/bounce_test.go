package mail_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/mail"
)

// returned says what each sample reports; nothing: it is left alone.
var returned = map[string]asking.BounceKind{
	"postfix-unknown": asking.HardBounce, "headers-only": asking.HardBounce, "qmail": asking.HardBounce, "exim": asking.HardBounce,
	"mailbox-full": asking.SoftBounce, "policy": asking.SoftBounce, "expired": asking.SoftBounce, "complaint": asking.Complaint,
	"delayed": "", "delivered": "", "away": "", "away-null-path": "", "person": "", "loop": "", "cut-off": "", "read-receipt": "",
}

func TestWhatComesBack(t *testing.T) {
	files, err := filepath.Glob("testdata/bounces/*.eml")
	if err != nil || len(files) != len(returned) {
		t.Fatalf("%d files, want %d: %v", len(files), len(returned), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want := returned[strings.TrimSuffix(filepath.Base(name), ".eml")]
		for ending, text := range map[string][]byte{"CR LF": text, "LF": bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))} {
			got, err := mail.ReadReturned(bytes.NewReader(text))
			if want == "" {
				if !errors.Is(err, mail.ErrNoReport) {
					t.Errorf("%s, %s: %+v, %v", name, ending, got, err)
				}
				continue
			}
			if err != nil || got.Kind != want || got.MessageID != "abcdefghijklmnop@shop.example" || got.Address != "" || want != asking.Complaint && len(got.Detail) < 5 {
				t.Errorf("%s, %s: %+v, %v", name, ending, got, err)
			}
		}
	}
}

// TestHugeReturned: only the beginning of a message is read.
func TestHugeReturned(t *testing.T) {
	head := "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\n\r\n550 5.1.1\r\n" + strings.Repeat("x\r\n", mail.MaxReturned)
	if got, err := mail.ReadReturned(strings.NewReader(head + "Message-ID: <a@shop.example>\r\n")); !errors.Is(err, mail.ErrNoReport) {
		t.Errorf("%+v, %v", got, err)
	}
}

// FuzzReturned gives any bytes: a report always names a mail.
func FuzzReturned(f *testing.F) {
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
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := mail.ReadReturned(bytes.NewReader(text))
		if err == nil && (got.MessageID == "" || got.Kind == "" || got.Address != "") {
			t.Errorf("%+v", got)
		}
		if err != nil && !errors.Is(err, mail.ErrNoReport) && !errors.Is(err, mail.ErrNoMessage) {
			t.Error(err)
		}
	})
}
