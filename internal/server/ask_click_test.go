package server

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/survey"
)

// visitorOf is somebody, or a program, at a personal link.
type visitorOf struct {
	f           *shopfront
	token       string
	agent, from string
}

func (f *shopfront) personal() (token string, id survey.ID) {
	f.t.Helper()
	ctx := context.Background()
	inv := survey.Invitation{
		ID: f.ids.Next(), SurveyID: f.sv.ID, Touchpoint: 1, Language: "en", Nonce: survey.NewNonce(), KeyID: 1,
		CreatedAt: f.now, SentAt: f.now, ExpiresAt: f.now.AddDate(0, 0, 90), State: "sent",
	}
	token, err := f.keys.Token(1, inv.Nonce)
	f.must(err)
	f.must(f.st.CreateInvitations(ctx, []survey.Invitation{inv}, [][]byte{survey.HashToken(token)}))
	f.must(f.st.Shell(ctx, io.Discard, "UPDATE invitation SET rule_id = 7 WHERE id = "+inv.ID.String(), true))
	f.must(f.st.AddFunnel(ctx, []survey.FunnelDelta{{
		Cell: survey.FunnelCell{SurveyID: f.sv.ID, Touchpoint: 1, Language: "en", Day: survey.DayOf(f.now, time.UTC)}, Funnel: survey.Funnel{Sent: 1},
	}}))
	return token, inv.ID
}

func (v visitorOf) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.RemoteAddr = v.from + ":4000"
	r.Header.Set("User-Agent", v.agent)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "null")
	}
	w := httptest.NewRecorder()
	v.f.srv.Handler().ServeHTTP(w, r)
	return w
}

// open reads the page of a rating, and gives its form as a browser would send it.
func (v visitorOf) open(rating int) url.Values {
	v.f.t.Helper()
	w := v.do(http.MethodGet, "/s/"+v.token+"/"+strconv.Itoa(rating), nil)
	doc, err := goquery.NewDocumentFromReader(w.Body)
	v.f.must(err)
	form := url.Values{}
	doc.Find("form input").Each(func(_ int, s *goquery.Selection) {
		name, _ := s.Attr("name")
		value, _ := s.Attr("value")
		if _, checked := s.Attr("checked"); checked || s.AttrOr("type", "") == "hidden" {
			form.Set(name, value)
		}
	})
	if w.Code != http.StatusOK || form.Get("q1") != strconv.Itoa(rating) {
		v.f.t.Fatalf("the link of %d gives %d and %v", rating, w.Code, form)
	}
	return form
}

// touch is the first touch of a page that was opened, send its button.
func (v visitorOf) touch(rating int) int {
	form := v.open(rating)
	v.f.now = v.f.now.Add(2 * time.Second)
	form.Set("layout", "row")
	form.Set("hand", "1")
	form.Set("touch", "1")
	return v.do(http.MethodPost, "/s/"+v.token+"/score", form).Code
}

func (v visitorOf) send(rating int, comment string, change ...string) int {
	form := v.open(rating)
	v.f.now = v.f.now.Add(2 * time.Second)
	form.Set("comment", comment)
	for i := 0; i < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return v.do(http.MethodPost, "/s/"+v.token, form).Code
}

func (f *shopfront) answer(id survey.ID) (survey.Response, bool) {
	f.t.Helper()
	for _, r := range f.responses() {
		if r.ID == id {
			return r, true
		}
	}
	return survey.Response{}, false
}

func (f *shopfront) funnel() (sum survey.Funnel) {
	f.t.Helper()
	ctx := context.Background()
	diffs, err := f.st.CheckFunnel(ctx, time.UTC)
	f.must(err)
	for _, d := range diffs {
		f.t.Errorf("cohort %+v counts %+v, the invitations say %+v", d.Cell, d.Funnel, d.Invitations)
	}
	got, err := f.st.Funnel(ctx, reports.FunnelSlice{Period: reports.Period{All: true}, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages})
	f.must(err)
	return got[0].Funnel
}

