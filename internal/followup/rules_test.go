package followup

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// worstUpTo is the table of design.md, section 9, written down a second time: the highest rating that opens a case.
var worstUpTo = map[scoring.Scheme]int{
	scoring.NPS11: 6, scoring.NPS10: 6, scoring.NPS5: 2, scoring.NPS5Strict: 3, scoring.CSAT5: 2, scoring.CSAT7: 3, scoring.CSAT7Top3: 3,
	scoring.CSS10: 5, scoring.CSAT10Top3: 4, scoring.CES7: 3,
}

func TestTheWorstClassOfEachSchemeOpensACase(t *testing.T) {
	rules := DefaultRules()
	for scheme, worst := range worstUpTo {
		def, _ := scheme.Def()
		d := survey.Definition{Questions: []survey.Question{{No: 1, Kind: survey.Rating, Scheme: scheme}}}
		for rating := def.Min; rating <= def.Max; rating++ {
			r := survey.Response{Rating: rating}
			r.Classify(d)
			got := rules.Cause(Said{Class: r.Class, Rating: rating, Last: survey.NoRating})
			if (got == ByClass) != (rating <= worst) {
				t.Errorf("%s: rating %d gives the cause %q", scheme, rating, got)
			}
		}
	}
	for points, want := range map[float64]Cause{0: ByClass, 39.9: ByClass, 40: "", 79.9: "", 80: "", 100: ""} {
		if got := rules.Cause(Said{Class: scoring.CLIClass(points), Rating: survey.NoRating, Last: survey.NoRating}); got != want {
			t.Errorf("a loyalty index of %v gives the cause %q, want %q", points, got, want)
		}
	}
}

func TestADropOpensACase(t *testing.T) {
	for _, c := range []struct {
		last, now int
		want      Cause
	}{{10, 7, ""}, {10, 6, ByDrop}, {survey.NoRating, 7, ""}, {9, survey.NoRating, ""}, {4, 0, ByDrop}, {0, 10, ""}} {
		if got := DefaultRules().Cause(Said{Class: scoring.ClassMiddle, Rating: c.now, Last: c.last}); got != c.want {
			t.Errorf("%d after %d gives the cause %q, want %q", c.now, c.last, got, c.want)
		}
	}
	if got := (Rules{}).Cause(Said{Class: scoring.ClassWorst, Rating: 0, Last: 10}); got != "" {
		t.Errorf("without rules the cause is %q", got)
	}
}

func TestKeywords(t *testing.T) {
	for _, c := range []struct {
		keyword, text string
		want          bool
	}{
		{"reklamacja", "Składam REKLAMACJĘ", false}, // another form of the word
		{"reklamacj*", "Składam REKLAMACJĘ!", true},
		{"zwrot", "powrotem", false},
		{"zlamany", "Złamany, niestety.", true},
		{"жалоб*", "Это\nЖАЛОБА.", true},
		{"ёлка", "елка", true},
		{"lipsva bolt", "Lipsva  bolt", true},
		{"lipsva bolt", "Lipsva vtori bolt", false},
		{"返金", "商品を返金してください", true},
		{"complaint", "", false},
		{"refund", "re-fund", false},
		{"*", "anything", false},
	} {
		k, ok := NewKeyword(c.keyword)
		if got := ok && k.In(survey.Fold(c.text)); got != c.want {
			t.Errorf("%q in %q: %t, want %t", c.keyword, c.text, got, c.want)
		}
	}
}

func at(zone *time.Location, text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDueByBusinessHours(t *testing.T) {
	sofia, err := time.LoadLocation("Europe/Sofia")
	if err != nil {
		t.Fatal(err)
	}
	office := Calendar{
		Hours: 16, Business: true, Zone: "Europe/Sofia", Opens: 9 * 60, Closes: 17 * 60, Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true},
		Holidays: []survey.Day{survey.Date(2026, 12, 25)},
	}
	night := office
	night.Opens, night.Closes, night.Days, night.Hours = 0, 24*60, [7]bool{true, true, true, true, true, true, true}, 24
	for _, c := range []struct {
		name     string
		calendar Calendar
		at, want string
	}{
		{"within a day", Calendar{Hours: 4, Business: true, Zone: "Europe/Sofia", Opens: 540, Closes: 1020, Days: office.Days}, "2026-11-23 10:00", "2026-11-23 14:00"},
		{"to the end of the hours", office, "2026-11-23 09:00", "2026-11-24 17:00"},
		{"over a weekend", office, "2026-11-27 16:00", "2026-12-01 16:00"},
		{"given at night", office, "2026-11-23 23:10", "2026-11-25 17:00"},
		{"over a holiday", office, "2026-12-24 09:00", "2026-12-28 17:00"},
		{"the night of 25 hours", night, "2026-10-24 12:00", "2026-10-25 11:00"},
		{"the night of 23 hours", night, "2026-03-28 12:00", "2026-03-29 13:00"},
		{"by the clock", Calendar{}, "2026-11-27 16:00", "2026-11-29 16:00"},
	} {
		if err := c.calendar.Prepare(); err != nil {
			t.Fatal(err)
		}
		if got := c.calendar.Due(at(sofia, c.at)); !got.Equal(at(sofia, c.want)) {
			t.Errorf("%s: due %s, want %s", c.name, got.In(sofia), c.want)
		}
	}
}

// TestBusinessHoursAreNeverEarlier holds random calendars to what is true of each.
func TestBusinessHoursAreNeverEarlier(t *testing.T) {
	zones := []string{"Europe/Sofia", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC", "America/New_York"}
	rng := rand.New(rand.NewPCG(4, 48))
	for range 1000 {
		c := Calendar{Hours: rng.IntN(80) + 1, Business: true, Zone: zones[rng.IntN(len(zones))], Opens: rng.IntN(96) * 15, Closes: rng.IntN(97) * 15}
		for i := range c.Days {
			c.Days[i] = rng.IntN(3) > 0
		}
		for range rng.IntN(20) {
			c.Holidays = append(c.Holidays, survey.Date(2026, 1, 1)+survey.Day(rng.IntN(400)))
		}
		if err := c.Prepare(); err != nil {
			t.Fatal(err)
		}
		given := time.Date(2026, 1, 1, 0, 15*rng.IntN(34_000), 0, 0, time.UTC)
		due, clock := c.Due(given), Calendar{Hours: c.Hours}.Due(given)
		if due.Before(clock) {
			t.Fatalf("%+v: an answer of %s is due %s, earlier than by the clock", c, given, due)
		}
		if later := c.Due(given.Add(time.Duration(rng.IntN(10_000)) * time.Second)); later.Before(due) {
			t.Fatalf("%+v: a later answer than that of %s is due earlier than %s", c, given, due)
		}
		if worked := c.worked(given, due); c.Closes-c.Opens >= 60 && c.Days != [7]bool{} && worked != c.Wait() {
			t.Fatalf("%+v: from %s to %s are %s of work, want %s", c, given, due, worked, c.Wait())
		}
	}
}

// worked counts quarter by quarter what of a span is working time.
func (c Calendar) worked(from, to time.Time) (sum time.Duration) {
	for t := from; t.Before(to); {
		next := t.Add(15 * time.Minute)
		if next.After(to) {
			next = to
		}
		local := t.In(c.location)
		opens, closes, ok := c.working(local.Date())
		if ok && !t.Before(opens) && t.Before(closes) {
			sum += next.Sub(t)
		}
		t = next
	}
	return sum
}
