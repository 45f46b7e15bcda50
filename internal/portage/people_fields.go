package portage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// Fields of files about people. Besides them there is "property." with a name, for anything else that the shop knows.
const (
	FieldEmail    Field = "email"
	FieldCustomer Field = "customer" // the shop's number of the person
	FieldName     Field = "name"
	FieldZone     Field = "zone"
	FieldConsent  Field = "consent"
	FieldEvent    Field = "event" // what happened, where it is not a purchase

	propertyField = "property."
)

var (
	contactFields  = []Field{FieldEmail, FieldCustomer, FieldName, FieldLanguage, FieldZone, FieldConsent}
	purchaseFields = []Field{FieldExternalID, FieldTime, FieldOrder, FieldTouchpoint, FieldEvent}
)

// personSynonyms are names of columns in customer lists and order lists, folded, the best one first.
var personSynonyms = map[Field][]string{
	FieldEmail: {
		"email", "e mail", "email address", "customer email", "contact email", "person email", "billing email", "contact", "почта", "e mail клиента", "email клиента", "эл почта", "adres e mail",
		"имейл", "имейл адрес",
	},
	FieldCustomer: {
		"customer", "customer id", "customer number", "customer no", "customer unique id", "client id", "user id", "contact id", "клиент", "номер клиента", "id клиента", "klient",
		"numer klienta", "id klienta", "номер на клиент",
	},
	FieldName: {
		"name", "customer name", "full name", "contact name", "billing name", "имя", "фио", "имя клиента", "imie i nazwisko", "imie", "nazwa klienta", "име", "име на клиент",
	},
	FieldLanguage: {"language", "lang", "locale", "customer locale", "язык", "jezyk", "език"},
	FieldZone:     {"zone", "time zone", "timezone", "часовой пояс", "strefa czasowa", "часова зона"},
	FieldConsent:  {"consent", "accepts marketing", "accepts email marketing", "opt in", "subscribed", "согласие", "zgoda", "съгласие"},
	FieldExternalID: {
		"external id", "purchase id", "transaction id", "event id", "номер покупки", "id transakcji", "номер на покупка",
	},
	FieldTime: {
		"time", "purchased at", "purchase date", "order date", "order purchase timestamp", "delivered at", "delivery date", "order delivered customer date", "date", "created at",
		"completed at", "paid at", "timestamp", "datetime", "дата покупки", "дата заказа", "дата", "время", "data zakupu", "data zamowienia", "data", "дата на покупка", "дата на поръчка",
	},
	FieldOrder: {
		"order", "order id", "order number", "order no", "заказ", "номер заказа", "zamowienie", "numer zamowienia", "поръчка", "номер на поръчка",
	},
	FieldTouchpoint: {"touchpoint", "touch point", "точка контакта", "punkt kontaktu", "точка на контакт"},
	FieldEvent:      {"event", "event name", "kind", "событие", "zdarzenie", "събитие"},
}

func (w What) synonyms(f Field) []string {
	if feed := w.Feed(); feed != "" {
		return feedNames(feed, f)
	}
	if !w.People() {
		return synonyms[f]
	}
	if w == Contacts && f == FieldCustomer { // in a list of people the number is the person's
		return append(slices.Clone(personSynonyms[f]), "external id", "id", "number", "номер", "numer")
	}
	return personSynonyms[f]
}

// PropertyOf is the name of the property that a field holds, "" if it holds none.
func PropertyOf(f Field) string {
	name, ok := strings.CutPrefix(string(f), propertyField)
	if !ok {
		return ""
	}
	return name
}

// Property is the field of a property: a column's own name.
func Property(name string) Field { return Field(propertyField + survey.Line(Plain(name))) }

func (w What) personField(name string) (Field, error) {
	name = strings.TrimSpace(name)
	if prefix, rest, ok := strings.Cut(name, "."); ok && strings.EqualFold(prefix+".", propertyField) && strings.TrimSpace(rest) != "" {
		return Property(rest), nil
	}
	f := Field(strings.ToLower(name))
	if slices.Contains(w.Fields(), f) {
		return f, nil
	}
	names := make([]string, 0, len(w.Fields()))
	for _, f := range w.Fields() {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("%q is no field of %s; there are %s, and property.NAME for anything else", name, w, strings.Join(names, ", "))
}

// GuessWhat tells from its columns what a file most probably holds.
func GuessWhat(header []string) What {
	if _, rated := Answers.Guess(header, nil)[FieldRating]; rated {
		return Answers
	}
	if feed := guessFeed(header); feed != "" {
		return feed
	}
	m := Purchases.Guess(header, nil)
	has := func(f Field) bool { _, ok := m[f]; return ok }
	switch {
	case !has(FieldEmail) && !has(FieldCustomer):
		if _, ok := Contacts.Guess(header, nil)[FieldCustomer]; ok && has(FieldName) {
			return Contacts
		}
		return Answers
	case has(FieldOrder) || has(FieldExternalID) || has(FieldTime) && !has(FieldConsent):
		return Purchases
	}
	return Contacts
}

// personSentence says a reason of a file about people in English.
func personSentence(r Reason) string {
	switch people.Reason(r) {
	case people.Unnamed:
		return "neither an e-mail address nor the shop's number of the customer"
	case people.NoAddress:
		return "the e-mail address can't be one, and nothing else names the customer"
	case people.LongName:
		return "the number of the customer is longer than 200 characters"
	case people.WasErased:
		return "this person asked to be forgotten"
	case people.BadKind:
		return "no name of an event: small letters, digits and . _ - are"
	case people.LongNumber:
		return "the number of the purchase is longer than 200 characters"
	case people.OccasionRange:
		return "the time is before 1990 or more than a year in the future"
	case people.Reason(BadConsent):
		return "the consent is neither yes nor no"
	}
	return feedSentence(r)
}

// WarningSentence says in English what was left out of a row that was kept.
func WarningSentence(w people.Warning) string {
	switch w {
	case people.BadAddress:
		return "the e-mail address can't be one; it is left out"
	case people.NoLanguage:
		return "there is no such language; it is left out"
	case people.NoZone:
		return "there is no such time zone; it is left out"
	case people.TooMuch:
		return "more than 50 properties, or one longer than 1,000 characters; the rest is left out"
	case people.LongText:
		return "the name was cut"
	case people.InFuture:
		return "it happens in the future"
	case people.LongAgo:
		return "it happened more than a year ago"
	case people.WithoutErased:
		return "this person asked to be forgotten; the answer is kept without them"
	case people.OfAnother:
		return "it was told before, of another contact: it stays theirs"
	case people.StaysOptedOut:
		return "the former address gets no surveys, so the new one gets none"
	case people.Warning(customers.QuotaZero):
		return "a quota of 0: there is no attainment of it"
	case people.Warning(customers.ExpectedClose):
		return "it is open: the time of closing was taken as the expected one, and is not kept"
	case people.Warning(customers.OnlyDays):
		return "only days are known: how long the ticket took counts in no figure"
	case people.Warning(customers.WentBack):
		return "the opportunity went back to an earlier stage; the stay counts"
	case people.Warning(customers.EarlyBack):
		return "the refund is of an earlier day than its order; it counts"
	case people.Warning(customers.NoPosition):
		return "the stage has no place in the pipeline, so no conversion is known"
	}
	return string(w)
}
