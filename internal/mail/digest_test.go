package mail_test

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/internal/telling"
	"github.com/surveyd/surveyd/web/words"
)

// digest is of a week with everything in it.
func digest(lang string) telling.DigestLetter {
	say := func(lang, key string) string { return words.For(lang).T(key) }
	def := survey.FromTemplate(survey.TemplateNPS, say, words.Languages(), "")
	count := func(worst, best int64) scoring.Score {
		return scoring.Of(scoring.NPS11, scoring.Counts{2: worst, 10: best}, 0)
	}
	from, to := count(40, 40), count(20, 100)
	monday := survey.Date(2026, 11, 9)
	w := reports.Week{
		Sent: reports.Turn{Now: 400, Before: 380}, Answers: reports.Turn{Now: 120, Before: 80}, Comments: reports.Turn{Now: 60, Before: 50},
		Rate: survey.Funnel{Sent: 300, Bounced: 10, Answered: 90}, RateBefore: survey.Funnel{Sent: 200, Answered: 70}, Settled: reports.Period{First: monday - 14, Last: monday - 8},
		Newest: []survey.Response{
			{ID: 1, VersionID: 1, Rating: 2, Language: "bg", Touchpoint: 3, AnsweredAt: noon, Comment: "<img src=x> кутия"},
			{ID: 2, VersionID: 1, Rating: survey.NoRating, AnsweredAt: noon, Comment: "عربي\u202e text"},
		},
		Definitions: map[int64]survey.Definition{1: def},
	}
	w.Filter = reports.Filter{Period: reports.Period{First: monday, Last: monday + 6}, Compare: reports.Previous, Touchpoint: survey.AllTouchpoints, Language: survey.AllLanguages}
	w.Survey, w.Headline, w.Answered = survey.Survey{Name: "After <b>purchase</b>"}, reports.Headline{Question: 1, Scheme: scoring.NPS11}, true
	w.Score = reports.Compared{From: from, To: to, Change: scoring.Compare(from, to), Real: true}
	w.Findings = []reports.Finding{{Kind: reports.Apart, Touchpoint: 3, Compared: w.Score}}
	return telling.DigestLetter{
		Reader: reader(lang), Period: w.Filter.Period, Week: &w, OverdueCount: 9, Touchpoints: []survey.Touchpoint{{ID: 3, Names: survey.Text{"en": "Delivery"}}},
		Definitions: map[int64]survey.Definition{1: def},
		Goals:       []customers.Standing{scoreGoal(), moneyGoal()},
		Surveys:     []survey.Survey{{ID: 4, Name: "After <b>purchase</b>", Edited: def}},
		Overdue:     []followup.Listed{{Case: followup.Case{ID: 70, Touchpoint: 3, Status: followup.New, DueAt: noon.Add(-100 * time.Hour)}, Name: "Maya", VersionID: 1, Rating: 2}},
	}
}

// scoreGoal is behind, and moneyGoal has reached its target before its time.
func scoreGoal() customers.Standing {
	score := scoring.Of(scoring.NPS11, scoring.Counts{2: 20, 10: 100}, 0)
	g := customers.Goal{
		ID: 7, Published: true, Specific: "Raise <b>NPS</b>", Kind: customers.GoalNumber, Baseline: big.NewRat(20, 1), Target: big.NewRat(125, 2), Start: 100, Deadline: 200,
		Measure: customers.Measure{By: customers.MeasuredByScore, SurveyID: 4, Touchpoint: 3},
	}
	return customers.Standing{Goal: g, Reading: customers.Reading{Value: score.Exact.Rat(), Score: &score}, GoalProgress: scoring.GoalProgress{Status: scoring.GoalBehind}, DaysLeft: 31}
}

