package customers

import (
	"context"
	"time"

	"github.com/surveyd/surveyd/internal/people"
)

// feedRules has the rules of every feed.
var feedRules = map[Feed]feedRule{
	Orders:  {names: somebody, number: true, unfit: BelowRefunded, check: checkOrder, refer: referOrders, put: puts(func(s IntakeStore) putter[Order] { return s.PutOrders }, orderOf)},
	Refunds: {number: true, check: checkRefund, refer: referRefunds, put: puts(func(s IntakeStore) putter[Refund] { return s.PutRefunds }, refundOf)},
	Since:   {names: somebody, check: checkAcquired, put: puts(func(s IntakeStore) putter[Acquired] { return s.PutCustomers }, acquiredOf)},
	Subscriptions: {
		names: somebody, number: true, unfit: EndsBefore, check: checkSubscription,
		put: puts(func(s IntakeStore) putter[Subscription] { return s.PutSubscriptions }, subscriptionOf),
	},
	Contracts: {names: somebody, number: true, check: checkContract, put: puts(func(s IntakeStore) putter[Contract] { return s.PutContracts }, contractOf)},
	Costs:     {number: true, check: checkCost, put: puts(func(s IntakeStore) putter[Cost] { return s.PutCosts }, costOf)},
	Opportunities: {
		names: maybe, number: true, unfit: EndsBefore, check: checkOpportunity,
		put: puts(func(s IntakeStore) putter[Opportunity] { return s.PutOpportunities }, opportunityOf),
	},
	Stages:      {check: checkStay, refer: referStays, put: puts(func(s IntakeStore) putter[Stay] { return s.PutStays }, stayOf)},
	Quotas:      {check: checkQuota, put: puts(func(s IntakeStore) putter[Quota] { return s.PutQuotas }, quotaOf)},
	Tickets:     {names: maybe, number: true, unfit: EndsBefore, check: checkTicket, put: puts(func(s IntakeStore) putter[Ticket] { return s.PutTickets }, ticketOf)},
	Memberships: {names: somebody, check: checkMembership, refer: referMemberships, put: puts(func(s IntakeStore) putter[Membership] { return s.PutMemberships }, membershipOf)},
	Rewards:     {names: somebody, number: true, check: checkReward, put: puts(func(s IntakeStore) putter[Reward] { return s.PutRewards }, rewardOf)},
}

// putter stores records of a kind.
type putter[T any] func(context.Context, []T, time.Time) ([]people.Fate, error)
