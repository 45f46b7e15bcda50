package survey

// Tally is what a rollup row counts. All fields are sums, so tallies add up and can be taken back.
type Tally struct {
	N     int64     // ratings, or people who chose
	Sum   int64     // of ratings; question 0: of CLI totals (0..300)
	SumSq int64     // of their squares
	NA    int64     // "I can't say"
	R     [11]int64 // per rating 0..10, per option, or for question 0 per class (1 worst, 2 middle, 3 best)
}

// Add adds sign times o; sign is 1 or -1.
func (t *Tally) Add(o Tally, sign int64) {
	t.N += sign * o.N
	t.Sum += sign * o.Sum
	t.SumSq += sign * o.SumSq
	t.NA += sign * o.NA
	for i := range t.R {
		t.R[i] += sign * o.R[i]
	}
}

// Zero tells whether nothing is counted.
func (t Tally) Zero() bool { return t == Tally{} }

// Cell is the key of a rollup row without its shard.
type Cell struct {
	VersionID  int64
	Question   int
	Touchpoint int64
	Language   string
	Day        Day
}

// Keys of the rollup row over all touchpoints and languages. 0 and "" are an answer's own, for "not given".
const (
	AllTouchpoints = -1
	AllLanguages   = "*"
)

// Respondent is the number of the pseudo-question that counts whole CLI respondents.
const Respondent = 0

// Delta is a change of one cell.
type Delta struct {
	Cell  Cell
	Tally Tally
}

// Deltas is what the response adds to the rollups, or with sign -1 takes back: nothing unless it counts.
func (r Response) Deltas(d Definition, day Day, sign int64) []Delta {
	if r.Status != Counted {
		return nil
	}
	var out []Delta
	add := func(question int, t Tally) {
		if t.Zero() {
			return
		}
		var signed Tally
		signed.Add(t, sign)
		out = append(out,
			Delta{Cell{r.VersionID, question, r.Touchpoint, r.Language, day}, signed},
			Delta{Cell{r.VersionID, question, AllTouchpoints, AllLanguages, day}, signed})
	}
	if q, ok := d.Primary(); ok {
		add(q.No, rated(r.Rating, r.CantSay))
	}
	for _, a := range r.Answers {
		q, ok := d.Question(a.Question)
		if !ok {
			continue
		}
		switch q.Kind {
		case Rating:
			add(q.No, rated(a.Rating, a.CantSay))
		case Single, Multiple:
			add(q.No, chosen(a))
		case Open:
		}
	}
	if total, ok := r.CLITotal(d); ok {
		t := int64(total)
		whole := Tally{N: 1, Sum: t, SumSq: t * t}
		whole.R[r.Class] = 1
		add(Respondent, whole)
	}
	return out
}

func rated(rating int, cantSay bool) (t Tally) {
	if cantSay {
		t.NA = 1
	}
	if rating >= 0 && rating <= 10 {
		n := int64(rating)
		t.N, t.Sum, t.SumSq = 1, n, n*n
		t.R[rating] = 1
	}
	return t
}

func chosen(a Answer) (t Tally) {
	if a.CantSay {
		t.NA = 1
	}
	if a.Options == 0 {
		return t
	}
	t.N = 1
	for k := range MaxOptions {
		if a.Options&(1<<k) != 0 {
			t.R[k] = 1
		}
	}
	return t
}
