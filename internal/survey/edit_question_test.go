package survey_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/surveyd/surveyd/internal/survey"
)

func numbers(d survey.Definition) (nos []int) {
	for _, q := range d.Questions {
		nos = append(nos, q.No)
	}
	return nos
}

// TestEditingQuestionsNeverMixesThemUp does anything a builder can do, in any order, and compares with a plain list.
func TestEditingQuestionsNeverMixesThemUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d survey.Definition
		var want []int
		next := 1
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			before := slices.Clone(numbers(d))
			kept := d
			no := rapid.IntRange(0, next).Draw(t, "no")
			at := slices.Index(want, no)
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				d = d.WithQuestion(survey.Question{Kind: survey.Open})
				next = 1
				if len(want) > 0 {
					next = slices.Max(want) + 1
				}
				want = append(want, next)
			case 1:
				d = d.WithoutQuestion(no)
				if at >= 0 {
					want = slices.Delete(want, at, at+1)
				}
			case 2:
				d = d.Moved(no, -1)
				if at > 0 {
					want[at-1], want[at] = want[at], want[at-1]
				}
			case 3:
				d = d.Moved(no, 1)
				if at >= 0 && at < len(want)-1 {
					want[at+1], want[at] = want[at], want[at+1]
				}
			}
			if got := numbers(d); !slices.Equal(got, want) {
				t.Fatalf("questions %v, want %v", got, want)
			}
			if !slices.Equal(numbers(kept), before) {
				t.Fatal("the definition before was changed")
			}
		}
	})
}

func TestOptionsHaveABound(t *testing.T) {
	d := survey.Definition{Questions: []survey.Question{{No: 4, Kind: survey.Single}}}
	for range survey.MaxOptions + 3 {
		d = d.WithOption(4)
	}
	if n := len(d.Questions[0].Options); n != survey.MaxOptions {
		t.Errorf("%d options", n)
	}
	d, _ = d.WithTexts("en", map[string]string{"q.4.option.2": "b", "q.4.option.3": "c"})
	d = d.WithoutOption(4, 1).WithoutOption(4, 99).WithoutOption(5, 1)
	if got := d.Questions[0].Options; len(got) != survey.MaxOptions-1 || got[0]["en"] != "b" || got[1]["en"] != "c" {
		t.Errorf("options %v", got)
	}
}

func TestTextsOfALostQuestionComeBack(t *testing.T) {
	d := survey.FromTemplate(survey.TemplateNPS, say, []string{"en", "ru"}, "")
	got, left := d.WithTexts("ru", map[string]string{"q.1.text": "Посоветуете?", "q.7.text": "Ещё?", "thanks.best": ""})
	if diff := cmp.Diff(map[string]string{"q.7.text": "Ещё?"}, left); diff != "" {
		t.Error(diff)
	}
	if got.Questions[0].Text["ru"] != "Посоветуете?" || got.Thanks.Best["ru"] != "" || got.Questions[0].Text["en"] != d.Questions[0].Text["en"] {
		t.Errorf("texts are %v", got.Questions[0].Text)
	}
	if d.Questions[0].Text["ru"] == "Посоветуете?" {
		t.Error("the definition before was changed")
	}
}