// scanners are what is known of programs that read mail before people do.
func scanners() map[string]func(v visitorOf) {
	return map[string]func(v visitorOf){
		"reads all links": func(v visitorOf) {
			for rating := range 11 {
				v.do(http.MethodHead, "/s/"+v.token+"/"+strconv.Itoa(rating), nil)
				v.open(rating)
			}
		},
		"sends a form by a script": func(v visitorOf) { v.send(3, "", "layout", "row") },
		"follows the trap and touches": func(v visitorOf) {
			v.do(http.MethodGet, "/s/"+v.token+"/all", nil)
			v.touch(3)
		},
		"touches all pages": func(v visitorOf) {
			for rating := range 11 {
				v.touch(rating)
			}
		},
		"touches and sends all pages": func(v visitorOf) {
			for rating := range 11 {
				v.touch(rating)
				v.send(rating, "", "layout", "row", "hand", "1")
			}
		},
		"opens one at once and touches": func(v visitorOf) {
			v.f.now = v.f.now.Add(-30 * time.Second)
			v.touch(3)
		},
	}
}

func TestScannersGiveNothingAndLockNobodyOut(t *testing.T) {
	for name, scan := range scanners() {
		t.Run(name, func(t *testing.T) {
			f := openFront(t, survey.TemplateNPS)
			token, id := f.personal()
			f.now = f.now.Add(30 * time.Second)
			scan(visitorOf{f, token, "Mozilla/5.0 (scanner)", "192.0.2.7"})
			if r, ok := f.answer(id); ok && r.Status != survey.Held {
				t.Fatalf("the scanner's answer has status %d", r.Status)
			}
			if got := f.funnel(); got != (survey.Funnel{Sent: 1, Unconfirmed: 1}) {
				t.Errorf("after the scanner the funnel is %+v", got)
			}
			f.now = f.now.Add(10 * time.Second)
			reader := visitorOf{f, token, "Mozilla/5.0 (phone)", "198.51.100.9"}
			if code := reader.send(9, "Came in a day"); code != http.StatusSeeOther {
				t.Fatalf("after the scanner a person's form gets %d", code)
			}
			r, _ := f.answer(id)
			if r.Status != survey.Counted || r.Rating != 9 || r.Comment != "Came in a day" || !r.AnsweredAt.Equal(f.now) {
				t.Errorf("the person's answer is stored as %+v", r)
			}
			// It comes back: nothing of what the person said is changed.
			f.now = f.now.Add(20 * time.Hour) // while the answer may still be changed
			scan(visitorOf{f, token, "Mozilla/5.0 (scanner)", "192.0.2.7"})
			if again, _ := f.answer(id); again.Status != survey.Counted || again.Rating != 9 || again.Comment != r.Comment {
				t.Errorf("when the scanner came back the answer became %+v", again)
			}
			if got := f.funnel(); got != (survey.Funnel{Sent: 1, Clicked: 1, Answered: 1, Commented: 1}) {
				t.Errorf("in the end the funnel is %+v", got)
			}
		})
	}
}

func TestAPersonCountsWithATouchOrWithoutScripts(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	f.now = f.now.Add(time.Minute)
	for name, c := range map[string]struct {
		do      func(v visitorOf) int
		code    int
		comment string
	}{
		"touches and leaves":          {func(v visitorOf) int { return v.touch(8) }, http.StatusNoContent, ""},
		"sends":                       {func(v visitorOf) int { v.touch(8); return v.send(8, "good", "layout", "row", "hand", "1") }, http.StatusSeeOther, "good"},
		"sends without scripts":       {func(v visitorOf) int { return v.send(8, "good") }, http.StatusSeeOther, "good"},
		"touches what was sent":       {func(v visitorOf) int { v.send(8, "good"); return v.touch(2) }, http.StatusNoContent, "good"},
		"comes by a link of one word": {func(v visitorOf) int { v.open(3); return v.send(8, "good", "opened", "") }, http.StatusSeeOther, "good"},
	} {
		token, id := f.personal()
		f.now = f.now.Add(time.Minute)
		if code := c.do(visitorOf{f, token, "Mozilla/5.0", "198.51.100.9"}); code != c.code {
			t.Errorf("%s: %d, want %d", name, code, c.code)
		}
		if r, _ := f.answer(id); r.Status != survey.Counted || r.Rating != 8 || r.Comment != c.comment {
			t.Errorf("%s: stored as %+v", name, r)
		}
	}
}

