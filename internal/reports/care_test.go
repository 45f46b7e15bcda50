package reports_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/reports"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/soak"
	"github.com/surveyd/surveyd/internal/store"
	"github.com/surveyd/surveyd/internal/store/storetest"
	"github.com/surveyd/surveyd/internal/survey"
)

// told is a round as the log of its case tells it.
type told struct {
	ticket, touchpoint                         int64
	begun, opened, replied, resolved           time.Time
	repliedBy, resolvedBy                      int64
	byCustomer, declined, again, last, counted bool
}

// chronicle is a case as its log tells it.
type chronicle struct {
	rounds   []*told
	owner    int64
	tags     []string
	status   string
	declined bool
	excluded bool
}

// recount replays the log of a case, a line after the other. It uses nothing else that is stored about the case.
func (h *history) recount(id survey.ID) *chronicle {
	lines, err := h.st.CaseLog(context.Background(), id, 100_000)
	h.must(err)
	// An edit that opens the case again and replies is logged with the reply first, and the reply is to the new opening.
	slices.SortStableFunc(lines, func(a, b followup.Entry) int {
		first := func(e followup.Entry) int {
			if e.Kind == followup.LogReopened && e.ResponseID == 0 {
				return 0
			}
			return 1
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(first(a), first(b)))
	})
	c, in, marked := &chronicle{}, map[survey.ID]*told{}, map[survey.ID]bool{}
	for _, e := range lines {
		h.replay(c, in, marked, e)
	}
	c.judge(in, marked)
	return c
}

func (h *history) replay(c *chronicle, in map[survey.ID]*told, marked map[survey.ID]bool, e followup.Entry) {
	var cur *told
	if len(c.rounds) > 0 {
		cur = c.rounds[len(c.rounds)-1]
	}
	switch e.Kind {
	case followup.LogOpened, followup.LogReopened:
		next := &told{opened: e.At, begun: e.At, ticket: int64(len(c.rounds) + 1)}
		c.status = string(followup.New)
		if e.ResponseID == 0 {
			next.begun, next.ticket, next.touchpoint, next.declined = cur.begun, cur.ticket, cur.touchpoint, c.declined
			c.status = e.After
		} else {
			r, err := h.st.Response(context.Background(), e.ResponseID)
			h.must(err)
			next.touchpoint, c.declined = r.Touchpoint, false
			in[e.ResponseID] = next
			marked[e.ResponseID] = false
		}
		c.rounds = append(c.rounds, next)
	case followup.LogJoined, followup.LogLowered:
		in[e.ResponseID], marked[e.ResponseID] = cur, false
	case followup.LogMarked:
		marked[e.ResponseID] = true
	case followup.LogRestored:
		marked[e.ResponseID] = false
	case followup.LogPermission:
		c.declined = e.After == "2"
		cur.declined = c.declined
	case followup.LogStatus:
		c.status = e.After
		cur.resolved, cur.resolvedBy, cur.byCustomer = time.Time{}, 0, false
		if e.After == string(followup.Resolved) {
			cur.resolved, cur.resolvedBy, cur.byCustomer = e.At, e.UserID, e.ResponseID != 0
		}
	case followup.LogOwner:
		c.owner, _ = strconv.ParseInt("0"+e.After, 10, 64)
	case followup.LogTags:
		c.tags = nil
		if e.After != "" {
			c.tags = strings.Split(e.After, ", ")
		}
	case "reply":
		if cur.replied.IsZero() {
			cur.replied, cur.repliedBy = e.At, e.UserID
		}
	}
}

// judge finds what counts, and which rounds belong together.
func (c *chronicle) judge(in map[survey.ID]*told, marked map[survey.ID]bool) {
	c.excluded = true
	for id := range in {
		c.excluded = c.excluded && marked[id]
	}
	for i, r := range c.rounds {
		has, stands := false, false
		for id, round := range in {
			if round.ticket == r.ticket {
				has, stands = true, stands || !marked[id]
			}
		}
		r.counted = stands || !has && !c.excluded
		r.again = slices.ContainsFunc(c.rounds[:i], func(b *told) bool { return b.counted })
		r.last = i+1 == len(c.rounds) || c.rounds[i+1].ticket != r.ticket
	}
}

