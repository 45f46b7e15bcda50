package customers

import (
	"context"
	"strings"

	"github.com/surveyd/surveyd/internal/survey"
)

// orderState is what a word says of an order.
type orderState int

const (
	statePaid orderState = iota
	stateCancelled
	stateTest
	stateRefunded // in full
	statePart     // refunded in part
)

// orderWords are what shop systems write, in four languages. What is not paid yet does not count until a later file says so.
var orderWords = words(map[orderState]string{
	statePaid: "|paid|complete|completed|delivered|shipped|fulfilled|processing|invoiced|approved|closed|succeeded|оплачен|оплачено|доставлен|выполнен|oplacone|zaplacone|zrealizowane|" +
		"wyslane|dostarczone|платена|платено|доставена|изпълнена",
	stateCancelled: "cancelled|canceled|void|voided|failed|unpaid|pending|created|unavailable|expired|declined|on hold|draft|checkout draft|trash|authorized|authorised|partially paid|partly paid|отменен|отменено|не оплачен|anulowane|nieoplacone|oczekujace|" +
		"отказана|неплатена|чакаща",
	stateTest:     "test|тест|testowe|тестова",
	stateRefunded: "refunded|fully refunded|returned|возвращен|возврат|zwrocone|върната|възстановена",
	statePart:     "partially refunded|partially returned|partly refunded|частичный возврат|czesciowo zwrocone|частично върната",
})

// orderKinds are what is sold on top; "" is a plain sale.
var orderKinds = words(map[string]string{
	"": "|sale|order|new|plain", "upgrade": "upgrade|апгрейд|ulepszenie|надграждане", "addon": "addon|add on|extra|дополнение|dodatek|добавка", "cross_sell": "cross sell|crosssell|cross sale",
})

func checkOrder(b *batch, i int) Reason {
	r, v := &b.rows[i], &b.read[i]
	if bad := b.happened(&r.At, true); bad != "" {
		return bad
	}
	if _, bad := r.decimals(); bad != "" {
		return bad
	}
	kind, ok := meaning(orderKinds, r.Kind)
	if !ok {
		return BadKind
	}
	r.Kind = kind
	if bad := readTotals(r, v); bad != "" {
		return bad
	}
	if r.Total != "" && (r.Amount == "" || v.refunded > 0) {
		r.Untold &^= PartRefunded // what is left tells it
	}
	state, ok := meaning(orderWords, strings.TrimPrefix(strings.ToLower(r.Status), "wc-"))
	if !r.Cancelled.IsZero() && state != stateTest {
		state = stateCancelled
	}
	if !ok {
		return BadStatus
	}
	switch state {
	case stateCancelled:
		v.status = int64(Cancelled)
	case stateTest:
		v.status = int64(Test)
	case stateRefunded:
		r.Untold &^= PartRefunded
		if v.refunded = v.amount; v.amount == 0 {
			v.status = int64(Cancelled) // there was nothing to give back
		}
	case statePart:
		if r.Refunded == "" && r.Total == "" {
			return UnknownRefunds
		}
	}
	return ""
}

// readTotals reads what an order cost, what was given back and what is left. Two of them tell the third; three must agree. A total before refunds, as many shops
// write it, agrees too.
func readTotals(r *Row, v *rowRead) (bad Reason) {
	if v.refunded, bad = r.amount(r.Refunded, false); bad != "" {
		return bad
	}
	total, bad := r.amount(r.Total, false)
	if bad != "" {
		return bad
	}
	if v.amount, bad = r.amount(r.Amount, r.Total == ""); bad != "" {
		return bad
	}
	switch {
	case r.Total == "":
	case r.Amount == "":
		v.amount = total + v.refunded
	case r.Refunded == "" && total < v.amount:
		v.refunded = v.amount - total
	case total != v.amount-v.refunded && total != v.amount:
		return Totals
	}
	if v.refunded > v.amount {
		return OverRefunded
	}
	return ""
}

