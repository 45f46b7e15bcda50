package portage

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// maxNewTouchpoints keeps a column of comments that was taken for touchpoints from filling the dashboards.
const maxNewTouchpoints = 100

// touchpoints finds touchpoints by key or by any of their names.
type touchpoints struct {
	ids    map[string]int64 // by key, and by folded name
	values map[string]int64 // as the file writes them
	made   []string
	create func(t *survey.Touchpoint) error
	lang   string
}

func openTouchpoints(ctx context.Context, st TouchpointStore, lang string, dry bool) (*touchpoints, error) {
	all, err := st.Touchpoints(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the touchpoints: %w", err)
	}
	t := &touchpoints{ids: map[string]int64{}, values: map[string]int64{}, lang: lang}
	for _, tp := range all {
		for _, name := range tp.Names {
			t.ids["name "+survey.Fold(name)] = tp.ID
		}
	}
	for _, tp := range all {
		t.ids[tp.Key] = tp.ID
	}
	t.create = func(tp *survey.Touchpoint) error { return st.CreateTouchpoint(ctx, tp) }
	if dry {
		t.create = func(tp *survey.Touchpoint) error {
			tp.ID = -int64(len(t.made)) - 2 // no real one, and not the one that stands for all
			return nil
		}
	}
	return t, nil
}

func (t *touchpoints) find(value string) (int64, Reason, error) {
	if id, ok := t.values[value]; ok {
		return id, "", nil
	}
	key := slug(value)
	id, ok := t.ids[value]
	if !ok {
		id, ok = t.ids[key]
	}
	if !ok {
		id, ok = t.ids["name "+survey.Fold(value)]
	}
	if !ok {
		if len(t.made) >= maxNewTouchpoints {
			return 0, ManyTouchpoints, nil
		}
		tp := survey.Touchpoint{Key: key, Names: survey.Text{t.lang: short(value)}}
		if err := t.create(&tp); err != nil {
			return 0, "", fmt.Errorf("make the touchpoint %q: %w", value, err)
		}
		t.made = append(t.made, value)
		id = tp.ID
		t.ids[key] = id
	}
	t.values[value] = id
	return id, "", nil
}

// cyrillic is how Russian and Bulgarian letters are written in keys.
var cyrillic = strings.NewReplacer(
	"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "й", "y", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o",
	"п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "h", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "sht", "ъ", "a", "ы", "y", "ь", "", "э", "e",
	"ю", "yu", "я", "ya")

// slug makes a key of a name: small letters, digits, _ and -, at most 40.
func slug(value string) string {
	var b strings.Builder
	for _, word := range strings.Fields(cyrillic.Replace(strings.ReplaceAll(strings.ToLower(value), "_", " ± "))) {
		if word == "±" {
			b.WriteByte('_')
			continue
		}
		for part := range strings.FieldsSeq(survey.Fold(word)) {
			if n := b.Len(); n > 0 && b.String()[n-1] != '_' {
				b.WriteByte('-')
			}
			b.WriteString(part)
		}
	}
	s := b.String()
	ascii := strings.IndexFunc(s, func(r rune) bool { return r > 'z' }) < 0
	if s != "" && len(s) <= 40 && ascii {
		return s
	}
	h := fnv.New32a()
	h.Write([]byte(value)) // never fails
	return fmt.Sprintf("t-%08x", h.Sum32())
}
