package templates

import (
	"github.com/surveyd/surveyd/internal/reports"
)

// DashboardCare is how unhappy customers of the period and touchpoint hear back.
type DashboardCare struct {
	Now     reports.Standing
	Figures bool // the reader may see Total
	Total   reports.Care
}

// careRow is a figure of the box about follow-up.
type careRow struct {
	Name, Sub   string
	Value, Unit string
	Href        string
	Late        bool // somebody waits for too long
}

// careRows are the figures that the reader may see: what is to be done first.
func (d Dashboard) careRows() []careRow {
	w := d.W
	standing := func(key, view string, n int) careRow {
		text := w.Int(int64(n))
		if n > reports.MostCounted {
			text = w.Int(reports.MostCounted) + "+"
		}
		form := InboxForm{View: view, Touchpoint: d.Form.Touchpoint}
		if form.Touchpoint == None {
			form.Touchpoint = ""
		}
		return careRow{Name: w.T(key), Value: text, Href: form.Address(InboxPath)}
	}
	overdue := standing("care.now.overdue", "overdue", d.Care.Now.Overdue)
	overdue.Late = d.Care.Now.Overdue > 0
	rows := []careRow{overdue, standing("care.box.open", "", d.Care.Now.Open)}
	if !d.Care.Figures {
		return rows
	}
	total, href := d.Care.Total, d.careAddress()
	in := careRow{Name: w.T("care.box.in_time"), Value: "–"}
	if share, iv, ok := total.Share(); ok {
		in.Value, in.Unit, in.Href = w.Dec(share.Float(), 0), figuresPercent(w), href
		in.Sub = shareSpan(w, iv) + ", " + w.T("care.box.of", "n", w.Int(total.Owed()))
	}
	reply := careRow{Name: w.T("care.box.reply"), Value: "–"}
	if total.Reply.N > 0 {
		reply.Value, reply.Href, reply.Sub = hours(w, total.Reply.Median), href, w.T("care.box.of", "n", w.Int(total.Reply.N))
	}
	return append(rows, in, reply)
}

// careAddress leads to the figures of the same period and touchpoint, as far as they can be of it.
func (d Dashboard) careAddress() string {
	f := ResultsForm{Period: d.Form.Period, From: d.Form.From, To: d.Form.To, Touchpoint: d.Form.Touchpoint, Compare: usualCompare}
	if p := d.Filter.Period; p.All || p.Days() > reports.MostCareDays {
		f.Period, f.From, f.To = "52w", "", ""
	}
	return f.Address(CarePath)
}
