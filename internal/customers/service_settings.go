package customers

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"
)

// settingsKey is where the settings of figures stand in the store.
const settingsKey = "customers.figures"

// Bounds of the settings.
const (
	MostDays       = 3660 // of a window, a grace or a lag
	MostLife       = 100  // years
	MostMonths     = 120
	MostCostGroups = 50
	longestGroup   = 100 // characters
)

// Settings reads what figures depend on, with the first order of the shop.
func (s *Figures) Settings(ctx context.Context) (v Settings, err error) {
	all, err := s.store.Settings(ctx)
	if err != nil {
		return v, fmt.Errorf("read the settings of figures: %w", err)
	}
	if text := all[settingsKey]; text != "" {
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return v, fmt.Errorf("read the settings of figures: %w", err)
		}
	}
	first, _, err := s.store.OrdersSpan(ctx)
	if err != nil {
		return v, fmt.Errorf("find the first order: %w", err)
	}
	if v.DataStartsAt = 0; !first.IsZero() {
		v.DataStartsAt = first.UnixMilli()
	}
	return v, nil
}

// SaveSettings stores what Check finds no fault with. Figures made with other settings are out of date from then on.
func (s *Figures) SaveSettings(ctx context.Context, v Settings) error {
	v.DataStartsAt = 0 // known from the orders
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the settings of figures: %w", err)
	}
	return s.store.SetSetting(ctx, settingsKey, string(text))
}

// Check names the fields of the settings that cannot be.
func (v Settings) Check() (fields []string) {
	bad := func(wrong bool, field string) {
		if wrong {
			fields = append(fields, field)
		}
	}
	within := func(n, most int64) bool { return n >= 0 && n <= most }
	bad(!within(v.WindowDays, MostDays), "window")
	bad(!within(v.GraceDays, MostDays), "grace")
	bad(!within(v.LagDays, MostDays), "lag")
	bad(v.Margin != nil && (v.Margin.Sign() < 0 || v.Margin.Cmp(big.NewRat(1, 1)) > 0), "margin")
	bad(v.Lifespan != nil && (v.Lifespan.Sign() <= 0 || v.Lifespan.Cmp(big.NewRat(MostLife, 1)) > 0), "lifespan")
	bad(!within(v.FirstMonths, MostMonths), "months")
	bad(len(v.CostGroups) > MostCostGroups || slices.ContainsFunc(v.CostGroups, func(g string) bool {
		return strings.TrimSpace(g) == "" || utf8.RuneCountInString(g) > longestGroup
	}), "groups")
	return fields
}
