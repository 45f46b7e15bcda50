package people

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/surveyd/surveyd/internal/survey"
)

// checker cleans rows. It remembers zones, since reading one takes a file.
type checker struct {
	now   time.Time
	zones map[string]bool
}

// check cleans a row in place, and tells why it can't be kept, or what was left out of it.
func (k *checker) check(row *Row) (Reason, []Warning) {
	c := &row.Contact
	given := *c
	*c = survey.Contact{
		ExternalID: survey.Line(given.ExternalID), Name: survey.Line(given.Name), Language: Language(given.Language),
		Zone: strings.TrimSpace(given.Zone), Consent: given.Consent,
	}
	var warnings []Warning
	warn := func(is bool, w Warning) {
		if is && !slices.Contains(warnings, w) {
			warnings = append(warnings, w)
		}
	}
	// The address is judged as it was given: cleaning could make another one of it.
	if address := strings.TrimSpace(given.Email); survey.PlainAddress(address) {
		c.Email = address
	} else if address != "" {
		c.BadEmail = cut(survey.Line(address), survey.MaxEmail)
		warnings = append(warnings, BadAddress)
	}
	switch {
	case c.ExternalID == "" && c.BadEmail != "":
		return NoAddress, nil
	case c.ExternalID == "" && c.Email == "":
		return Unnamed, nil
	case utf8.RuneCountInString(c.ExternalID) > MaxExternalID:
		return LongName, nil
	}
	warn(c.Language == "" && strings.TrimSpace(given.Language) != "", NoLanguage)
	if c.Zone != "" && !k.zone(c.Zone) {
		c.Zone = ""
		warn(true, NoZone)
	}
	if name := cut(c.Name, survey.MaxName); name != c.Name {
		c.Name = name
		warn(true, LongText)
	}
	var whole bool
	c.Properties, whole = properties(given.Properties)
	warn(!whole, TooMuch)
	if row.Occasion == nil {
		return "", warnings
	}
	o := *row.Occasion // the caller's own stays as it is
	row.Occasion = &o
	reason, whole := k.occasion(&o)
	if reason != "" {
		return reason, nil
	}
	warn(!whole, TooMuch)
	warn(o.At.After(k.now.Add(time.Hour)), InFuture) // clocks differ
	warn(o.At.Before(k.now.Add(-OldOccasion)), LongAgo)
	return "", warnings
}

// occasion cleans an occasion. whole is false when properties were left out.
func (k *checker) occasion(o *Occasion) (bad Reason, whole bool) {
	*o = Occasion{
		Kind: strings.ToLower(strings.TrimSpace(o.Kind)), ExternalID: survey.Line(o.ExternalID), At: o.At, OrderRef: survey.Line(o.OrderRef),
		Touchpoint: o.Touchpoint, Properties: o.Properties,
	}
	o.Properties, whole = properties(o.Properties)
	switch {
	case !ValidKind(o.Kind):
		bad = BadKind
	case max(utf8.RuneCountInString(o.ExternalID), utf8.RuneCountInString(o.OrderRef)) > MaxExternalID:
		bad = LongNumber
	case o.At.IsZero():
		bad = NoTime
	case o.At.Year() < OldestOccasion || o.At.After(k.now.Add(MaxAhead)):
		bad = OccasionRange
	}
	o.At = time.UnixMilli(o.At.UnixMilli()).UTC() // as it is stored
	return bad, whole
}

// ValidKind tells whether s can name a kind of occasion: small letters, digits and . _ - in between, such as ticket.closed.
func ValidKind(s string) bool {
	if s == "" || len(s) > MaxKind || strings.Trim(s, "._-") != s {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '_' && r != '-'
	}) < 0
}

// Language makes "pt_BR" into "pt". It is "" for what is no language.
func Language(code string) string {
	code = strings.TrimSpace(code)
	if i := strings.IndexAny(code, "-_"); i >= 0 {
		code = code[:i]
	}
	if len(code) != 2 && len(code) != 3 {
		return ""
	}
	base, err := language.ParseBase(code)
	if err != nil || base.String() == "und" {
		return ""
	}
	return base.String()
}

func (k *checker) zone(name string) bool {
	known, ok := k.zones[name]
	if !ok {
		_, err := time.LoadLocation(name)
		known = err == nil && name != "Local"
		k.zones[name] = known
	}
	return known
}

// properties cleans names and values. whole is false when some were cut or left out; of too many, the first by name stay.
func properties(given map[string]string) (kept map[string]string, whole bool) {
	if len(given) == 0 {
		return nil, true
	}
	kept, whole = make(map[string]string, len(given)), true
	for _, name := range slices.Sorted(maps.Keys(given)) {
		key, value := cut(survey.Line(name), MaxProperty), cut(survey.Clean(given[name]), MaxValue)
		if key == "" || len(kept) == MaxProperties {
			whole = false
			continue
		}
		whole = whole && key == survey.Line(name) && value == survey.Clean(given[name])
		kept[key] = value
	}
	return kept, whole
}

// cut keeps the first most runes.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i]
		}
	}
	return s
}
