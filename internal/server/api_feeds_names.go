package server

import "github.com/surveyd/surveyd/internal/customers"

// feedTimes are what the times of a feed's records are called: when it was, when it ended.
var feedTimes = map[customers.Feed][2]string{
	customers.Orders: {"ordered_at"}, customers.Refunds: {"refunded_at"}, customers.Since: {"acquired_at"}, customers.Subscriptions: {"started_at", "ended_at"},
	customers.Contracts: {"term_ends_at", "term_ends_at"}, customers.Costs: {"spent_at"}, customers.Opportunities: {"created_at", "closed_at"}, customers.Stages: {"entered_at", "left_at"},
	customers.Quotas: {"from", "to"}, customers.Tickets: {"created_at", "resolved_at"}, customers.Memberships: {"joined_at", "left_at"}, customers.Rewards: {"at"},
}

// partNames are what other parts of records are called in all feeds.
var partNames = map[customers.Blame]string{
	customers.BlameRenewed: "renewed_at", customers.BlameNumber: "id", customers.BlameAgent: "agent", customers.BlameStage: "stage", customers.BlameCategory: "category",
	customers.BlameAmount: "amount_minor", customers.BlameRefunded: "refunded_minor", customers.BlameSpan: "interval", customers.BlameSpans: "interval_count",
}

// feedField is the name that a program gave to what a record was refused for; "" if it is about the customer.
func feedField(feed customers.Feed, r customers.Result) string {
	switch {
	case r.Blame == customers.BlameAt:
		return feedTimes[feed][0]
	case r.Blame == customers.BlameEnds:
		return feedTimes[feed][1]
	case r.Blame == customers.BlameOf && feed == customers.Refunds:
		return "order"
	case r.Blame == customers.BlameOf:
		return "opportunity"
	case r.Blame != "":
		return partNames[r.Blame]
	case r.Refused == customers.OverRefunded && feed == customers.Orders:
		return "refunded_minor"
	}
	return feedRefused[r.Refused]
}
