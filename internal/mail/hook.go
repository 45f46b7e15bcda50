package mail

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/asking"
)

// ErrNoJSON is returned for a call of a relay that is no JSON.
var ErrNoJSON = errors.New("the call holds no JSON")

// Bounds of one call.
const (
	MaxCall   = 1 << 20 // bytes
	maxEvents = 1000
)

// ReadCall reads what a relay tells, by the mapping. Events that the mapping says nothing about, such as deliveries, are left out.
func ReadCall(m account.Mapping, body []byte) ([]asking.Report, error) {
	whole, err := parse(body)
	if err != nil {
		return nil, ErrNoJSON
	}
	events := whole
	if m.Events != "" {
		events = at(whole, m.Events)
	}
	list, ok := events.([]any)
	if !ok {
		list = []any{events}
	}
	var reports []asking.Report
	for _, e := range list[:min(len(list), maxEvents)] {
		if r, ok := readEvent(m, e); ok {
			reports = append(reports, r)
		}
	}
	return reports, nil
}

// parse reads JSON: one value, or one on each line.
func parse(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var all []any
	for {
		var v any
		err := d.Decode(&v)
		if err != nil {
			if len(all) == 0 || d.More() {
				return nil, err
			}
			break
		}
		if all = append(all, v); len(all) > maxEvents {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func readEvent(m account.Mapping, e any) (r asking.Report, ok bool) {
	var kinds []string
	for path := range strings.SplitSeq(m.Kind, "+") {
		kinds = append(kinds, text(at(e, path)))
	}
	kind := strings.TrimRight(strings.Join(kinds, "/"), "/")
	for _, k := range []struct {
		values []string
		kind   asking.BounceKind
	}{{m.Hard, asking.HardBounce}, {m.Soft, asking.SoftBounce}, {m.Complaint, asking.Complaint}} {
		if slices.ContainsFunc(k.values, func(v string) bool { return strings.EqualFold(strings.TrimSpace(v), kind) }) {
			r.Kind = k.kind
		}
	}
	r.Address, r.MessageID, r.Detail = text(at(e, m.Address)), text(at(e, m.MessageID)), text(at(e, m.Detail))
	return r, r.Kind != "" && kind != "" && (r.Address != "" || r.MessageID != "")
}

// at follows a path. What is not there is nil; text that holds JSON is opened.
func at(v any, path string) any {
	if path == "" {
		return nil
	}
	v = opened(v)
	// A name may itself hold dots, as it stands.
	if object, ok := v.(map[string]any); ok {
		if found, ok := object[path]; ok {
			return opened(found)
		}
	}
	name, rest, more := strings.Cut(path, ".")
	switch inner := v.(type) {
	case map[string]any:
		v = inner[name]
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(inner) {
			return nil
		}
		v = inner[i]
	default:
		return nil
	}
	if !more {
		return opened(v)
	}
	return at(v, rest)
}

// opened reads text that is an object or a list itself, as notification services wrap it.
func opened(v any) any {
	s, ok := v.(string)
	if !ok || !strings.HasPrefix(s, "{") && !strings.HasPrefix(s, "[") {
		return v
	}
	inner, err := parse([]byte(s))
	if err != nil {
		return v
	}
	return inner
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number, bool:
		return fmt.Sprint(v)
	}
	return ""
}