func moneyGoal() customers.Standing {
	g := customers.Goal{
		ID: 8, Published: true, Specific: "Returns", Kind: customers.GoalMoney, Baseline: big.NewRat(480_000, 1), Target: big.NewRat(300_000, 1), Start: 100, Deadline: 200,
		Measure: customers.Measure{By: customers.MeasuredByHand, Currency: "EUR"},
	}
	return customers.Standing{Goal: g, Reading: customers.Reading{Value: big.NewRat(299_999, 1)}, GoalProgress: scoring.GoalProgress{Status: scoring.GoalAchieved}}
}

// TestADigestHasALineForEachGoal in both of its parts.
func TestADigestHasALineForEachGoal(t *testing.T) {
	l := digest("en")
	l.MoreGoals = true
	p, doc := toStaff(t, func(c telling.Composer) (asking.Message, error) { return c.Digest(t.Context(), l) })
	plain := strings.NewReplacer("\r\n", "\n", "\u00a0", " ")
	want := "Running goals\n\nRaise <b>NPS</b>\nBehind: +67, target +62.5 · 95% interval +52 to +78 · 120 answers in 90 days · 31 days left\n" + base + "/goals/7\n\n" +
		"Returns\nAchieved: 2,999.99 EUR, target 3,000.00 EUR · last day today\n" + base + "/goals/8\n\nAll goals\n" + base + "/goals\n"
	if text := plain.Replace(p.Text); !strings.Contains(text, want) {
		t.Errorf("it does not say %q:\n%s", want, text)
	}
	for _, want := range []string{"Behind: +67, target +62.5", "Achieved: 2,999.99 EUR, target 3,000.00 EUR"} {
		if !strings.Contains(plain.Replace(doc.Text()), want) {
			t.Errorf("the html does not say %q", want)
		}
	}
	if n := doc.Find(`a[href$="/goals/7"], a[href$="/goals/8"], a[href$="/goals"]`).Length(); n != 3 {
		t.Errorf("%d links to goals, want 3", n)
	}
}

func TestDigestsInEveryLanguage(t *testing.T) {
	for _, lang := range words.Languages() {
		for name, change := range map[string]func(*telling.DigestLetter){
			"a week":    func(*telling.DigestLetter) {},
			"no survey": func(l *telling.DigestLetter) { l.Week, l.Overdue, l.OverdueCount = nil, nil, 0 },
			"the last":  func(l *telling.DigestLetter) { l.Week, l.Last = nil, true },
			"very many": func(l *telling.DigestLetter) { l.OverdueCount = telling.MostCounted + 1 },
			"nothing": func(l *telling.DigestLetter) {
				*l.Week = reports.Week{Dashboard: l.Week.Dashboard}
				l.Week.Score = reports.Compared{}
			},
		} {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				l := digest(lang)
				change(&l)
				p, doc := toStaff(t, func(c telling.Composer) (asking.Message, error) { return c.Digest(t.Context(), l) })
				checkStaff(t, lang, p, doc)
				if got := strings.Contains(p.Text, words.For(lang).N("digest.stops", telling.MostEmpty)); got != l.Last {
					t.Errorf("it says that it is the last one: %v", got)
				}
			})
		}
	}
}

func TestADigestSaysHowSureItsFiguresAre(t *testing.T) {
	p, doc := toStaff(t, func(c telling.Composer) (asking.Message, error) { return c.Digest(t.Context(), digest("en")) })
	if n := doc.Find("th[scope=row]").Length(); n != 5 {
		t.Errorf("%d figures", n)
	}
	for _, want := range []string{
		"NPS is +67, up 67 points on the previous 7 days.", "The change is larger than chance would explain.", "95% interval +", "120 answers", "Response rate: 31%\n   ▼ from 35%\n   95% interval 26% to 37%\n   of 290 asked",
		"Delivery is 67 points above the other touchpoints.", "Overdue cases: 9\n\nMaya, 2 of 10\nDelivery · Overdue by 4 days\n", base + "/inbox?view=overdue",
	} {
		if text := strings.NewReplacer("\r\n", "\n", "\u00a0", " ").Replace(p.Text); !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}