func TestAScriptMayRepeatAnAnswerButNotChangeIt(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	token, id := f.personal()
	f.now = f.now.Add(time.Minute)
	v := visitorOf{f, token, "Mozilla/5.0 (phone)", "198.51.100.9"}
	for _, c := range []struct {
		comment string
		script  bool
		code    int
	}{{"good", false, http.StatusSeeOther}, {"good", true, http.StatusSeeOther}, {"bad", true, http.StatusConflict}} {
		var change []string
		if c.script {
			change = []string{"layout", "row"} // as the page's script sets it, and no hand was seen
		}
		if code := v.send(8, c.comment, change...); code != c.code {
			t.Errorf("%q, by a script %v, gets %d", c.comment, c.script, code)
		}
		if r, _ := f.answer(id); r.Status != survey.Counted || r.Comment != "good" || r.Revision != 0 {
			t.Errorf("after %q the answer is %+v", c.comment, r)
		}
	}
}

func TestStaffMayCountAClickAndThePersonStillComesFirst(t *testing.T) {
	f := openFront(t, survey.TemplateNPS)
	token, id := f.personal()
	ctx, none := context.Background(), func(context.Context) error { return nil }
	reception := f.srv.deps.Asking.Reception
	if err := reception.Count(ctx, id, 1, none); err != survey.ErrNothingClicked {
		t.Errorf("a link that nobody opened counts: %v", err)
	}
	f.now = f.now.Add(time.Hour)
	visitorOf{f, token, "Mozilla/5.0", "198.51.100.9"}.open(2)
	list, err := f.st.Unconfirmed(ctx, f.sv.ID, 0, 10)
	if f.must(err); len(list) != 1 || list[0].ID != id || list[0].ClickRating != 2 {
		t.Fatalf("unconfirmed are %+v", list)
	}
	opened := f.now
	f.now = f.now.Add(48 * time.Hour)
	f.must(reception.Count(ctx, id, 1, none))
	if r, _ := f.answer(id); r.Status != survey.Counted || r.Rating != 2 || !r.AnsweredAt.Equal(opened) {
		t.Errorf("counted by staff it is %+v", r)
	}
	if err := reception.Count(ctx, id, 1, none); err != survey.ErrNothingClicked {
		t.Errorf("counted twice: %v", err)
	}
	scanners()["touches all pages"](visitorOf{f, token, "Mozilla/5.0 (scanner)", "192.0.2.7"})
	if r, _ := f.answer(id); r.Status != survey.Counted || r.Rating != 2 {
		t.Errorf("after a scanner it is %+v", r)
	}
	if code := (visitorOf{f, token, "Mozilla/5.0", "198.51.100.9"}).send(10, "It came after all"); code != http.StatusSeeOther {
		t.Errorf("the person's own answer gets %d", code)
	}
	if r, _ := f.answer(id); r.Status != survey.Counted || r.Rating != 10 || r.Comment == "" {
		t.Errorf("the person's own answer is %+v", r)
	}
	if got := f.funnel(); got != (survey.Funnel{Sent: 1, Clicked: 1, Answered: 1, Commented: 1}) {
		t.Errorf("in the end the funnel is %+v", got)
	}
}
