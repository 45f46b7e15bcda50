package portage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
)

// Fields of files that feeds are made from. Amounts are decimal, as people write them, or whole minor units: a file has all of its amounts in one of the two.
const (
	FieldNumber        Field = "number" // the shop's number of the record
	FieldOpportunity   Field = "opportunity"
	FieldEnds          Field = "ends"
	FieldRenewed       Field = "renewed"
	FieldCurrency      Field = "currency"
	FieldAmount        Field = "amount"
	FieldRefunded      Field = "refunded"
	FieldTotal         Field = "total"
	FieldAmountMinor   Field = "amount_minor"
	FieldRefundedMinor Field = "refunded_minor"
	FieldTotalMinor    Field = "total_minor"
	FieldKind          Field = "kind"
	FieldOutcome       Field = "outcome"
	FieldCategory      Field = "category"
	FieldAgent         Field = "agent"
	FieldStage         Field = "stage"
	FieldPosition      Field = "position"
	FieldSpan          Field = "span"
	FieldSpans         Field = "spans"
	FieldCount         Field = "count"
	FieldTrial         Field = "trial"
	FieldExcluded      Field = "excluded"
	FieldCancelled     Field = "cancelled" // when an order was cancelled
)

var (
	moneyFields = []Field{FieldCurrency, FieldAmount, FieldAmountMinor}
	whoFields   = []Field{FieldCustomer, FieldEmail}
)

// feedFields are the fields of each feed, in the order in which people are asked for them.
var feedFields = map[customers.Feed][]Field{
	customers.Orders: slices.Concat([]Field{FieldNumber}, whoFields, []Field{FieldTime}, moneyFields,
		[]Field{FieldRefunded, FieldRefundedMinor, FieldTotal, FieldTotalMinor, FieldStatus, FieldCancelled, FieldKind}),
	customers.Refunds:       slices.Concat([]Field{FieldNumber, FieldOrder, FieldTime}, moneyFields),
	customers.Since:         slices.Concat(whoFields, []Field{FieldTime}),
	customers.Subscriptions: slices.Concat([]Field{FieldNumber}, whoFields, []Field{FieldTime, FieldEnds}, moneyFields, []Field{FieldSpan, FieldSpans, FieldTrial, FieldStatus}),
	customers.Contracts:     slices.Concat([]Field{FieldNumber}, whoFields, []Field{FieldEnds, FieldRenewed, FieldTime}),
	customers.Costs:         slices.Concat([]Field{FieldNumber, FieldTime, FieldCategory}, moneyFields),
	customers.Opportunities: slices.Concat([]Field{FieldNumber}, whoFields, []Field{FieldAgent, FieldTime, FieldEnds, FieldOutcome}, moneyFields),
	customers.Stages:        {FieldOpportunity, FieldStage, FieldPosition, FieldTime, FieldEnds},
	customers.Quotas:        slices.Concat([]Field{FieldAgent, FieldTime, FieldEnds}, moneyFields),
	customers.Tickets:       slices.Concat([]Field{FieldNumber}, whoFields, []Field{FieldAgent, FieldTime, FieldEnds, FieldExcluded}),
	customers.Memberships:   slices.Concat(whoFields, []Field{FieldTime, FieldEnds}),
	customers.Rewards:       slices.Concat([]Field{FieldNumber}, whoFields, []Field{FieldTime, FieldKind, FieldCount}),
}

// Feed is the feed that the file is made for; "" if it is for none.
func (w What) Feed() customers.Feed {
	if f := customers.Feed(w); feedFields[f] != nil {
		return f
	}
	return ""
}

