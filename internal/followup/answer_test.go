package followup_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/mail"
	"github.com/surveyd/surveyd/internal/survey"
)

// sent sends a reply, and gives what arrived.
func (o *office) sent(status followup.Status) (header map[string][]string) {
	o.t.Helper()
	o.send(status)
	o.pass(time.Minute)
	got := o.sink.Take()
	if len(got) != 1 {
		o.t.Fatalf("%d mails were received", len(got))
	}
	p, err := got[0].Parts()
	o.must(err)
	return p.Header
}

func TestAnAnswerComesIntoTheLog(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ours := o.sent(followup.Waiting)["Message-Id"][0]
		version := o.current().Version
		in := followup.Incoming{MessageID: "a1@example.com", Threads: []string{"else@example.com", strings.Trim(ours, "<>")}, From: "Anna@Example.com", Text: "Dziękuję, ale <b>nic</b> nie przyszło.", Files: []string{"zdjęcie.jpg"}}
		id, err := o.replies.Take(t.Context(), in)
		if err != nil || id != o.id {
			t.Fatalf("case %s, %v", id, err)
		}
		c := o.current()
		if c.Status != followup.New || c.Version != version+1 || c.RepliedAt.IsZero() {
			t.Errorf("the case is %+v", c)
		}
		if _, err := o.replies.Take(t.Context(), in); !errors.Is(err, followup.ErrTwice) {
			t.Errorf("twice: %v", err)
		}
		lines, err := o.st.CaseLog(t.Context(), o.id, 100)
		o.must(err)
		e := lines[len(lines)-1]
		if lines[len(lines)-2].Kind == followup.LogIncoming {
			e = lines[len(lines)-2]
		}
		from, files, cut := e.Incoming()
		if e.Body != in.Text || from != "" || len(files) != 1 || files[0] != "zdjęcie.jpg" || cut || e.UserID != 0 {
			t.Errorf("the line is %+v: %q %q %t", e, from, files, cut)
		}
		o.must(o.take(&o.dana))
		next := o.sent(followup.Waiting)
		if next["In-Reply-To"][0] != "<a1@example.com>" || strings.Join(strings.Fields(next["References"][0]), " ") != ours+" <a1@example.com>" {
			t.Errorf("the next reply has %v", next)
		}
		in = followup.Incoming{MessageID: "a2@example.com", Threads: []string{strings.Trim(next["Message-Id"][0], "<>")}, From: "brother@example.com", Text: "Za siostrę.", Cut: true}
		if _, err := o.replies.Take(t.Context(), in); err != nil || o.current().Status != followup.InProgress {
			t.Errorf("the second one: %v, %+v", err, o.current())
		}
	})
}

// take gives the case to somebody.
func (o *office) take(user *int64) error {
	_, err := o.service.Change(o.t.Context(), o.dana, o.id, followup.AnyVersion, followup.Edit{Owner: user}, nil)
	return err
}

func TestAnAnswerOpensAResolvedCase(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.returns = account.MailReturns{Answers: "help@shop.example", AnswerTags: true}
		to := o.sent(followup.Resolved)["Reply-To"][0]
		tag, _, ok := strings.Cut(strings.TrimPrefix(to, "<help+"), "@shop.example>")
		if !ok || len(tag) < 30 {
			t.Fatalf("the answer goes to %s", to)
		}
		for _, wrong := range []string{"", tag[1:], tag[:len(tag)-1] + "z", strings.Repeat("0", len(tag)), tag + "00"} {
			if _, err := o.replies.Take(t.Context(), followup.Incoming{Tags: []string{wrong}, Text: "x"}); !errors.Is(err, survey.ErrNotFound) {
				t.Errorf("the tag %q leads somewhere: %v", wrong, err)
			}
		}
		if _, err := o.replies.Take(t.Context(), followup.Incoming{Tags: []string{"12345678", tag}, Text: "Nie."}); err != nil {
			t.Fatal(err)
		}
		c := o.current()
		if c.Status != followup.New || c.Rounds != 2 || c.Reopened != 1 || !c.RepliedAt.IsZero() || !c.DueAt.Equal(c.OpenedAt.Add(48*time.Hour)) || c.OpenedAt.Sub(o.now) > time.Second {
			t.Errorf("the case is %+v", c)
		}
	})
}

func TestALoopEnds(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ours := strings.Trim(o.sent(followup.Waiting)["Message-Id"][0], "<>")
		if _, err := o.replies.Take(t.Context(), followup.Incoming{MessageID: ours, Threads: []string{ours}, Text: "our own words"}); !errors.Is(err, followup.ErrOurs) {
			t.Errorf("our own mail: %v", err)
		}
		o.returns = account.MailReturns{Answers: "answers@shop.example"}
		for _, own := range []string{"Help@shop.example", "answers@SHOP.example"} {
			if _, err := o.replies.Take(t.Context(), followup.Incoming{MessageID: "x@shop.example", Threads: []string{ours}, From: own, Text: "from our own desk"}); !errors.Is(err, followup.ErrOurs) {
				t.Errorf("a mail from %s: %v", own, err)
			}
		}
		if strings.Contains(o.log(), "incoming") {
			t.Errorf("the log is %s", o.log())
		}
		taken := 0
		for i := range 2 * followup.MaxIncomingDay {
			_, err := o.replies.Take(t.Context(), followup.Incoming{MessageID: fmt.Sprintf("m%d@example.com", i), Threads: []string{ours}, Text: "again"})
			if err == nil {
				taken++
			} else if !errors.Is(err, followup.ErrFlood) || !mail.LeftAlone(err) {
				t.Fatal(err)
			}
		}
		if n := strings.Count(o.log(), "flood"); taken != followup.MaxIncomingDay || n != 1 {
			t.Errorf("%d were taken, %d lines say that there were more", taken, n)
		}
		o.now = o.now.Add(25 * time.Hour)
		if _, err := o.replies.Take(t.Context(), followup.Incoming{MessageID: "m@example.com", Threads: []string{ours}, Text: "a day later"}); err != nil {
			t.Error(err)
		}
	})
}
