package server

import (
	"context"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/web/templates"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// lifeDigits is how many decimals a margin and a lifespan may have.
const lifeDigits = 2

// figureSettings is what the page of figures' settings sends.
type figureSettings struct {
	Window   string `form:"window"`
	Grace    string `form:"grace"`
	Lag      string `form:"lag"`
	Margin   string `form:"margin"` // percent
	Lifespan string `form:"lifespan"`
	Months   string `form:"months"`
	Once     bool   `form:"once"`
	Groups   string `form:"groups"`
}

// settings shows what figures depend on.
func (h *figurePages) settings(r *Request) error {
	v, err := h.Figures.Settings(r.HTTP().Context())
	if err != nil {
		return err
	}
	f := figureSettings{Window: days(v.WindowDays), Grace: days(v.GraceDays), Lag: days(v.LagDays), Months: days(v.FirstMonths), Once: v.OncePerDay, Groups: strings.Join(v.CostGroups, "\n")}
	if v.Margin != nil {
		f.Margin = trimmed(r, new(big.Rat).Mul(v.Margin, big.NewRat(100, 1)))
	}
	if v.Lifespan != nil {
		f.Lifespan = trimmed(r, v.Lifespan)
	}
	return h.settingsPage(r, http.StatusOK, f, nil)
}

// days is a whole number that was set, "" for the usual.
func days(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// trimmed is a number with up to two decimals.
func trimmed(r *Request, v *big.Rat) string {
	return r.Words.Digits(strings.TrimSuffix(strings.TrimRight(scoring.RoundRat(v, lifeDigits), "0"), "."))
}

func (h *figurePages) settingsPage(r *Request, status int, f figureSettings, ps ui.Problems) error {
	p := templates.FigureSettings{
		S: r.shell(r.Words.T("metrics.settings.title"), "/settings"), Tabs: r.settingsTabs(templates.FigureSettingsPath),
		Window: f.Window, Grace: f.Grace, Lag: f.Lag, Margin: f.Margin, Lifespan: f.Lifespan, Month: f.Months, OncePerDay: f.Once, Groups: f.Groups,
	}
	p.S.Problems = ps
	return h.s.render(r, status, templates.FigureSettingsPage(p))
}

// saveSettings stores what figures depend on; those made with other settings are made anew.
func (h *figurePages) saveSettings(r *Request) error {
	var f figureSettings
	if err := r.decode(&f); err != nil {
		return err
	}
	v, bad := f.read()
	var ps ui.Problems
	for _, field := range append(bad, v.Check()...) {
		ps = append(ps, ui.Problem{Field: field, Text: r.Words.T("metrics.settings." + field + "_error")})
	}
	if len(ps) > 0 {
		return h.settingsPage(r, http.StatusUnprocessableEntity, f, ps)
	}
	if err := h.record(r, "settings.figures", "", func(ctx context.Context) error { return h.Figures.SaveSettings(ctx, v) }); err != nil {
		return err
	}
	return r.done(templates.FigureSettingsPath, "flash.saved")
}

// read makes settings of what was typed; bad are the fields that are no numbers.
func (f figureSettings) read() (v customers.Settings, bad []string) {
	number := func(field, typed string, digits int) *big.Rat {
		if strings.TrimSpace(typed) == "" {
			return nil
		}
		n, ok := readAmount(strings.TrimSuffix(strings.TrimSpace(typed), "%"), digits)
		if !ok {
			bad = append(bad, field)
			return nil
		}
		return new(big.Rat).SetFrac(big.NewInt(n), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	}
	whole := func(field, typed string) int64 {
		if n := number(field, typed, 0); n != nil {
			return n.Num().Int64()
		}
		return 0
	}
	v = customers.Settings{WindowDays: whole("window", f.Window), OncePerDay: f.Once, GraceDays: whole("grace", f.Grace)}
	if v.Margin = number("margin", f.Margin, lifeDigits); v.Margin != nil {
		v.Margin.Quo(v.Margin, big.NewRat(100, 1))
	}
	v.Lifespan, v.FirstMonths, v.LagDays = number("lifespan", f.Lifespan, lifeDigits), whole("months", f.Months), whole("lag", f.Lag)
	for line := range strings.SplitSeq(f.Groups, "\n") {
		if name := customers.CostCategory(line); name != "" && !slices.Contains(v.CostGroups, name) {
			v.CostGroups = append(v.CostGroups, name)
		}
	}
	return v, bad
}