// feedSynonyms are names of columns in any feed, folded, the best one first.
var feedSynonyms = map[Field][]string{
	FieldCurrency: {"currency", "currency code", "iso currency", "валюта", "waluta", "валута"},
	FieldAmount: {
		"amount", "order amount", "order total", "order total amount", "grand total", "total price", "price", "value", "close value", "deal value", "cost", "quota", "target", "mrr", "total", "total amount",
		"payment value", "subtotal", "сумма", "сумма заказа", "стоимость", "kwota", "wartosc", "suma", "koszt", "сума", "стойност",
	},
	FieldAmountMinor:   {"amount minor", "amount cents", "amount in cents", "total cents", "price cents", "amount pence", "value cents", "cost cents", "amount kopecks", "amount grosz", "amount stotinki"},
	FieldRefunded:      {"refunded", "refunded amount", "amount refunded", "refund amount", "refund", "возврат", "сумма возврата", "zwrot", "kwota zwrotu", "върната сума"},
	FieldRefundedMinor: {"refunded minor", "refunded cents", "amount refunded cents"},
	FieldTotal:         {"total", "net total", "net amount", "total after refunds", "итого", "razem", "общо"},
	FieldTotalMinor:    {"total minor", "net total minor", "net total cents"},
	FieldStatus:        {"status", "order status", "subscription status", "financial status", "payment status", "статус", "статус заказа", "stan", "status zamowienia", "статус на поръчката"},
	FieldOutcome:       {"outcome", "deal stage", "result", "status", "stage", "результат", "wynik", "резултат"},
	FieldKind:          {"kind", "type", "order kind", "order type", "reward kind", "reward type", "тип", "вид", "rodzaj", "typ"},
	FieldCategory:      {"category", "cost category", "type", "channel", "категория", "статья", "kategoria"},
	FieldAgent: {
		"agent", "sales agent", "deal owner", "opportunity owner", "ticket owner", "owner", "assignee", "assigned to", "sales rep", "rep", "seller", "менеджер", "ответственный", "agent sprzedazy", "opiekun", "handlowiec", "агент", "търговец",
	},
	FieldStage:       {"stage", "stage name", "deal stage", "стадия", "этап", "etap", "етап"},
	FieldPosition:    {"position", "stage position", "stage number", "stage order", "позиция", "номер этапа", "pozycja", "numer etapu"},
	FieldSpan:        {"span", "interval", "billing interval", "billing period", "plan interval", "period", "период", "okres", "okres rozliczeniowy"},
	FieldSpans:       {"spans", "interval count", "billing interval count", "число периодов", "liczba okresow", "брой периоди"},
	FieldCount:       {"count", "points", "quantity", "amount", "баллы", "количество", "punkty", "liczba", "точки", "брой"},
	FieldTrial:       {"trial", "is trial", "пробный", "probny", "пробен"},
	FieldCancelled:   {"cancelled at", "canceled at", "cancel date", "отменен", "дата отмены", "data anulowania", "дата на отказ"},
	FieldExcluded:    {"excluded", "spam", "exclude", "исключено", "wykluczone", "изключен"},
	FieldRenewed:     {"renewed", "renewed at", "renewal date", "продлен", "дата продления", "odnowiono", "data odnowienia", "подновен"},
	FieldOpportunity: {"opportunity", "opportunity id", "deal id", "deal", "lead id", "сделка", "szansa", "сделка номер"},
	FieldOrder:       {"order", "order id", "order number", "order no", "заказ", "номер заказа", "zamowienie", "numer zamowienia", "поръчка", "номер на поръчка"},
}

// feedOwn are names of columns that mean something else in each feed: its number and its times.
var feedOwn = map[customers.Feed]map[Field][]string{
	customers.Orders: {
		FieldNumber: {"order id", "order number", "order no", "order", "number", "id", "external id", "номер заказа", "заказ", "numer zamowienia", "zamowienie", "номер на поръчка", "поръчка", "name"},
		FieldTime:   {"ordered at", "paid at", "order date", "created date", "created", "purchased at", "purchase date", "order purchase timestamp", "дата заказа", "data zamowienia", "дата на поръчка"},
	},
	customers.Refunds: {
		FieldNumber: {"refund id", "refund number", "number", "id", "external id", "номер возврата", "numer zwrotu", "номер на възстановяване"},
		FieldTime:   {"refunded at", "refund date", "дата возврата", "data zwrotu"},
		FieldAmount: {"refund amount", "refunded amount", "refunded", "amount", "total", "сумма возврата", "kwota zwrotu", "върната сума"},
	},
	customers.Since: {
		FieldTime: {"acquired at", "customer since", "since", "first order at", "клиент с", "klient od", "клиент от"},
	},
	customers.Subscriptions: {
		FieldNumber: {"subscription id", "subscription number", "subscription", "number", "id", "external id", "номер подписки", "numer subskrypcji", "номер на абонамент"},
		FieldTime:   {"started at", "start date", "started", "starts at", "current period start", "начало", "дата начала", "data rozpoczecia", "начална дата"},
		FieldEnds:   {"ended at", "end date", "ended", "cancelled at", "canceled at", "ends at", "окончание", "data zakonczenia", "крайна дата"},
	},
	customers.Contracts: {
		FieldNumber: {"contract id", "contract number", "contract", "number", "id", "external id", "номер договора", "numer umowy", "номер на договор"},
		FieldTime:   {"term starts at", "term start", "start date", "started at", "starts at", "начало", "data rozpoczecia", "начална дата"},
		FieldEnds:   {"term ends at", "term end", "term end at", "end date", "ends at", "expires at", "expiry date", "окончание", "срок до", "data zakonczenia", "крайна дата"},
	},
	customers.Costs: {
		FieldNumber: {"cost id", "expense id", "number", "id", "external id", "invoice", "invoice number", "номер", "numer", "номер на разход"},
		FieldTime:   {"incurred at", "spent at", "expense date", "invoice date", "month", "месяц", "miesiac", "месец"},
	},
	customers.Opportunities: {
		FieldNumber:   {"opportunity id", "opportunity", "deal id", "lead id", "record id", "number", "id", "external id", "номер сделки", "numer szansy", "номер на сделка"},
		FieldTime:     {"created at", "created", "engage date", "create date", "opened at", "дата создания", "data utworzenia", "дата на създаване"},
		FieldEnds:     {"closed at", "close date", "closed", "дата закрытия", "data zamkniecia", "дата на затваряне"},
		FieldCustomer: {"account", "account id"},
	},
	customers.Stages: {
		FieldTime: {"entered at", "entered", "started at", "from", "с", "od", "от"},
		FieldEnds: {"left at", "left", "exited at", "ended at", "to", "до", "do"},
	},
	customers.Quotas: {
		FieldTime: {"from", "start", "starts at", "period start", "start date", "с", "od", "от"},
		FieldEnds: {"to", "end", "ends at", "period end", "end date", "until", "по", "do", "до"},
	},
	customers.Tickets: {
		FieldNumber: {"ticket id", "ticket number", "ticket", "record id", "number", "id", "external id", "case id", "номер обращения", "numer zgloszenia", "номер на заявка"},
		FieldTime:   {"created at", "created", "opened at", "open date", "дата создания", "data utworzenia"},
		FieldEnds:   {"resolved at", "resolved", "solved at", "closed at", "close date", "дата решения", "data rozwiazania", "дата на решаване"},
	},
	customers.Memberships: {
		FieldTime: {"joined at", "joined", "member since", "enrolled at", "enrollment date", "дата вступления", "data przystapienia", "дата на присъединяване"},
		FieldEnds: {"left at", "left", "cancelled at", "canceled at", "member until", "дата выхода", "data odejscia", "дата на напускане"},
	},
	customers.Rewards: {
		FieldNumber: {"reward id", "transaction id", "number", "id", "external id", "номер", "numer"},
		FieldTime:   {"happened at", "earned at", "issued at", "redeemed at"},
		FieldKind:   {"kind", "type", "reward kind", "reward type", "status", "тип", "вид", "rodzaj", "typ"},
	},
}

