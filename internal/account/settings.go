package account

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Settings are the facts about the account that administrators set.
type Settings struct {
	Company   string
	Languages []string // of the surveys
	Language  string   // of Languages: where nothing else is known
	Zone      string   // IANA name: which day an answer belongs to
	Brand     string   // "#0a5c72", or "": ink
}

// Keys of the settings in the store.
const (
	keyCompany   = "company"
	keyLanguages = "languages"
	keyLanguage  = "language"
	keyZone      = "zone"
	keyBrand     = "brand"
)

// LeastContrast is the least contrast between the brand colour and the white text on it.
const LeastContrast = 4.5

// Settings gives the settings, with the usual ones where none are set.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	m, err := s.Store.Settings(ctx)
	if err != nil {
		return Settings{}, err
	}
	return SettingsFrom(m), nil
}

// SettingsFrom reads the settings out of all that is stored by key, with the usual ones where none are set.
func SettingsFrom(m map[string]string) Settings {
	v := Settings{Company: m[keyCompany], Languages: []string{"en"}, Language: m[keyLanguage], Zone: m[keyZone], Brand: m[keyBrand]}
	if m[keyLanguages] != "" {
		v.Languages = strings.Split(m[keyLanguages], ",")
	}
	if v.Language == "" {
		v.Language = v.Languages[0]
	}
	if v.Zone == "" {
		v.Zone = "UTC"
	}
	return v
}

// tidy cleans what was typed and says what is wrong with it. Offered are the languages that surveys can have.
func (v *Settings) tidy(offered []string) error {
	v.Company = tidyLine(v.Company)
	v.Brand = strings.ToLower(strings.TrimSpace(v.Brand))
	var c check
	c.add(v.Company == "", "company", "problem.company_missing")
	c.add(utf8.RuneCountInString(v.Company) > 100, "company", "problem.too_long")
	chosen := v.Languages
	v.Languages = nil
	for _, lang := range offered { // in the order of the pages, each once
		if slices.Contains(chosen, lang) {
			v.Languages = append(v.Languages, lang)
		}
	}
	c.add(len(v.Languages) == 0, "languages", "problem.languages")
	c.add(len(v.Languages) > 0 && !slices.Contains(v.Languages, v.Language), "language", "problem.default_language")
	c.add(!ValidZone(v.Zone), "zone", "problem.zone")
	if v.Brand != "" {
		contrast, ok := ContrastWithWhite(v.Brand)
		c.add(!ok, "brand", "problem.colour")
		c.add(ok && contrast < LeastContrast, "brand", "problem.contrast")
	}
	return c.err()
}

// ValidZone tells whether a time zone has this name. "Local" is none: it depends on the machine.
func ValidZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// SaveSettings stores the settings. A new zone counts all days anew in the same transaction.
func (s *Service) SaveSettings(ctx context.Context, actor User, v Settings, offered []string) error {
	if !actor.Can(EditSettings) {
		return ErrForbidden
	}
	if err := v.tidy(offered); err != nil {
		return err
	}
	entry := Entry{ActorID: actor.ID, Actor: actor.Email, Action: "settings.edit", Detail: map[string]string{}}
	return s.change(ctx, entry, func(ctx context.Context) error { return s.writeSettings(ctx, v, entry.Detail) })
}

// writeSettings stores what differs and notes it in detail.
func (s *Service) writeSettings(ctx context.Context, v Settings, detail map[string]string) error {
	m, err := s.Store.Settings(ctx)
	if err != nil {
		return err
	}
	for _, kv := range [][2]string{
		{keyCompany, v.Company},
		{keyLanguages, strings.Join(v.Languages, ",")},
		{keyLanguage, v.Language},
		{keyZone, v.Zone},
		{keyBrand, v.Brand},
	} {
		key, value := kv[0], kv[1]
		if m[key] == value {
			continue
		}
		detail[key] = value
		if err := s.Store.SetSetting(ctx, key, value); err != nil {
			return err
		}
	}
	if _, ok := detail[keyZone]; ok && s.Rezoner != nil {
		if err := s.Rezoner.Rezone(ctx, v.Zone); err != nil {
			return err
		}
	}
	return nil
}
