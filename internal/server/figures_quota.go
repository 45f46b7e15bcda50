package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// quotaForm is a quota as it is typed in.
type quotaForm struct {
	Seller   string `form:"seller"`
	Period   string `form:"period"`
	Currency string `form:"currency"`
	Amount   string `form:"amount"`
}

// quotaKey names a quota by hand; times are unix ms.
type quotaKey struct {
	Seller   string `form:"seller"`
	From     string `form:"from"`
	To       string `form:"to"`
	Currency string `form:"currency"`
}

// is tells whether a quota has the key.
func (k quotaKey) is(q customers.Quota) bool {
	ms := func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
	return q.Agent == k.Seller && q.Currency == k.Currency && ms(q.Period.From) == k.From && ms(q.Period.To) == k.To
}

// quotas shows the quotas by hand, with a form that is empty or has the one that the address names.
func (h *figurePages) quotas(r *Request) error {
	all, err := h.Figures.TypedQuotas(r.HTTP().Context())
	if err != nil {
		return err
	}
	var f quotaForm
	if len(all) > 0 {
		f.Currency = all[0].Currency
	} else if f.Currency, err = h.Figures.UsualCurrency(r.HTTP().Context()); err != nil {
		return err
	}
	if seller := r.Query("seller"); seller != "" {
		k := quotaKey{seller, r.Query("from"), r.Query("to"), r.Query("currency")}
		found := false
		for _, q := range all {
			if k.is(q) {
				found = true
				f = quotaForm{q.Agent, h.daysOf(q.Period).Name(), q.Currency, r.Words.Digits(plainAmount(q.Amount, customers.MinorDigits(q.Currency)))}
			}
		}
		if !found {
			return errNotFound
		}
	}
	return h.quotaPage(r, http.StatusOK, f, all, nil)
}

func (h *figurePages) quotaPage(r *Request, status int, f quotaForm, all []customers.Quota, ps ui.Problems) error {
	today := survey.DayOf(h.s.deps.Now(), h.Zone())
	span, ok := customers.ParseSpan(f.Period)
	if !ok {
		span = customers.MonthOf(today)
	}
	p := templates.QuotaPage{
		Shell: r.shell(r.Words.T("metrics.quota.title"), templates.MetricsPath), Today: today, Span: span, Seller: f.Seller, Currency: f.Currency, Amount: f.Amount,
	}
	p.Shell.Problems = ps
	for _, q := range all {
		p.Entries = append(p.Entries, templates.QuotaEntry{Quota: q, Span: h.daysOf(q.Period)})
	}
	return h.s.render(r, status, templates.MetricQuotaPage(p))
}

// enterQuota stores a quota that was typed in.
func (h *figurePages) enterQuota(r *Request) error {
	var f quotaForm
	if err := r.decode(&f); err != nil {
		return err
	}
	q, ps := h.typedQuota(r, f)
	if len(ps) == 0 {
		err := h.record(r, "quota.save", q.Agent, func(ctx context.Context) error { return h.Figures.SaveQuota(ctx, q) })
		if err == nil {
			return r.done(templates.QuotasPath, "flash.saved")
		}
		if ps = quotaProblem(r, err); ps == nil {
			return err
		}
	}
	all, err := h.Figures.TypedQuotas(r.HTTP().Context())
	if err != nil {
		return err
	}
	return h.quotaPage(r, http.StatusUnprocessableEntity, f, all, ps)
}

// typedQuota reads what was typed, and what is wrong with it.
func (h *figurePages) typedQuota(r *Request, f quotaForm) (q customers.Quota, ps ui.Problems) {
	wrong := func(field, key string, args ...any) {
		ps = append(ps, ui.Problem{Field: field, Text: r.Words.T(key, args...)})
	}
	q = customers.Quota{Agent: survey.Line(f.Seller), Currency: strings.ToUpper(strings.TrimSpace(f.Currency))}
	if q.Agent == "" || len([]rune(q.Agent)) > customers.LongestSeller {
		wrong("seller", "metrics.quota.error.seller", "n", customers.LongestSeller)
	}
	if span, ok := customers.ParseSpan(f.Period); ok {
		q.Period = span.Period(h.Zone())
	} else {
		wrong("period", "metrics.hand.error.period")
	}
	if !customers.IsCurrency(q.Currency) {
		wrong("currency", "metrics.hand.error.currency")
	}
	var ok bool
	if q.Amount, ok = readAmount(f.Amount, customers.MinorDigits(q.Currency)); !ok || q.Amount <= 0 || q.Amount > customers.MostTyped {
		wrong("amount", "metrics.quota.error.amount")
	}
	return q, ps
}

// quotaProblem is what a person is told of an error, nil for one that is none of theirs.
func quotaProblem(r *Request, err error) ui.Problems {
	switch {
	case errors.Is(err, customers.ErrQuotaTold):
		return ui.Problems{{Field: "seller", Text: r.Words.T("metrics.quota.error.told")}}
	case errors.Is(err, customers.ErrTooMany):
		return ui.Problems{{Field: "seller", Text: r.Words.T("metrics.hand.error.many", "n", customers.MostManual)}}
	}
	return nil
}

// removeQuota deletes a quota by hand.
func (h *figurePages) removeQuota(r *Request) error {
	var k quotaKey
	if err := r.decode(&k); err != nil {
		return err
	}
	all, err := h.Figures.TypedQuotas(r.HTTP().Context())
	if err != nil {
		return err
	}
	for _, q := range all {
		if k.is(q) {
			if err := h.record(r, "quota.delete", q.Agent, func(ctx context.Context) error { return h.Figures.RemoveQuota(ctx, q) }); err != nil {
				return err
			}
			return r.done(templates.QuotasPath, "flash.figure_deleted")
		}
	}
	return errNotFound
}

// daysOf is a period as days of the account's zone: a month, a quarter, a year, or days of one's own.
func (h *figurePages) daysOf(p scoring.Period) customers.Span {
	first, last := survey.DayOf(p.From, h.Zone()), survey.DayOf(p.To, h.Zone())-1
	for _, s := range []customers.Span{customers.MonthOf(first), customers.QuarterOf(first), customers.YearOf(first)} {
		if s.First == first && s.Last == last {
			return s
		}
	}
	return customers.DaysBetween(first, last)
}
