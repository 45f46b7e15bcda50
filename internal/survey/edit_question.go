package survey

import (
	"maps"
	"slices"
)

// WithTexts puts texts, by their field without the language, into a language. It gives back the texts that have no field: their question is gone.
func (d Definition) WithTexts(lang string, texts map[string]string) (out Definition, left map[string]string) {
	left = maps.Clone(texts)
	out = d.mapTexts(func(field string, t Text) Text {
		text, ok := texts[field]
		if !ok {
			return t
		}
		delete(left, field)
		t = maps.Clone(t)
		if t == nil {
			t = Text{}
		}
		t[lang] = text
		return t
	})
	return out, left
}

// WithQuestion adds a question at the end, under the next number.
func (d Definition) WithQuestion(q Question) Definition {
	q.No = 1
	for _, other := range d.Questions {
		q.No = max(q.No, other.No+1)
	}
	d.Questions = append(slices.Clone(d.Questions), q)
	return d
}

// WithoutQuestion removes question no.
func (d Definition) WithoutQuestion(no int) Definition {
	d.Questions = slices.DeleteFunc(slices.Clone(d.Questions), func(q Question) bool { return q.No == no })
	return d
}

// Moved moves question no by steps places, as far as there are places. Its number stays.
func (d Definition) Moved(no, steps int) Definition {
	from := slices.IndexFunc(d.Questions, func(q Question) bool { return q.No == no })
	if from < 0 {
		return d
	}
	q := d.Questions[from]
	to := min(max(from+steps, 0), len(d.Questions)-1)
	d.Questions = slices.Insert(slices.Delete(slices.Clone(d.Questions), from, from+1), to, q)
	return d
}

// WithOption adds an empty answer to choose to question no, up to MaxOptions.
func (d Definition) WithOption(no int) Definition {
	return d.changed(no, func(q *Question) {
		if len(q.Options) < MaxOptions {
			q.Options = append(slices.Clone(q.Options), nil)
		}
	})
}

// WithoutOption removes the answer i, counted from 1, of question no.
func (d Definition) WithoutOption(no, i int) Definition {
	return d.changed(no, func(q *Question) {
		if i >= 1 && i <= len(q.Options) {
			q.Options = slices.Delete(slices.Clone(q.Options), i-1, i)
		}
	})
}

func (d Definition) changed(no int, change func(*Question)) Definition {
	d.Questions = slices.Clone(d.Questions)
	for i := range d.Questions {
		if d.Questions[i].No == no {
			change(&d.Questions[i])
		}
	}
	return d
}
