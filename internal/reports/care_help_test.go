package reports_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// replyTo replies to the case of an answer an hour later.
func (c *careShop) replyTo(answer survey.ID) {
	c.t.Helper()
	c.now = c.now.Add(time.Hour)
	id, err := c.st.CaseOf(context.Background(), answer)
	c.must(err)
	_, err = c.service.Change(context.Background(), 1, id, followup.AnyVersion, followup.Edit{Reply: &followup.Entry{Kind: "reply", Body: "Sorry"}}, nil)
	c.must(err)
}

func (c *careShop) fourWeeks() reports.CareFilter {
	return reports.CareFilter{Period: reports.LastWeeks(4, survey.DayOf(c.now, c.zone)), Touchpoint: survey.AllTouchpoints}
}

func TestDidItHelp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := openCareShop(t, st)
		// The first four had heard back before they answered again, the fifth only after that; the sixth did not answer again, and of an anonymous answer nobody knows.
		next := []int{9, 7, 2, 10, 6}
		for i := range 6 {
			who := c.known(fmt.Sprint("p", i))
			first := c.answer(who, i%3, 1, "")
			if i < 4 || i == 5 {
				c.replyTo(first.ID)
			}
			if i < len(next) {
				c.now = c.now.Add(24 * time.Hour)
				c.answer(who, next[i], 2, "")
				c.answer(who, 0, 2, "") // later than the next one, and of no weight
			}
			if i == 4 {
				c.replyTo(first.ID)
			}
		}
		c.answer(0, 1, 1, "")
		got, err := c.reports.Helped(context.Background(), c.fourWeeks())
		c.must(err)
		if len(got) != 2 || !got[0].Heard || got[1].Heard {
			t.Fatalf("the figures are %+v", got)
		}
		heard, not := got[0], got[1]
		// Differences 9, 6, 0, 10: mean 6.25, standard deviation 4.5, t(3) 3.1824.
		if heard.Change.N != 4 || heard.Before != (scoring.Ratio{Num: 3, Den: 4}) || heard.After != (scoring.Ratio{Num: 28, Den: 4}) || heard.Happier != 3 ||
			math.Abs(heard.Change.Lo-(6.25-3.18244630528371*4.5/2)) > 1e-6 || math.Abs(heard.Change.Hi-(6.25+3.18244630528371*4.5/2)) > 1e-6 {
			t.Errorf("of those who had heard back: %+v", heard)
		}
		if not.Change.N != 1 || not.Change.Mean != (scoring.Ratio{Num: 5, Den: 1}) || not.Change.HasInterval || not.Happier != 0 || !not.HasShare {
			t.Errorf("of those who had not: %+v", not)
		}
		f := c.fourWeeks()
		f.Touchpoint = 2 // where only later answers were given, which joined the cases
		if got, err := c.reports.Helped(context.Background(), f); err != nil || len(got) != 0 {
			t.Errorf("at another touchpoint: %+v, %v", got, err)
		}
	})
}

func TestWhatCasesAreAbout(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c, ctx := openCareShop(t, st), context.Background()
		var first survey.Response
		for i, text := range []string{
			"Paczka przyszła ROZBITA", "Gdzie jest moja paczkę?", "paczki, paczki: paczki", "<script>alert('paczka')</script>", "Доставка опоздала", "Где доставку носит", "   ", "Broken",
		} {
			r := c.answer(0, i%3, 1+int64(i/4), text)
			if i == 0 {
				first = r
			}
			c.now = c.now.Add(time.Minute)
		}
		spam := c.answer(0, 0, 1, "paczka paczka")
		_, err := c.marks.SetStatus(ctx, spam.ID, survey.Spam, 1, func(context.Context) error { return nil })
		c.must(err)
		id, err := st.CaseOf(ctx, first.ID)
		c.must(err)
		_, err = c.service.Change(ctx, 1, id, followup.AnyVersion, followup.Edit{Tags: &[]string{"courier"}}, nil)
		c.must(err)
		got, err := c.reports.Terms(ctx, c.fourWeeks())
		c.must(err)
		if len(got) != 2 || len(got[0].Tags) != 1 || got[0].Tags[0] != (reports.Term{Text: "courier", Key: "courier", N: 1}) {
			t.Fatalf("cases are about %+v", got)
		}
		if w := got[0].Words; len(w) != 1 || w[0].Text != "paczka" || w[0].N != 4 {
			t.Errorf("the words of the first touchpoint are %+v", w)
		}
		if w := got[1].Words; len(w) != 1 || w[0].N != 2 || w[0].Text != "доставка" {
			t.Errorf("the words of the second touchpoint are %+v", w)
		}
		behind := func(word, tag string, most int) (texts []string) {
			said, err := c.reports.Behind(ctx, c.fourWeeks(), word, tag, most)
			c.must(err)
			for _, v := range said {
				texts = append(texts, v.Comment)
			}
			return texts
		}
		if got := behind(got[0].Words[0].Key, "", 3); !slices.Equal(got, []string{"<script>alert('paczka')</script>", "paczki, paczki: paczki", "Gdzie jest moja paczkę?"}) {
			t.Errorf("behind the word are %q", got)
		}
		if got := behind("", "courier", 50); !slices.Equal(got, []string{"Paczka przyszła ROZBITA"}) {
			t.Errorf("behind the tag are %q", got)
		}
	})
}

func TestALogIsReadInPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c, ctx := openCareShop(t, st), context.Background()
		for i := range 7 {
			c.answer(c.known(fmt.Sprint("p", i/2)), 0, 1, "")
			c.now = c.now.Add(time.Duration(i%2) * time.Minute) // some in the same instant
		}
		var ids []survey.ID
		var after followup.Entry
		for {
			page, err := st.CaseLogOf(ctx, today.Start(time.UTC), c.now, after, 2)
			c.must(err)
			for _, e := range page {
				ids = append(ids, e.ID)
				after = e
			}
			if len(page) < 2 {
				break
			}
		}
		if slices.Sort(ids); len(ids) != 6 || len(slices.Compact(ids)) != 6 {
			t.Errorf("in pages the log is %v", ids)
		}
	})
}