// synonyms are names of the columns that hold a field of a feed.
func feedNames(feed customers.Feed, f Field) []string {
	own := feedOwn[feed][f]
	if f == FieldAmount && own != nil {
		return own
	}
	if f == FieldKind && own != nil {
		return own
	}
	if general, ok := feedSynonyms[f]; ok {
		return slices.Concat(own, general)
	}
	return slices.Concat(own, personSynonyms[f])
}

// feedField reads the name of a field of a feed.
func (w What) feedField(name string) (Field, error) {
	f := Field(strings.ToLower(strings.TrimSpace(name)))
	if slices.Contains(w.Fields(), f) {
		return f, nil
	}
	names := make([]string, 0, len(w.Fields()))
	for _, f := range w.Fields() {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("%q is no field of %s; there are %s", name, w, strings.Join(names, ", "))
}

// guessFeed tells which feed a file's columns are of; "" if none. Names of columns that only one feed has decide.
func guessFeed(header []string) What {
	has := func(w What, fields ...Field) bool {
		m := w.Guess(header, nil)
		for _, f := range fields {
			if _, ok := m[f]; !ok {
				return false
			}
		}
		return true
	}
	named := func(names ...string) bool {
		return slices.ContainsFunc(header, func(h string) bool { return slices.Contains(names, headerKey(h)) })
	}
	for _, guess := range []struct {
		what  customers.Feed
		names []string
		needs []Field
	}{
		{customers.Refunds, []string{"refund id", "refund number"}, []Field{FieldOrder}},
		{customers.Subscriptions, []string{"subscription id", "subscription number", "billing interval", "interval count"}, []Field{FieldNumber, FieldTime}},
		{customers.Contracts, []string{"contract id", "contract number", "term ends at", "term end"}, []Field{FieldNumber, FieldEnds}},
		{customers.Stages, []string{"entered at", "stage name", "stage position"}, []Field{FieldOpportunity, FieldStage, FieldTime}},
		{customers.Opportunities, []string{"opportunity id", "deal id", "deal stage"}, []Field{FieldNumber, FieldOutcome}},
		{customers.Quotas, []string{"quota"}, []Field{FieldAgent, FieldTime, FieldEnds}},
		{customers.Tickets, []string{"ticket id", "ticket number", "resolved at"}, []Field{FieldNumber, FieldTime}},
		{customers.Rewards, []string{"reward id", "reward kind", "reward type"}, []Field{FieldNumber, FieldKind}},
		{customers.Memberships, []string{"joined at", "member since", "enrolled at"}, []Field{FieldTime}},
		{customers.Costs, []string{"cost id", "expense id", "cost category", "incurred at", "spent at"}, []Field{FieldNumber, FieldCategory}},
		{customers.Since, []string{"acquired at", "customer since"}, []Field{FieldTime}},
		{customers.Orders, []string{"amount minor", "amount cents", "refunded minor", "refunded amount", "ordered at"}, []Field{FieldNumber, FieldTime}},
	} {
		if named(guess.names...) && has(What(guess.what), guess.needs...) {
			return What(guess.what)
		}
	}
	return ""
}
