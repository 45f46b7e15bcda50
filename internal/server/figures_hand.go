package server

import (
	"context"
	"errors"
	"math/big"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// handForm is what is typed in for a metric.
type handForm struct {
	ID       string            `form:"id"`
	Mode     string            `form:"mode"`
	Period   string            `form:"period"`
	Currency string            `form:"currency"`
	Note     string            `form:"note"`
	Inputs   map[string]string `form:"input.*"`
}

// handMetric finds the metric of the address, which must have a form.
func (h *figurePages) handMetric(r *Request) (customers.Metric, error) {
	m, ok := templates.MetricAt(h.Figures.Metrics(), r.Param("key"))
	if !ok || len(m.Counts) == 0 {
		return m, errNotFound
	}
	return m, nil
}

// byHand shows the form, empty or with what was typed in before.
func (h *figurePages) byHand(r *Request) error {
	m, err := h.handMetric(r)
	if err != nil {
		return err
	}
	f := handForm{Mode: r.Query("mode")}
	if f.Currency, err = h.Figures.UsualCurrency(r.HTTP().Context()); err != nil {
		return err
	}
	if id := r.Query("id"); id != "" {
		if f, err = h.entered(r, m, id); err != nil {
			return err
		}
	}
	return h.handPage(r, http.StatusOK, m, f, nil)
}

// entered is an entry as it would be typed.
func (h *figurePages) entered(r *Request, m customers.Metric, id string) (f handForm, err error) {
	all, err := h.Figures.ByHand(r.HTTP().Context(), m.Key)
	if err != nil {
		return f, err
	}
	for _, e := range all {
		form, ok := m.FormOf(e.Variant)
		if e.ID.String() != id || !ok {
			continue
		}
		f = handForm{ID: id, Mode: e.Variant, Currency: e.Currency, Note: e.Note, Period: h.daysOf(e.Period).Name(), Inputs: map[string]string{}}
		for _, field := range form.Fields {
			f.Inputs[field.Name] = r.Words.Digits(plainAmount(e.Inputs[field.Name], digitsOf(field, e.Currency)))
		}
		return f, nil
	}
	return f, errNotFound
}

func (h *figurePages) handPage(r *Request, status int, m customers.Metric, f handForm, ps ui.Problems) error {
	ctx := r.HTTP().Context()
	counts, ok := m.FormOf(f.Mode)
	if !ok {
		counts = m.Counts[0]
	}
	today := survey.DayOf(h.s.deps.Now(), h.Zone())
	span, ok := customers.ParseSpan(f.Period)
	if !ok {
		span = customers.MonthOf(today).Before(1)
	}
	p := templates.HandPage{
		Shell: r.shell(templates.MetricName(r.Words, m.Key), templates.MetricsPath), Metric: m, Counts: counts, Span: span, Today: today, Zone: h.Zone(),
		Typed: templates.HandForm{ID: f.ID, Period: span.Name(), Currency: f.Currency, Inputs: f.Inputs, Note: f.Note},
	}
	p.Shell.Problems = ps
	all, err := h.Figures.ByHand(ctx, m.Key)
	if err != nil {
		return err
	}
	if p.Settings, err = h.Figures.Settings(ctx); err != nil {
		return err
	}
	for _, e := range all {
		if figure, ok := h.Figures.Estimate(e, p.Settings); ok {
			p.Entries = append(p.Entries, templates.HandEntry{Manual: e, Figure: figure, Span: h.daysOf(e.Period)})
		}
	}
	if p.Users, err = h.s.deps.Accounts.List(ctx); err != nil {
		return err
	}
	return h.s.render(r, status, templates.MetricHandPage(p))
}

// enter stores what was typed in. Counts that contradict each other are kept, and said to be so.
func (h *figurePages) enter(r *Request) error {
	m, err := h.handMetric(r)
	if err != nil {
		return err
	}
	var f handForm
	if err := r.decode(&f); err != nil {
		return err
	}
	counts, ok := m.FormOf(f.Mode)
	if !ok {
		return errNotFound
	}
	e, ps := h.typed(r, m, counts, f)
	if len(ps) > 0 {
		return h.handPage(r, http.StatusUnprocessableEntity, m, f, ps)
	}
	action := "figure.add"
	if f.ID != "" {
		action = "figure.change"
		id, err := strconv.ParseInt(f.ID, 10, 64)
		if err != nil {
			return errNotFound
		}
		e.ID = survey.ID(id)
		if _, err := h.entered(r, m, f.ID); err != nil {
			return err
		}
	}
	err = h.record(r, action, m.Key, func(ctx context.Context) error { return h.Figures.SaveByHand(ctx, e) })
	if errors.Is(err, customers.ErrTooMany) {
		return h.handPage(r, http.StatusUnprocessableEntity, m, f, ui.Problems{{Field: "period", Text: r.Words.T("metrics.hand.error.many", "n", customers.MostManual)}})
	}
	if err != nil {
		return err
	}
	return r.done(templates.MetricPath(m.Key)+"/by-hand?mode="+counts.Variant, "flash.saved")
}

// typed reads what was typed in, and what is wrong with it.
func (h *figurePages) typed(r *Request, m customers.Metric, counts customers.Counts, f handForm) (e customers.Manual, ps ui.Problems) {
	e = customers.Manual{ID: h.IDs.Next(), Metric: m.Key, Variant: counts.Variant, Note: survey.Clean(f.Note), EnteredBy: r.User.ID, Inputs: map[string]int64{}}
	wrong := func(field, key string, args ...any) {
		ps = append(ps, ui.Problem{Field: field, Text: r.Words.T(key, args...)})
	}
	span, ok := customers.ParseSpan(f.Period)
	if !ok {
		wrong("period", "metrics.hand.error.period")
	} else {
		e.Period = span.Period(h.Zone())
	}
	if m.ByMoney {
		if e.Currency = strings.ToUpper(strings.TrimSpace(f.Currency)); !customers.IsCurrency(e.Currency) {
			wrong("currency", "metrics.hand.error.currency")
		}
	}
	for _, field := range counts.Fields {
		n, ok := readAmount(f.Inputs[field.Name], digitsOf(field, e.Currency))
		if !ok || n < -customers.MostTyped || n > customers.MostTyped || n < 0 && field.Unit != customers.Money {
			wrong("input."+field.Name, "metrics.hand.error.number")
		} else if field.Positive && n <= 0 {
			wrong("input."+field.Name, "metrics.quota.error.amount")
		}
		e.Inputs[field.Name] = n
	}
	if len([]rune(f.Note)) > customers.LongestNote {
		wrong("note", "problem.too_long")
	}
	return e, ps
}

// remove deletes an entry.
func (h *figurePages) remove(r *Request) error {
	m, err := h.handMetric(r)
	if err != nil {
		return err
	}
	if _, err := h.entered(r, m, r.Param("id")); err != nil {
		return err
	}
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := h.record(r, "figure.delete", m.Key, func(ctx context.Context) error { return h.Figures.RemoveByHand(ctx, survey.ID(id)) }); err != nil {
		return err
	}
	return r.done(templates.MetricPath(m.Key)+"/by-hand", "flash.figure_deleted")
}

// record does something together with its line in the audit log.
func (h *figurePages) record(r *Request, action, target string, do func(context.Context) error) error {
	return h.Figures.InTx(r.HTTP().Context(), func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return h.s.deps.Accounts.Record(ctx, account.Entry{ActorID: r.User.ID, Actor: r.User.Email, Action: action, Object: target})
	})
}

