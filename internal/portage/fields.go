package portage

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/surveyd/surveyd/internal/customers"
	"github.com/surveyd/surveyd/internal/survey"
)

// What a file holds.
type What string

// What files may hold.
const (
	Answers   What = "answers"
	Contacts  What = "contacts"
	Purchases What = "purchases"
)

// Whats lists them.
func Whats() []What {
	all := []What{Answers, Contacts, Purchases}
	for _, feed := range customers.Feeds() {
		all = append(all, What(feed))
	}
	return all
}

// People tells whether the file is about people, not about answers.
func (w What) People() bool { return w == Contacts || w == Purchases }

// NeedsTime tells whether every row says when something was.
func (w What) NeedsTime() bool {
	return w != Contacts && w.Feed() != customers.Contracts && w.Feed() != customers.Opportunities
}

// Field is a part of a response that a column of a file can hold. Besides the ones below there is q1, q2 ... for each question of the survey.
type Field string

// The fields.
const (
	FieldRating     Field = "rating"
	FieldComment    Field = "comment"
	FieldTouchpoint Field = "touchpoint"
	FieldTime       Field = "time"
	FieldLanguage   Field = "language"
	FieldExternalID Field = "external_id"
	FieldOrder      Field = "order"
	FieldContact    Field = "contact"
	FieldStatus     Field = "status"
	FieldScheme     Field = "scheme"
	FieldOwnID      Field = "own_id" // the number that the response has here, as an export gives it
)

// Fields lists them in the order in which people are asked for them.
func (w What) Fields() []Field {
	if feed := w.Feed(); feed != "" {
		return feedFields[feed]
	}
	switch w {
	case Contacts:
		return contactFields
	case Purchases:
		return slices.Concat(purchaseFields, contactFields)
	}
	return []Field{
		FieldRating, FieldComment, FieldTouchpoint, FieldTime, FieldExternalID, FieldLanguage, FieldOrder, FieldContact, FieldStatus, FieldScheme, FieldOwnID,
	}
}

// Mapping tells which column holds a field, counted from 0.
type Mapping map[Field]int

// synonyms are names of columns in files of shops and of other survey tools, folded, the best one first. "Score" is what Delighted calls a rating.
var synonyms = map[Field][]string{
	FieldRating: {
		"rating", "score", "nps", "nps score", "csat", "ces", "review score", "stars", "satisfaction", "оценка", "рейтинг", "балл", "ocena", "wynik", "оценка клиента",
	},
	FieldComment: {
		"comment", "comments", "review", "review comment message", "feedback", "text", "open ended response", "comment text", "additional comments",
		"комментарий", "отзыв", "текст", "komentarz", "opinia", "uwagi", "коментар", "отзив", "мнение",
	},
	FieldTouchpoint: {
		"touchpoint", "touch point", "journey", "stage", "channel point", "точка контакта", "точка", "этап", "punkt kontaktu", "etap", "точка на контакт", "етап",
	},
	FieldTime: {
		"time", "answered at", "responded at", "response date", "date", "created at", "completed at", "submitted at", "timestamp", "end date", "date modified",
		"review answer timestamp", "survey responded at", "datetime", "дата", "время", "дата ответа", "data", "data odpowiedzi", "czas", "дата на отговора", "час",
	},
	FieldLanguage: {"language", "lang", "locale", "язык", "jezyk", "език"},
	FieldExternalID: {
		"external id", "id", "response id", "respondent id", "survey response id", "review id", "uuid", "номер ответа", "id odpowiedzi", "номер на отговора",
	},
	FieldOrder: {"order", "order id", "order number", "order no", "purchase id", "заказ", "номер заказа", "zamowienie", "numer zamowienia", "поръчка", "номер на поръчка"},
	FieldContact: {
		"contact", "email", "e mail", "email address", "person email", "customer", "customer id", "customer unique id", "почта", "клиент", "klient", "имейл",
	},
	FieldStatus: {"status"},
	FieldScheme: {"scheme"},
}

// mailColumns are those names of a column of contacts that promise addresses, folded.
func mailColumns() []string {
	return []string{"email", "e mail", "email address", "person email", "почта", "имейл"}
}

var questionField = regexp.MustCompile(`^q([1-9][0-9]?)$`)

