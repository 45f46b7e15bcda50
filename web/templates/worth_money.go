package templates

import (
	"strconv"

	"github.com/surveyd/surveyd/internal/customers/worth"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// schemes lists the groups of the survey that stand for a whole scale, one for each scale that it was asked on.
func (m WorthMoney) schemes() (all []worth.Group) {
	for _, g := range m.Picture.Groups {
		if g.SurveyID == m.SurveyID && g.Touchpoint == survey.AllTouchpoints {
			all = append(all, g)
		}
	}
	return all
}

// chosen is the group of a scale at the touchpoint that is chosen.
func (m WorthMoney) chosen(scheme scoring.Scheme) (worth.Group, bool) {
	for _, g := range m.Picture.Groups {
		if g.GroupKey == (worth.GroupKey{SurveyID: m.SurveyID, Scheme: scheme, Touchpoint: m.Touchpoint}) {
			return g, true
		}
	}
	return worth.Group{}, false
}

func (m WorthMoney) surveyName(id int64) string {
	for _, v := range m.Surveys {
		if v.ID == id {
			return v.Name
		}
	}
	return strconv.FormatInt(id, 10)
}

func (m WorthMoney) surveyOptions() []ui.Option {
	var options []ui.Option
	for _, g := range m.Picture.Groups {
		if id := strconv.FormatInt(g.SurveyID, 10); len(options) == 0 || options[len(options)-1].Value != id {
			options = append(options, ui.Option{Value: id, Label: m.surveyName(g.SurveyID)})
		}
	}
	return ui.Select(strconv.FormatInt(m.SurveyID, 10), options)
}

// place is the chosen touchpoint in addresses.
func (m WorthMoney) place() string {
	if m.Touchpoint == survey.AllTouchpoints {
		return ""
	}
	return m.TouchpointKey(m.Touchpoint)
}

// lead is the sentence that says it all.
func (m WorthMoney) lead() string {
	hidden := m.Picture.HiddenClasses(worth.CustomersOf)
	for _, whole := range m.schemes() {
		g, ok := m.chosen(whole.Scheme)
		if !ok {
			continue
		}
		if c := g.AtRisk(); c.Customers >= worth.FewestShown && !hidden[g.GroupKey][0] {
			args := []any{"class", figuresOf(m.W, g.Scheme).class(c.Class), "money", m.cash(float64(c.Revenue.Amount)), "survey", m.surveyName(g.SurveyID)}
			if m.Touchpoint == survey.AllTouchpoints {
				return m.W.T("worth.lead.money", args...)
			}
			return m.W.T("worth.lead.money_at", append(args, "touchpoint", m.Names.Touchpoint(m.Touchpoint))...)
		}
	}
	return m.W.T("worth.lead.money_few")
}

// atRisk sets the touchpoints' revenue at risk beside each other. They are not added up: a customer may be in several.
func (m WorthMoney) atRisk(scheme scoring.Scheme) ui.Table {
	w := m.W
	t := ui.Table{Caption: w.T("worth.at_risk"), Columns: []ui.Column{
		{Text: w.T("worth.newest_at")}, {Text: w.T("worth.customers"), Num: true}, {Text: w.T("worth.year"), Num: true}, {Text: w.T("results.interval"), Num: true},
	}}
	hidden := m.Picture.HiddenClasses(worth.CustomersOf)
	for _, g := range m.Picture.Groups {
		if g.SurveyID != m.SurveyID || g.Scheme != scheme {
			continue
		}
		name, b := m.W.T("worth.anywhere"), g.AtRisk().Buyers
		if g.Touchpoint != survey.AllTouchpoints {
			name = m.Names.Touchpoint(g.Touchpoint)
		}
		if b.Customers < worth.FewestShown || hidden[g.GroupKey][0] {
			t.Rows = append(t.Rows, ui.Cells(name, m.few(b.Customers), "–", "–"))
			continue
		}
		t.Rows = append(t.Rows, ui.Cells(name, w.Int(b.Customers), m.cash(float64(b.Revenue.Amount)), m.cashSpan(b.Revenue.Interval)))
	}
	return t
}

// buyerColumns and buyerCells are what a group of customers bought.
func (m WorthMoney) buyerColumns(first string) []ui.Column {
	w := m.W
	return []ui.Column{
		{Text: first}, {Text: w.T("worth.customers"), Num: true}, {Text: w.T("worth.year"), Num: true}, {Text: w.T("worth.clv"), Num: true}, {Text: w.T("worth.repeat"), Num: true},
	}
}

func (m WorthMoney) buyerCells(name string, b worth.Buyers, hidden bool) []ui.Cell {
	if hidden || b.Customers < worth.FewestShown {
		return ui.Cells(name, m.few(b.Customers), "–", "–", "–")
	}
	return []ui.Cell{
		{Text: name},
		{Text: m.W.Int(b.Customers)},
		{Text: m.cash(float64(b.Revenue.Amount)), Sub: m.cashSpan(b.Revenue.Interval)},
		{Text: m.cash(float64(b.Lifetime) / float64(b.Customers)), Sub: m.cashSpan(b.CLV)},
		m.share(b.Repeated, b.Bought),
	}
}

// classes sets the classes of a group beside each other.
func (m WorthMoney) classes(g worth.Group) ui.Table {
	w, f := m.W, figuresOf(m.W, g.Scheme)
	t := ui.Table{Caption: w.T("worth.classes"), Columns: append(m.buyerColumns(w.T("worth.class")), ui.Column{Text: w.T("worth.churn"), Num: true})}
	bought, active := m.Picture.HiddenClasses(worth.CustomersOf)[g.GroupKey], m.Picture.HiddenClasses(worth.ActiveOf)[g.GroupKey]
	for i, c := range g.Classes {
		churn := ui.Cell{Text: "–"}
		if c.Active >= worth.FewestShown && !active[i] {
			churn = m.share(c.Lost, c.Active)
		}
		t.Rows = append(t.Rows, append(m.buyerCells(f.class(c.Class), c.Buyers, bought[i]), churn))
	}
	return t
}

// back says whether customers came back, by class and by what became of their cases.
func (m WorthMoney) back(g worth.Group) ui.Table {
	w, f := m.W, figuresOf(m.W, g.Scheme)
	t := ui.Table{Caption: w.T("worth.back"), Columns: []ui.Column{{Text: w.T("worth.rated")}, {Text: w.T("worth.case")}}}
	for _, days := range worth.BackDays() {
		t.Columns = append(t.Columns, ui.Column{Text: w.N("worth.days", int64(days)), Num: true})
	}
	for _, c := range g.Classes {
		for _, kind := range worth.CaseKinds() {
			row := ui.Cells(f.class(c.Class), w.T("worth.case."+string(kind)))
			any := false
			for _, days := range worth.BackDays() {
				cell, found := m.cameBack(c, days, kind)
				row, any = append(row, cell), any || found
			}
			if any {
				t.Rows = append(t.Rows, row)
			}
		}
	}
	return t
}

func (m WorthMoney) cameBack(c worth.Class, days int, kind worth.CaseKind) (ui.Cell, bool) {
	for _, b := range c.Back {
		if b.Days != days || b.Case != kind {
			continue
		}
		if !c.ShowsBack(b) {
			return ui.Cell{Text: m.few(b.Customer)}, true
		}
		iv, _ := b.Interval()
		return ui.Cell{Text: m.W.Percent(100*float64(b.Came)/float64(b.Answers), 0), Sub: shareSpan(m.W, iv) + ", n = " + m.W.Int(b.Answers)}, true
	}
	return ui.Cell{Text: "–"}, false
}

// heard says what those bought who never answer.
func (m WorthMoney) heard() ui.Table {
	t := ui.Table{Caption: m.W.T("worth.heard"), Columns: m.buyerColumns(m.W.T("worth.voice"))}
	hidden := m.Picture.HiddenVoices()
	for i, v := range m.Picture.Heard {
		t.Rows = append(t.Rows, m.buyerCells(m.W.T("worth.voice."+string(v.Voice)), v.Buyers, hidden[i]))
	}
	return t
}
