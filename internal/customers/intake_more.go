package customers

import (
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

func checkAcquired(b *batch, i int) Reason { return b.happened(&b.rows[i].At, true) }

func acquiredOf(b *batch, i int) Acquired {
	return Acquired{ContactID: b.results[i].ContactID, At: b.rows[i].At.Time}
}

// spans are how shop systems write what a payment covers.
var spans = words(map[scoring.Span]string{
	scoring.Week:    "week|weekly|weeks|p1w|неделя|tydzien|tygodniowo|седмица",
	scoring.Month:   "month|monthly|months|p1m|месяц|ежемесячно|miesiac|miesiecznie|месец|месечно",
	scoring.Quarter: "quarter|quarterly|quarters|p3m|квартал|kwartal|kwartalnie|тримесечие",
	scoring.Year:    "year|yearly|years|annual|annually|p1y|год|ежегодно|rok|rocznie|година|годишно",
})

func checkSubscription(b *batch, i int) Reason {
	r, v := &b.rows[i], &b.read[i]
	if bad := firstBad(b.happened(&r.At, true), b.planned(&r.Ends), b.inOrder(r)); bad != "" {
		return bad
	}
	if bad := r.readRunning(); bad != "" {
		return bad
	}
	span, ok := meaning(spans, r.Span)
	if !ok {
		return BadSpan
	}
	r.Span = string(span)
	if v.count, ok = whole(r.Spans, 1, 1); !ok {
		return BadSpan
	}
	if _, ok = meaning(flags, r.Flag); !ok {
		return BadFlag
	}
	_, bad := r.decimals()
	if bad == "" {
		v.amount, bad = r.amount(r.Amount, true)
	}
	return bad
}

func subscriptionOf(b *batch, i int) Subscription {
	r, v := &b.rows[i], &b.read[i]
	trial, _ := meaning(flags, r.Flag)
	return Subscription{
		ID: b.id(), ExternalID: r.Number, ContactID: b.results[i].ContactID, Started: r.At.Time, Ended: b.behind(r.Ends), Currency: r.Currency, Amount: v.amount,
		Span: scoring.Span(r.Span), Spans: v.count, Trial: trial, Untold: r.Untold,
	}
}

func checkContract(b *batch, i int) Reason {
	r := &b.rows[i]
	if r.Ends.IsZero() {
		return NoEnd
	}
	return firstBad(b.planned(&r.Ends), b.happened(&r.Renewed, false), b.happened(&r.At, false), b.inOrder(r))
}

func contractOf(b *batch, i int) Contract {
	r := &b.rows[i]
	ends := r.Ends.Time
	if r.Ends.Day { // it lasts through its last day
		ends = b.behind(r.Ends).Add(-time.Millisecond)
	}
	return Contract{ID: b.id(), ExternalID: r.Number, ContactID: b.results[i].ContactID, TermEnds: ends, Renewed: r.Renewed.Time, Untold: r.Untold}
}

// costWords are the categories that win customers.
var costWords = words(map[string]string{
	Marketing: "marketing|advertising|ads|advertisement|promotion|campaign|campaigns|маркетинг|реклама|reklama|promocja",
	Sales:     "sales|sale|sales promotion|продажи|sprzedaz|продажби",
})

// CostCategory is how a category is kept: what wins customers has one name in all languages, the rest is written in small letters.
func CostCategory(name string) string {
	if known, ok := meaning(costWords, name); ok {
		return known
	}
	return strings.ToLower(strings.TrimSpace(name))
}

func checkCost(b *batch, i int) (bad Reason) {
	r, v := &b.rows[i], &b.read[i]
	if bad = b.happened(&r.At, true); bad != "" {
		return bad
	}
	if r.Category == "" {
		return NoCategory
	}
	r.Category = CostCategory(r.Category)
	if _, bad = r.decimals(); bad == "" {
		v.amount, bad = r.amount(r.Amount, true)
	}
	return bad
}

func costOf(b *batch, i int) Cost {
	r := &b.rows[i]
	return Cost{ID: b.id(), ExternalID: r.Number, At: r.At.Time, Category: r.Category, Currency: r.Currency, Amount: b.read[i].amount}
}

func checkQuota(b *batch, i int) (bad Reason) {
	r, v := &b.rows[i], &b.read[i]
	switch {
	case r.Agent == "":
		return NoAgent
	case r.At.IsZero():
		return NoTime
	case r.Ends.IsZero():
		return NoEnd
	}
	if bad = firstBad(b.planned(&r.At), b.planned(&r.Ends)); bad != "" {
		return bad
	}
	if !b.from(r.At).Before(b.behind(r.Ends)) {
		return EndsBefore
	}
	if _, bad = r.decimals(); bad == "" {
		v.amount, bad = r.amount(r.Amount, true)
	}
	if bad == "" && v.amount == 0 {
		b.note(i, QuotaZero)
	}
	return bad
}

func quotaOf(b *batch, i int) Quota {
	r := &b.rows[i]
	return Quota{Agent: r.Agent, Period: scoring.Period{From: b.from(r.At), To: b.behind(r.Ends)}, Currency: r.Currency, Amount: b.read[i].amount}
}

func checkTicket(b *batch, i int) Reason {
	r := &b.rows[i]
	if _, ok := meaning(flags, r.Flag); !ok {
		return BadFlag
	}
	bad := firstBad(b.happened(&r.At, true), b.happened(&r.Ends, false), b.inOrder(r))
	if bad == "" && b.untimed(r) {
		b.note(i, OnlyDays)
	}
	return bad
}

// untimed tells whether nobody knows how long it took from a row's first time to its second: both are only days, or one is, and it is that of the other.
func (b *batch) untimed(r *Row) bool {
	switch {
	case r.Ends.IsZero():
		return false
	case r.At.Day && r.Ends.Day:
		return true
	}
	return (r.At.Day || r.Ends.Day) && b.dayOf(r.At.Time).Equal(b.dayOf(r.Ends.Time))
}

func ticketOf(b *batch, i int) Ticket {
	r := &b.rows[i]
	excluded, _ := meaning(flags, r.Flag)
	return Ticket{
		ID: b.id(), ExternalID: r.Number, ContactID: b.results[i].ContactID, Agent: r.Agent, Created: r.At.Time, Resolved: r.Ends.Time, Excluded: excluded,
		Untimed: b.untimed(r), Untold: r.Untold,
	}
}

func checkMembership(b *batch, i int) Reason {
	r := &b.rows[i]
	return firstBad(b.happened(&r.At, true), b.planned(&r.Ends), b.inOrder(r))
}

func membershipOf(b *batch, i int) Membership {
	r := &b.rows[i]
	return Membership{ContactID: b.results[i].ContactID, Joined: r.At.Time, Left: b.behind(r.Ends), Untold: r.Untold}
}

// rewardWords are what may happen in a loyalty programme.
var rewardWords = words(map[RewardKind]string{
	Earned:   "earned|earn|points|accrual|collected|начислено|zdobyte|натрупани",
	Issued:   "issued|issue|granted|awarded|given|выдано|wydane|wydana|издадена",
	Redeemed: "redeemed|redeem|used|spent|использовано|списано|wykorzystane|zrealizowane|използвана",
})

func checkReward(b *batch, i int) Reason {
	r, v := &b.rows[i], &b.read[i]
	kind, ok := meaning(rewardWords, r.Kind)
	if !ok {
		return BadKind
	}
	r.Kind = string(kind)
	if v.count, ok = whole(r.Count, 1, 1); !ok {
		return BadCount
	}
	return b.happened(&r.At, true)
}

func rewardOf(b *batch, i int) Reward {
	r := &b.rows[i]
	return Reward{ID: b.id(), ExternalID: r.Number, ContactID: b.results[i].ContactID, At: r.At.Time, Kind: RewardKind(r.Kind), Count: b.read[i].count, Untold: r.Untold}
}

func opportunityOf(b *batch, i int) Opportunity {
	r, v := &b.rows[i], &b.read[i]
	return Opportunity{
		ID: b.id(), ExternalID: r.Number, ContactID: b.results[i].ContactID, Agent: r.Agent, Created: r.At.Time, Closed: r.Ends.Time, Outcome: scoring.Outcome(v.status),
		Currency: r.Currency, Amount: v.amount, Untold: r.Untold,
	}
}

// distinctIDs are those that rows refer to, each once.
func distinctIDs(read []rowRead) []survey.ID {
	seen := map[survey.ID]bool{}
	var ids []survey.ID
	for i := range read {
		if id := read[i].of; id != 0 && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}