// cliFields are other names of the three questions of a loyalty index.
var cliFields = map[string]Field{"recommend": "q1", "repurchase": "q2", "buy_again": "q2", "cross_buy": "q3", "other_products": "q3"}

// ParseField reads the name of a field as people write it.
func (w What) ParseField(name string) (Field, error) {
	switch {
	case w.People():
		return w.personField(name)
	case w.Feed() != "":
		return w.feedField(name)
	}
	f := Field(strings.ToLower(strings.TrimSpace(name)))
	if alias, ok := cliFields[string(f)]; ok {
		return alias, nil
	}
	if slices.Contains(w.Fields(), f) || questionField.MatchString(string(f)) {
		return f, nil
	}
	names := make([]string, 0, len(w.Fields()))
	for _, f := range w.Fields() {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("%q is no field; there are %s, and q1, q2 ... for the survey's questions", name, strings.Join(names, ", "))
}

// Guess finds columns by their names. Fields that are in given keep their column, and -1 there leaves a field out; each column is used once.
func (w What) Guess(header []string, given Mapping) Mapping {
	m := Mapping{}
	used := map[int]bool{}
	for f, column := range given {
		if used[column] = true; column >= 0 {
			m[f] = column
		}
	}
	take := func(f Field, name string) bool {
		for i, h := range header {
			if !used[i] && headerKey(h) == name {
				m[f], used[i] = i, true
				return true
			}
		}
		return false
	}
	if _, ok := given[FieldOwnID]; !ok && isExport(header) {
		take(FieldOwnID, exportHeader[0])
	}
	for _, f := range w.Fields() {
		if _, ok := given[f]; ok {
			continue
		}
		for _, name := range w.synonyms(f) {
			if take(f, survey.Fold(name)) {
				break
			}
		}
	}
	for i, h := range header {
		if w != Answers {
			break
		}
		name := strings.ToLower(Plain(strings.TrimSpace(h)))
		f, ok := cliFields[name]
		if !ok && questionField.MatchString(name) {
			f, ok = Field(name), true
		}
		if _, taken := given[f]; ok && !taken && !used[i] {
			m[f], used[i] = i, true
		}
	}
	return m
}

// isExport tells whether the columns are those of an export from here, whatever else stands beside them. "id" alone is what many systems call theirs.
func isExport(header []string) bool {
	for _, name := range exportHeader {
		if !slices.Contains(header, name) {
			return false
		}
	}
	return true
}

// headerKey is what the name of a column is found by. Stripe says the zone of its times there.
func headerKey(h string) string { return strings.TrimSuffix(survey.Fold(Plain(h)), utcSuffix) }

// utcSuffix ends the folded names of columns whose times are in UTC, whatever zone the file has: Created (UTC).
const utcSuffix = " utc"

// ParseMapping reads "rating=nps,time=answered": fields and the names of their columns. An empty name leaves a field out.
func (w What) ParseMapping(text string, header []string) (Mapping, error) {
	m := Mapping{}
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, column, ok := strings.Cut(part, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not FIELD=COLUMN", part)
		}
		f, err := w.ParseField(name)
		if err != nil {
			return nil, err
		}
		if column = strings.TrimSpace(column); column == "" {
			m[f] = -1
			continue
		}
		i := slices.IndexFunc(header, func(h string) bool { return strings.TrimSpace(Plain(h)) == column })
		if i < 0 {
			i = slices.IndexFunc(header, func(h string) bool { return survey.Fold(Plain(h)) == survey.Fold(column) })
		}
		if i < 0 {
			return nil, fmt.Errorf("the file has no column %q; it has %s", column, strings.Join(header, ", "))
		}
		m[f] = i
	}
	return m, nil
}

// Names gives the mapping with the columns' names, in the order of the fields.
func (m Mapping) Names(header []string) (pairs [][2]string) {
	order := Answers.Fields()
	for _, f := range slices.Concat(Purchases.Fields(), feedFields[customers.Orders], slices.Sorted(maps.Keys(m))) {
		if !slices.Contains(order, f) {
			order = append(order, f)
		}
	}
	for _, f := range order {
		if i, ok := m[f]; ok && i >= 0 && i < len(header) {
			pairs = append(pairs, [2]string{string(f), Plain(header[i])})
		}
	}
	return pairs
}
