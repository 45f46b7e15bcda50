package templates

import (
	"math"
	"math/big"
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/web/templates/ui"
	"github.com/surveyd/surveyd/web/words"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// amounts writes the values of figures in one currency.
type amounts struct {
	w        *words.Words
	currency string
}

// decimals is how exactly a value of a unit is written (metrics 2.3).
func decimals(u customers.Unit, currency string) int {
	switch u {
	case customers.Percent, customers.Hours, customers.Days:
		return 1
	case customers.Plain, customers.Years:
		return 2
	case customers.Money:
		return customers.MinorDigits(currency)
	case customers.Count:
	}
	return 0
}

// MetricNumber is a value as files and pages have it: a plain decimal number, money in whole units of its currency; "" for no data.
func MetricNumber(v *big.Rat, u customers.Unit, currency string, extra int) string {
	if v == nil {
		return ""
	}
	if u == customers.Money {
		v = new(big.Rat).Quo(v, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(customers.MinorDigits(currency))), nil)))
	}
	n := decimals(u, currency)
	if u == customers.Count && !v.IsInt() {
		n = 2
	}
	return scoring.RoundRat(v, n+extra)
}

// bare is a value without its unit, as people read it.
func (a amounts) bare(v *big.Rat, u customers.Unit) string { return a.digits(v, u, 0) }

func (a amounts) digits(v *big.Rat, u customers.Unit, extra int) string {
	if v == nil {
		return "–"
	}
	return a.w.Digits(MetricNumber(v, u, a.currency, extra))
}

// unit stands after a bare value.
func (a amounts) unit(u customers.Unit) string {
	switch u {
	case customers.Percent:
		return figuresPercent(a.w)
	case customers.Money:
		return nbsp + a.currency
	case customers.Hours:
		return strings.TrimPrefix(a.w.T("care.hours", "n", "0"), "0")
	case customers.Days:
		return nbsp + a.w.T("metrics.unit.days")
	case customers.Years:
		return nbsp + a.w.T("metrics.unit.years")
	case customers.Plain, customers.Count:
	}
	return ""
}

// value is what people read: 49.5%, 1,234.50 EUR, 12.0 h.
func (a amounts) value(v *big.Rat, u customers.Unit) string {
	if v == nil {
		return a.w.T("metrics.no_data")
	}
	return a.bare(v, u) + a.unit(u)
}

// cell is value for tables and tiles, where a dash stands for no data.
func (a amounts) cell(v *big.Rat, u customers.Unit) string {
	if v == nil {
		return "–"
	}
	return a.value(v, u)
}

// mostDecimals is how many decimals beyond the usual a number gets that a reader may want to reckon with.
const mostDecimals = 4

// checkable is cell with as many decimals as it takes to come by hand to what the formula comes to: those of the whole number where they end, else four more than usual.
func (a amounts) checkable(v *big.Rat, u customers.Unit) string {
	if v == nil {
		return "–"
	}
	extra := 0
	for ; extra < mostDecimals; extra++ {
		written, ok := new(big.Rat).SetString(MetricNumber(v, u, a.currency, extra))
		exact := v
		if u == customers.Money {
			exact = new(big.Rat).Quo(v, big.NewRat(int64(math.Pow10(customers.MinorDigits(a.currency))), 1))
		}
		if ok && written.Cmp(exact) == 0 {
			break
		}
	}
	return a.digits(v, u, extra) + a.unit(u)
}

// size is how large a change is, without its sign. That of a percentage is in points.
func (a amounts) size(change *big.Rat, u customers.Unit) string {
	abs := new(big.Rat).Abs(change)
	if u == customers.Percent {
		return a.w.T("metrics.points", "n", a.bare(abs, u))
	}
	return a.value(abs, u)
}

// change is b minus a; nil where one of them has no value.
func change(a, b *big.Rat) *big.Rat {
	if a == nil || b == nil {
		return nil
	}
	return new(big.Rat).Sub(b, a)
}

// signed is a change with its sign: +2.1 points.
func (a amounts) signed(c *big.Rat, u customers.Unit) string {
	if c == nil {
		return "–"
	}
	text := a.size(c, u)
	switch {
	case strings.Trim(MetricNumber(c, u, a.currency, 0), "-0.") == "":
		return text
	case c.Sign() < 0:
		return "\u2212" + text
	}
	return "+" + text
}

// relative is a change in percent of what was before, "" where that was nothing.
func (a amounts) relative(before, c *big.Rat) string {
	if c == nil || before == nil || before.Sign() <= 0 {
		return ""
	}
	r := new(big.Rat).Mul(new(big.Rat).Quo(c, before), big.NewRat(100, 1))
	text := a.w.Digits(scoring.RoundRat(r, 1)) + figuresPercent(a.w)
	if r.Sign() > 0 {
		text = "+" + text
	}
	return text
}

// float places a value on a chart: money in whole units.
func (a amounts) float(v *big.Rat, u customers.Unit) float64 {
	if v == nil {
		return 0
	}
	f, _ := v.Float64()
	if u == customers.Money {
		f /= math.Pow10(customers.MinorDigits(a.currency))
	}
	return f
}

// freeScale is a round range that holds all values, and its step.
func freeScale(values []float64) (lo, hi, step float64) {
	for i, v := range values {
		if i == 0 {
			lo, hi = v, v
		}
		lo, hi = min(lo, v), max(hi, v)
	}
	if lo >= hi {
		room := max(math.Abs(lo)/10, 1)
		positive := lo >= 0
		if lo, hi = lo-room, hi+room; positive {
			lo = max(lo, 0)
		}
	}
	step = math.Pow(10, math.Floor(math.Log10((hi-lo)/4)))
	for _, m := range []float64{1, 2, 5, 10} {
		if (hi-lo)/(step*m) <= 5 {
			step *= m
			break
		}
	}
	return math.Floor(lo/step+1e-9) * step, math.Ceil(hi/step-1e-9) * step, step
}

// scaleTicks label a scale; large numbers are plain.
func (a amounts) scaleTicks(lo, hi, step float64, u customers.Unit) []ui.Tick {
	n := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	return ui.Ticks(lo, hi, step, 1, func(v float64) string {
		if u == customers.Percent {
			return a.w.Percent(v, n)
		}
		return a.w.Dec(v, n)
	})
}