// naive are figures counted as plainly as it goes.
type naive struct {
	opened, reopened, withdrawn, inTime, late, declined, missed, waiting int64
	replies, resolutions                                                 []float64
}

// count gives the figures of the cases by every key: "" of all, "u" by person, "t" by touchpoint, "g" by tag and "w" by week.
func (h *history) count(all []*chronicle, p reports.Period, touchpoint int64) map[string]*naive {
	sums := map[string]*naive{}
	day := func(at time.Time) survey.Day { return survey.DayOf(at, h.zone) }
	each := func(c *chronicle, r *told, who int64, at time.Time, do func(*naive)) {
		if at.IsZero() || day(at) < p.First || day(at) > p.Last {
			return
		}
		keys := []string{"", fmt.Sprint("u", who), fmt.Sprint("t", r.touchpoint), fmt.Sprint("w", day(at).Week())}
		for _, tag := range c.tags {
			keys = append(keys, "g"+tag)
		}
		for _, k := range keys {
			if sums[k] == nil {
				sums[k] = new(naive)
			}
			do(sums[k])
		}
	}
	for _, c := range all {
		for _, r := range c.rounds {
			if !r.counted || touchpoint != survey.AllTouchpoints && r.touchpoint != touchpoint {
				continue
			}
			who := c.owner
			if !r.replied.IsZero() {
				who = r.repliedBy
			}
			each(c, r, who, r.opened, func(n *naive) { n.add(r, h.now) })
			if r.last && !r.byCustomer {
				each(c, r, r.resolvedBy, r.resolved, func(n *naive) { n.resolutions = append(n.resolutions, r.resolved.Sub(r.begun).Hours()) })
			}
		}
	}
	return sums
}

func (n *naive) add(r *told, now time.Time) {
	n.opened++
	if r.again {
		n.reopened++
	}
	if !r.replied.IsZero() {
		n.replies = append(n.replies, r.replied.Sub(r.opened).Hours())
	}
	due := r.opened.Add(48 * time.Hour)
	if r.byCustomer {
		n.withdrawn++
	} else if !r.replied.IsZero() {
		if r.replied.Sub(due) <= 0 {
			n.inTime++
		} else {
			n.late++
		}
	} else if r.declined {
		n.declined++
	} else if r.resolved.IsZero() && now.Sub(due) <= 0 {
		n.waiting++
	} else {
		n.missed++
	}
}

func (n *naive) join(o naive) {
	n.opened, n.reopened, n.withdrawn, n.inTime, n.late = n.opened+o.opened, n.reopened+o.reopened, n.withdrawn+o.withdrawn, n.inTime+o.inTime, n.late+o.late
	n.declined, n.missed, n.waiting, n.resolutions = n.declined+o.declined, n.missed+o.missed, n.waiting+o.waiting, append(n.resolutions, o.resolutions...)
}

// waits are n, mean, median and p90 of hours, in floats.
func waits(hours []float64) (out [4]float64) {
	if len(hours) == 0 {
		return out
	}
	slices.Sort(hours)
	at := func(q float64) float64 {
		x := q * float64(len(hours)-1)
		i := int(x)
		if i+1 == len(hours) {
			return hours[i]
		}
		return hours[i] + (x-float64(i))*(hours[i+1]-hours[i])
	}
	sum := 0.0
	for _, h := range hours {
		sum += h
	}
	return [4]float64{float64(len(hours)), sum / float64(len(hours)), at(0.5), at(0.9)}
}

func sameWaits(w scoring.Waits, want [4]float64) bool {
	got := [4]float64{float64(w.N), w.Mean.Float(), w.Median.Float(), w.P90.Float()}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-9*max(1, want[i]) {
			return false
		}
	}
	return true
}