// digitsOf is how many decimals a number of a form has: it is kept as a whole number of the smallest parts.
func digitsOf(f customers.CountsField, currency string) int {
	if f.Unit == customers.Money {
		return customers.MinorDigits(currency)
	}
	return 0
}

// plainAmount writes so many smallest parts as a decimal number.
func plainAmount(n int64, digits int) string {
	return new(big.Rat).SetFrac(big.NewInt(n), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)).FloatString(digits)
}

var (
	amountGroups = regexp.MustCompile(`^\d{1,3}([.,]\d{3})+$`)
	amountShape  = regexp.MustCompile(`^(\d+|\d{1,3}([.,]\d{3})+)([.,](\d+))?$`)
)

// readAmount reads a number as people type it, with spaces, points or commas between thousands and either before its decimals, as so many of its smallest parts. A single
// separator before exactly three digits parts thousands, unless so many decimals are usual.
func readAmount(typed string, digits int) (int64, bool) {
	typed = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "\u2212", "-").Replace(strings.TrimSpace(typed))
	typed, negative := strings.CutPrefix(typed, "-")
	whole, fraction := typed, ""
	if !amountGroups.MatchString(typed) || digits == 3 {
		if m := amountShape.FindStringSubmatch(typed); m != nil {
			whole, fraction = m[1], m[4]
		}
	}
	whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
	if whole == "" || len(fraction) > digits || len(whole) > 15 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
	if negative {
		n = -n
	}
	return n, err == nil
}
