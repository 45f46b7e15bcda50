package demo

import (
	"fmt"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/words"
)

// retelling is the answers of a shop as they are in the end, without a store.
type retelling struct {
	shop Shop
	zone *time.Location
	now  time.Time
	all  []survey.Response // in the order of time
}

func retold(t *testing.T, now time.Time) retelling {
	t.Helper()
	s := setup(t, now)
	version := func(id int64, kind survey.TemplateKind) survey.Version {
		return survey.Version{ID: id, SurveyID: id, Definition: survey.FromTemplate(kind, s.Say, languages(), "")}
	}
	f := retelling{zone: s.Zone, now: now, shop: Shop{
		Loyalty: version(1, survey.TemplateCLI), Support: version(2, survey.TemplateCES), Delivery: version(3, survey.TemplateCSAT), Purchase: version(4, survey.TemplateNPS),
		Touchpoints: map[string]int64{checkout: 1, product: 2, delivery: 3, support: 4}, Users: staff(now),
	}}
	tale, err := tell(s, f.shop)
	if err != nil {
		t.Fatal(err)
	}
	given, changed, err := tale.records(s, f.shop)
	if err != nil {
		t.Fatal(err)
	}
	last := map[survey.ID]survey.Response{}
	for _, rec := range changed {
		last[rec.Response.ID] = rec.Response
	}
	for _, rec := range given {
		r, ok := last[rec.Response.ID]
		if !ok {
			r = rec.Response
		}
		f.all = append(f.all, r)
	}
	return f
}

// counts is the ratings of a survey's primary question in the days from first to last, counted from today back (0), at a touchpoint ("": all).
func (f retelling) counts(v survey.Version, touchpoint string, first, last int) (c scoring.Counts) {
	today := survey.DayOf(f.now, f.zone)
	for _, r := range f.all {
		day := int(today - survey.DayOf(r.AnsweredAt, f.zone))
		if r.VersionID == v.ID && r.Status == survey.Counted && r.Rating != survey.NoRating && day <= first && day >= last &&
			(touchpoint == "" || r.Touchpoint == f.shop.Touchpoints[touchpoint]) {
			c[r.Rating]++
		}
	}
	return c
}

func (f retelling) score(v survey.Version, touchpoint string, first, last int) scoring.Score {
	return scoring.Of(v.Definition.Scheme(), f.counts(v, touchpoint, first, last), 0)
}

// TestTheStory holds the figures at any time of day, week and year: in the night, on a Monday, over a change of clocks.
func TestTheStory(t *testing.T) {
	for _, at := range []time.Time{now, time.Date(2026, 11, 22, 22, 1, 0, 0, time.UTC), time.Date(2027, 3, 29, 3, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 9, 0, 0, 0, time.UTC)} {
		t.Run(at.Format(time.RFC3339), func(t *testing.T) {
			f := retold(t, at)
			f.figures(t)
			f.release(t)
			f.trouble(t)
			f.hours(t)
		})
	}
}

func (f retelling) figures(t *testing.T) {
	t.Helper()
	s := f.shop
	for _, want := range []struct {
		version     survey.Version
		touchpoint  string
		first, last int
		lo, hi      float64
		n           int64
	}{
		{s.Purchase, "", 83, 0, 41, 43, 1363},
		{s.Purchase, "", 167, 84, 35, 37, 1349},
		{s.Purchase, checkout, 83, 0, 36, 38, 526},
		{s.Purchase, product, 83, 0, 45, 48, 466},
		{s.Purchase, delivery, 83, 0, 41, 44, 343},
		{s.Purchase, support, 83, 0, 30, 34, 28},
		{s.Delivery, "", 83, 0, 85, 87, 684},
		{s.Support, "", 83, 0, 5.6, 5.8, 512},
		{s.Support, "", 167, 84, 5.2, 5.4, 498},
	} {
		got := f.score(want.version, want.touchpoint, want.first, want.last)
		if got.Value < want.lo || got.Value > want.hi || got.N != want.n {
			t.Errorf("%s at %q, days %d to %d: %.1f of %d, want %.1f..%.1f of %d", want.version.Definition.Scheme(), want.touchpoint, want.first, want.last, got.Value, got.N, want.lo, want.hi, want.n)
		}
	}
	if change := f.score(s.Purchase, "", 83, 0).Value - f.score(s.Purchase, "", 167, 84).Value; change < 5.5 || change >= 6.5 {
		t.Errorf("the score rose by %.1f, want about 6", change)
	}
	for rating, n := range f.counts(s.Purchase, "", 83, 0) {
		if n < 10 {
			t.Errorf("%d answers of %d in the last 12 weeks", n, rating)
		}
	}
	var loyalty scoring.CLITally
	for _, r := range f.all {
		if total, ok := r.CLITotal(s.Loyalty.Definition); ok && f.now.Sub(r.AnsweredAt) < 84*24*time.Hour {
			loyalty.N, loyalty.Sum, loyalty.SumSq = loyalty.N+1, loyalty.Sum+int64(total), loyalty.SumSq+int64(total*total)
		}
	}
	if got := scoring.CLIOf(loyalty.N, loyalty.Sum, loyalty.SumSq); got.N < 36 || got.N > 38 || got.Value < 71 || got.Value > 77 {
		t.Errorf("CLI %.1f of %d, want 74 of 38", got.Value, got.N)
	}
}