// check compares the figures of a filter with a naive recount of them.
func (h *history) check(all []*chronicle, f reports.CareFilter) {
	h.t.Helper()
	got, err := h.reports.Care(context.Background(), f)
	h.must(err)
	want := h.count(all, f.Period, f.Touchpoint)
	compare := func(key string, c reports.Care) {
		h.t.Helper()
		n := want[key]
		if n == nil {
			n = new(naive)
		}
		delete(want, key)
		counts := [8]int64{c.Opened, c.Reopened, c.Withdrawn, c.InTime, c.Late, c.Declined, c.Missed, c.Waiting}
		if counts != [8]int64{n.opened, n.reopened, n.withdrawn, n.inTime, n.late, n.declined, n.missed, n.waiting} {
			h.t.Errorf("%q of %+v: the figures are %v, a recount gives %+v", key, f, counts, *n)
		}
		if !sameWaits(c.Reply, waits(n.replies)) || !sameWaits(c.Resolution, waits(n.resolutions)) {
			h.t.Errorf("%q of %+v: replies %+v, resolutions %+v; a recount gives %v and %v", key, f, c.Reply, c.Resolution, waits(n.replies), waits(n.resolutions))
		}
	}
	compare("", got.Total)
	for _, p := range got.People {
		compare(fmt.Sprint("u", p.User), p.Care)
	}
	for _, p := range got.Touchpoints {
		compare(fmt.Sprint("t", p.Touchpoint), p.Care)
	}
	for _, p := range got.Tags {
		compare("g"+p.Tag, p.Care)
	}
	for _, p := range got.Weeks {
		compare(fmt.Sprint("w", p.Week), p.Care)
	}
	for key := range want {
		h.t.Errorf("%q of %+v is not among the figures", key, f)
	}
}

// TestSoakCareFiguresEqualARecount lets random things happen to random customers, each history in weeks of its own, and counts the figures a second time from the log alone.
func TestSoakCareFiguresEqualARecount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := openCareShop(t, st)
		var open, overdue, tooLong int
		var sum naive
		for i := range soak.Count(t, 200) {
			h := &history{careShop: c, rng: rand.New(rand.NewPCG(uint64(i), 48)), people: []survey.ID{0, 0, c.known(fmt.Sprint("p", i)), c.known(fmt.Sprint("q", i))}}
			first := survey.DayOf(c.now, c.zone)
			for range 20 + h.rng.IntN(60) {
				h.step()
			}
			last := survey.DayOf(c.now, c.zone)
			var all []*chronicle
			for _, id := range h.cases {
				all = append(all, h.recount(id))
			}
			h.check(all, reports.CareFilter{Period: reports.Period{First: first, Last: last}, Touchpoint: survey.AllTouchpoints})
			if total := h.count(all, reports.Period{First: first, Last: last}, survey.AllTouchpoints)[""]; total != nil {
				sum.join(*total)
			}
			from := first + survey.Day(h.rng.Int64N(int64(last-first)+1))
			h.check(all, reports.CareFilter{Period: reports.Period{First: from, Last: from + survey.Day(h.rng.IntN(20))}, Touchpoint: survey.AllTouchpoints})
			h.check(all, reports.CareFilter{Period: reports.Period{First: first, Last: last}, Touchpoint: 1 + h.rng.Int64N(3)})
			c.now = c.now.Add(60 * 24 * time.Hour)
			for _, told := range all {
				if cur := told.rounds[len(told.rounds)-1]; told.status != string(followup.Resolved) && !told.excluded {
					open++
					tooLong++ // everything open is weeks old by now
					if cur.replied.IsZero() {
						overdue++
					}
				}
			}
		}
		now, err := c.reports.Standing(context.Background(), survey.AllTouchpoints)
		c.must(err)
		if want := (reports.Standing{Open: min(open, reports.MostCounted+1), Overdue: min(overdue, reports.MostCounted+1), TooLong: min(tooLong, reports.MostCounted+1)}); now != want {
			t.Errorf("now there are %+v, want %+v", now, want)
		}
		t.Logf("opened %d, of them reopened %d, withdrawn %d, in time %d, late %d, declined %d, missed %d, waiting %d; resolved %d; open at the end %d, overdue %d",
			sum.opened, sum.reopened, sum.withdrawn, sum.inTime, sum.late, sum.declined, sum.missed, sum.waiting, len(sum.resolutions), open, overdue)
		if sum.reopened == 0 || sum.inTime == 0 || sum.late == 0 || sum.missed == 0 || sum.waiting == 0 || len(sum.resolutions) == 0 {
			t.Error("the histories leave something out")
		}
	})
}