// referOrders refuses orders that are told again with less than was given back of them.
func referOrders(ctx context.Context, b *batch) error {
	states, err := b.in.Store.FeedStates(ctx)
	if err != nil || states[Refunds].Records == 0 {
		return err
	}
	numbers := make([]string, len(b.rows))
	for i := range b.rows {
		numbers[i] = b.rows[i].Number
	}
	known, err := b.in.Store.OrdersByNumber(ctx, numbers)
	if err != nil || len(known) == 0 {
		return err
	}
	ids := make([]survey.ID, 0, len(known))
	for _, o := range known {
		ids = append(ids, o.ID)
	}
	refunds, err := b.in.Store.Refunds(ctx, nil, ids)
	if err != nil {
		return err
	}
	back := map[survey.ID]int64{}
	for _, r := range refunds {
		back[r.OrderID] += r.Amount
	}
	for i := range b.rows {
		o, ok := known[b.rows[i].Number]
		if !ok || b.results[i].Refused != "" || back[o.ID] == 0 {
			continue
		}
		switch {
		case b.read[i].amount < back[o.ID]:
			b.results[i].Refused = BelowRefunded
		case b.rows[i].Currency != o.Currency:
			b.results[i].Refused = OtherCurrency
		}
	}
	return nil
}

func orderOf(b *batch, i int) Order {
	r, v := &b.rows[i], &b.read[i]
	return Order{
		ID: b.id(), ExternalID: r.Number, ContactID: b.results[i].ContactID, At: r.At.Time, Currency: r.Currency, Amount: v.amount, Refunded: v.refunded,
		Status: OrderStatus(v.status), Kind: r.Kind, Untold: r.Untold,
	}
}

func checkRefund(b *batch, i int) Reason {
	r := &b.rows[i]
	if r.Of == "" {
		return NoOrder
	}
	return b.happened(&r.At, true)
}

// referRefunds finds the orders of refunds, and refuses those that give back more than is left.
func referRefunds(ctx context.Context, b *batch) error {
	var orders, numbers []string
	for i := range b.rows {
		if b.results[i].Refused == "" {
			orders, numbers = append(orders, b.rows[i].Of), append(numbers, b.rows[i].Number)
		}
	}
	if len(orders) == 0 {
		return nil
	}
	known, err := b.in.Store.OrdersByNumber(ctx, orders)
	if err != nil {
		return err
	}
	ids := make([]survey.ID, 0, len(known))
	for _, o := range known {
		ids = append(ids, o.ID)
	}
	refunds, err := b.in.Store.Refunds(ctx, numbers, ids)
	if err != nil {
		return err
	}
	told, back := map[string]Refund{}, map[survey.ID]int64{}
	for _, r := range refunds {
		told[r.ExternalID] = r
		back[r.OrderID] += r.Amount
	}
	for i := range b.rows {
		if b.results[i].Refused != "" {
			continue
		}
		order, ok := known[b.rows[i].Of]
		if !ok {
			b.results[i].Refused = NoOrder
			continue
		}
		refund, bad := readRefund(b, i, order)
		before := told[refund.ExternalID]
		given := back[order.ID]
		if before.OrderID == order.ID {
			given -= before.Amount // it is told again
		}
		if bad == "" && given+refund.Amount > order.Amount {
			bad = OverRefunded
		}
		if b.results[i].Refused = bad; bad != "" {
			continue
		}
		back[before.OrderID] -= before.Amount
		back[order.ID] += refund.Amount
		told[refund.ExternalID] = refund
		if b.dayOf(refund.At).Before(b.dayOf(order.At)) { // of either the time of day may not be known
			b.note(i, EarlyBack)
		}
	}
	return nil
}

// readRefund reads the amount of a refund, in the currency of its order unless it names one.
func readRefund(b *batch, i int, order Order) (Refund, Reason) {
	r, v := &b.rows[i], &b.read[i]
	if r.Currency != "" && r.Currency != order.Currency {
		if _, bad := r.decimals(); bad != "" {
			return Refund{}, bad
		}
		return Refund{}, OtherCurrency
	}
	r.Currency, v.of = order.Currency, order.ID
	var bad Reason
	if v.amount, bad = r.amount(r.Amount, true); bad == Negative { // many exports write money that went out so
		v.amount, bad = r.amount(positive(r.Amount), true)
	}
	if bad == "" && v.amount == 0 {
		bad = AmountMissing
	}
	return refundOf(b, i), bad
}

// positive takes the sign of an amount below zero away.
func positive(text string) string {
	return strings.NewReplacer("-", "", "−", "", "(", "", ")", "").Replace(text)
}

func refundOf(b *batch, i int) Refund {
	r, v := &b.rows[i], &b.read[i]
	return Refund{ID: b.id(), ExternalID: r.Number, OrderID: v.of, At: r.At.Time, Amount: v.amount}
}