// release: the new checkout made a difference, by more than chance.
func (f retelling) release(t *testing.T) {
	t.Helper()
	before, after := f.score(f.shop.Purchase, checkout, 97, 49), f.score(f.shop.Purchase, checkout, 48, 0)
	if c := scoring.Compare(before, after); after.Value-before.Value < 17 || after.Value-before.Value > 21 || !c.Significant(c.P) {
		t.Errorf("the checkout went from %.1f to %.1f (p = %v)", before.Value, after.Value, c.P)
	}
}

// trouble: delivery fell in the last two weeks, and people say why.
func (f retelling) trouble(t *testing.T) {
	t.Helper()
	before, after := f.score(f.shop.Purchase, delivery, 83, 14), f.score(f.shop.Purchase, delivery, 13, 0)
	if c := scoring.Compare(before, after); before.Value < 47 || before.Value > 49 || after.Value < 15 || after.Value > 17 || !c.Significant(c.P) {
		t.Errorf("delivery went from %.1f to %.1f (p = %v)", before.Value, after.Value, c.P)
	}
	if got := f.score(f.shop.Purchase, product, 13, 0); got.Value < 25 {
		t.Errorf("the product fell to %.1f as well", got.Value)
	}
}

// hours: no answer comes from the future, the last hours are lively, and few people answer in the small hours.
func (f retelling) hours(t *testing.T) {
	t.Helper()
	lately, night := 0, 0
	for _, r := range f.all {
		ago := f.now.Sub(r.AnsweredAt)
		if ago < 0 || ago > 24*7*25*time.Hour {
			t.Fatalf("an answer of %s", r.AnsweredAt)
		}
		if ago < 4*time.Hour {
			lately++
		}
		if h := r.AnsweredAt.In(f.zone).Hour(); h >= 1 && h < 5 {
			night++
		}
	}
	if lately < 10 || night > len(f.all)/50 {
		t.Errorf("%d answers in the last four hours, %d between 1 and 5 in the night", lately, night)
	}
}

func TestEverybodyIsThere(t *testing.T) {
	f := retold(t, now)
	seen := map[string]int{}
	for _, r := range f.all {
		seen["language "+r.Language]++
		seen[fmt.Sprintf("status %d", r.Status)]++
		seen[fmt.Sprintf("at %d in %s", r.Touchpoint, r.Language)]++
		seen[fmt.Sprintf("layout %d", r.Layout)]++
		for name, is := range map[string]bool{
			"comment": r.Comment != "", "order": r.OrderRef != "", "customer": r.ContactID != 0, "edited": r.Revision > 0, "unfinished": r.Unfinished, "zero": r.Rating == 0,
		} {
			if is {
				seen[name]++
			}
		}
		for _, a := range r.Answers {
			if a.CantSay {
				seen["can't say"]++
			}
		}
	}
	for what, least := range map[string]int{
		"language en": 1000, "language pl": 800, "language ru": 400, "language bg": 700, "status 1": 5, "status 2": 4, "status 3": 1, "layout 1": 1000, "layout 2": 1000,
		"comment": 1000, "order": 1000, "customer": 1000, "edited": 30, "unfinished": 10, "zero": 30, "can't say": 200,
	} {
		if seen[what] < least {
			t.Errorf("%s: %d, want at least %d", what, seen[what], least)
		}
	}
	for _, id := range f.shop.Touchpoints {
		for _, lang := range words.Languages() {
			if n := seen[fmt.Sprintf("at %d in %s", id, lang)]; n < 10 {
				t.Errorf("touchpoint %d has %d answers in %s", id, n, lang)
			}
		}
	}
}

// TestTheFeedHardlyRepeats reads the comments as the dashboard shows them.
func TestTheFeedHardlyRepeats(t *testing.T) {
	f := retold(t, now)
	var comments []string
	times := map[string]int{}
	for _, r := range f.all {
		if r.Comment != "" && r.Status == survey.Counted {
			comments = append(comments, r.Comment)
			times[r.Comment]++
		}
	}
	if len(times)*4 < len(comments)*3 {
		t.Errorf("%d of %d comments are different", len(times), len(comments))
	}
	for i, c := range comments {
		for _, before := range comments[max(0, i-30):i] {
			if c == before {
				t.Errorf("within 30 comments again: %q", c)
			}
		}
	}
}
