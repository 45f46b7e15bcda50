package server

import (
	"time"

	"github.com/surveyd/surveyd/internal/customers"
)

// amountIn is money: whole minor units of a currency.
type amountIn struct {
	Currency string `json:"currency"`
	Amount   *int64 `json:"amount_minor"`
}

type orderIn struct {
	ID        string     `json:"id"`
	Customer  customerIn `json:"customer"`
	OrderedAt timeOrDay  `json:"ordered_at"`
	amountIn
	Refunded *int64 `json:"refunded_minor"`
	Status   string `json:"status"`
	Kind     string `json:"kind"`
}

func (in *orderIn) row(zone *time.Location) customers.Row {
	return customers.Row{
		Number: in.ID, Customer: in.Customer.contact(), At: in.OrderedAt.in(zone), Currency: in.Currency, Amount: wholeText(in.Amount), Refunded: wholeText(in.Refunded),
		Status: in.Status, Kind: in.Kind,
	}
}

type refundIn struct {
	ID         string    `json:"id"`
	Order      string    `json:"order"`
	RefundedAt timeOrDay `json:"refunded_at"`
	amountIn
}

func (in *refundIn) row(zone *time.Location) customers.Row {
	return customers.Row{Number: in.ID, Of: in.Order, At: in.RefundedAt.in(zone), Currency: in.Currency, Amount: wholeText(in.Amount)}
}

type acquiredIn struct {
	Customer   customerIn `json:"customer"`
	AcquiredAt timeOrDay  `json:"acquired_at"`
}

func (in *acquiredIn) row(zone *time.Location) customers.Row {
	return customers.Row{Customer: in.Customer.contact(), At: in.AcquiredAt.in(zone)}
}

type subscriptionIn struct {
	ID        string     `json:"id"`
	Customer  customerIn `json:"customer"`
	StartedAt timeOrDay  `json:"started_at"`
	EndedAt   timeOrDay  `json:"ended_at"`
	amountIn
	Interval      string `json:"interval"`
	IntervalCount *int64 `json:"interval_count"`
	Trial         bool   `json:"trial"`
	Status        string `json:"status"`
}

func (in *subscriptionIn) row(zone *time.Location) customers.Row {
	return customers.Row{
		Number: in.ID, Customer: in.Customer.contact(), At: in.StartedAt.in(zone), Ends: in.EndedAt.in(zone), Currency: in.Currency, Amount: wholeText(in.Amount),
		Span: in.Interval, Spans: wholeText(in.IntervalCount), Flag: yesText(in.Trial), Status: in.Status,
	}
}

type contractIn struct {
	ID         string     `json:"id"`
	Customer   customerIn `json:"customer"`
	TermEndsAt timeOrDay  `json:"term_ends_at"`
	RenewedAt  timeOrDay  `json:"renewed_at"`
}

func (in *contractIn) row(zone *time.Location) customers.Row {
	return customers.Row{Number: in.ID, Customer: in.Customer.contact(), Ends: in.TermEndsAt.in(zone), Renewed: in.RenewedAt.in(zone)}
}

type costIn struct {
	ID       string    `json:"id"`
	SpentAt  timeOrDay `json:"spent_at"`
	Category string    `json:"category"`
	amountIn
}

func (in *costIn) row(zone *time.Location) customers.Row {
	return customers.Row{Number: in.ID, At: in.SpentAt.in(zone), Category: in.Category, Currency: in.Currency, Amount: wholeText(in.Amount)}
}

type opportunityIn struct {
	ID        string     `json:"id"`
	Customer  customerIn `json:"customer"`
	Agent     string     `json:"agent"`
	CreatedAt timeOrDay  `json:"created_at"`
	ClosedAt  timeOrDay  `json:"closed_at"`
	Outcome   string     `json:"outcome"`
	amountIn
}

func (in *opportunityIn) row(zone *time.Location) customers.Row {
	return customers.Row{
		Number: in.ID, Customer: in.Customer.contact(), Agent: in.Agent, At: in.CreatedAt.in(zone), Ends: in.ClosedAt.in(zone), Status: in.Outcome,
		Currency: in.Currency, Amount: wholeText(in.Amount),
	}
}

type stayIn struct {
	Opportunity string    `json:"opportunity"`
	Stage       string    `json:"stage"`
	Position    *int64    `json:"position"`
	EnteredAt   timeOrDay `json:"entered_at"`
	LeftAt      timeOrDay `json:"left_at"`
}

func (in *stayIn) row(zone *time.Location) customers.Row {
	return customers.Row{Of: in.Opportunity, Stage: in.Stage, Position: wholeText(in.Position), At: in.EnteredAt.in(zone), Ends: in.LeftAt.in(zone)}
}

type quotaIn struct {
	Agent string    `json:"agent"`
	From  timeOrDay `json:"from"`
	To    timeOrDay `json:"to"`
	amountIn
}

func (in *quotaIn) row(zone *time.Location) customers.Row {
	return customers.Row{Agent: in.Agent, At: in.From.in(zone), Ends: in.To.in(zone), Currency: in.Currency, Amount: wholeText(in.Amount)}
}

type ticketIn struct {
	ID         string     `json:"id"`
	Customer   customerIn `json:"customer"`
	Agent      string     `json:"agent"`
	CreatedAt  timeOrDay  `json:"created_at"`
	ResolvedAt timeOrDay  `json:"resolved_at"`
	Excluded   bool       `json:"excluded"`
}

func (in *ticketIn) row(zone *time.Location) customers.Row {
	return customers.Row{
		Number: in.ID, Customer: in.Customer.contact(), Agent: in.Agent, At: in.CreatedAt.in(zone), Ends: in.ResolvedAt.in(zone), Flag: yesText(in.Excluded),
	}
}

type membershipIn struct {
	Customer customerIn `json:"customer"`
	JoinedAt timeOrDay  `json:"joined_at"`
	LeftAt   timeOrDay  `json:"left_at"`
}

func (in *membershipIn) row(zone *time.Location) customers.Row {
	return customers.Row{Customer: in.Customer.contact(), At: in.JoinedAt.in(zone), Ends: in.LeftAt.in(zone)}
}

type rewardIn struct {
	ID       string     `json:"id"`
	Customer customerIn `json:"customer"`
	At       timeOrDay  `json:"at"`
	Kind     string     `json:"kind"`
	Count    *int64     `json:"count"`
}

func (in *rewardIn) row(zone *time.Location) customers.Row {
	return customers.Row{Number: in.ID, Customer: in.Customer.contact(), At: in.At.in(zone), Kind: in.Kind, Count: wholeText(in.Count)}
}
