package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/scoring"
	"github.com/surveyd/surveyd/internal/survey"
)

// caseWeeks is how far back unhappy customers have cases.
const caseWeeks = 4

// CaseStore is where the cases are written to.
type CaseStore interface {
	followup.RequestStore
	followup.OpenerStore
}

// deed is something that was done to a case, so long after it opened.
type deed struct {
	after time.Duration
	by    int // of the staff
	edit  followup.Edit
}

// inbox has everything that the shop's cases need.
type inbox struct {
	st      CaseStore
	service *followup.Service
	ids     *survey.IDs
	clock   time.Time
	staff   []account.User
	rules   followup.Rules
}

// followUp opens the cases of the last weeks and works on them: those whom everybody sees first are still open, in different states.
func followUp(ctx context.Context, st CaseStore, s Setup, shop Shop, given, changed []survey.Record) error {
	b := &inbox{st: st, staff: shop.Users}
	now := func() time.Time { return b.clock }
	var err error
	if b.ids, err = survey.NewIDs(survey.MaxBucket, now); err != nil {
		return err
	}
	if b.rules, err = st.CaseRules(ctx); err != nil {
		return err
	}
	b.service = followup.NewService(st, followup.NewOpener(st, b.ids, now), b.ids, now)
	touched := map[survey.ID]bool{}
	for _, rec := range changed {
		touched[rec.Response.ID] = true
	}
	spare := b.spare(s, given, touched)
	return st.InTx(ctx, func(ctx context.Context) error {
		for _, rec := range given {
			r := rec.Response
			if r.Class != scoring.ClassWorst || r.Status != survey.Counted || r.Comment == "" || r.ContactID == 0 || touched[r.ID] || touched[r.ContactID] || s.Now.Sub(r.AnsweredAt) > caseWeeks*7*24*time.Hour {
				continue
			}
			touched[r.ContactID] = true
			deeds := b.deeds(r, s.Now.Sub(r.AnsweredAt), r.ID == spare)
			if err := b.work(ctx, rec, deeds); err != nil {
				return fmt.Errorf("write the demo's case of %s: %w", r.ID, err)
			}
		}
		return nil
	})
}

// quoted tells whether a comment is one that everybody sees first.
func quoted(comment string) bool {
	for _, q := range quotes() {
		if q.text == comment {
			return true
		}
	}
	return false
}

// spare is the newest answer with a case that is nobody's quote: its case is the eighth that is open.
func (b *inbox) spare(s Setup, given []survey.Record, touched map[survey.ID]bool) (id survey.ID) {
	var newest time.Time
	for _, rec := range given {
		r := rec.Response
		if r.Class == scoring.ClassWorst && r.Status == survey.Counted && r.Comment != "" && r.ContactID != 0 && !touched[r.ID] && !quoted(r.Comment) && r.AnsweredAt.After(newest) {
			newest, id = r.AnsweredAt, r.ID
		}
	}
	return id
}

// work opens the case of an answer and does to it what was done.
func (b *inbox) work(ctx context.Context, rec survey.Record, deeds []deed) error {
	r := rec.Response
	b.clock = r.AnsweredAt
	rec.Before, rec.At = &r, r.AnsweredAt
	rec.Following = &survey.Following{
		Person: followup.Person(r), Cause: string(followup.ByClass), CaseID: b.ids.Next(), LogIDs: [3]survey.ID{b.ids.Next(), b.ids.Next(), b.ids.Next()},
		DueAt: b.rules.Calendar.Due(r.AnsweredAt),
	}
	if err := b.st.FollowUp(ctx, &rec); err != nil {
		return err
	}
	id, err := b.st.CaseOf(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, d := range deeds {
		b.clock = r.AnsweredAt.Add(d.after)
		if _, err := b.service.Change(ctx, b.staff[d.by].ID, id, followup.AnyVersion, d.edit, nil); err != nil {
			return err
		}
	}
	return nil
}

// The staff, as they stand in the shop.
const (
	dana = 1
	ivan = 2
)

// deeds are what was done about an answer that is so old.
func (b *inbox) deeds(r survey.Response, age time.Duration, spare bool) []deed {
	own := func(after time.Duration, who int) deed {
		id := b.staff[who].ID
		return deed{after, who, followup.Edit{Owner: &id, Status: status(followup.InProgress)}}
	}
	reply := func(after time.Duration, who int, to followup.Status) deed {
		return deed{after, who, followup.Edit{Reply: &followup.Entry{Kind: "reply", Body: sorry(r.Language)}, Status: status(to)}}
	}
	note := func(after time.Duration, who int, text string) deed {
		return deed{after, who, followup.Edit{Note: text}}
	}
	switch hours := int((age + time.Minute).Hours()); {
	case spare:
		return nil
	case !quoted(r.Comment):
		return b.closed(r, age, own, reply)
	case hours <= 15:
		return nil
	case hours <= 21:
		return []deed{own(2*time.Hour, ivan)}
	case hours <= 43:
		tags := []string{"courier", "damaged"}
		return []deed{own(3*time.Hour, dana), {4 * time.Hour, dana, followup.Edit{Tags: &tags}}, note(5*time.Hour, dana, "The courier has no damage report. I asked their hub for the scan of the delivery.")}
	case hours <= 76:
		return []deed{own(20*time.Hour, ivan), note(21*time.Hour, ivan, "Two payments failed, none was taken. Waiting for the bank to confirm.")}
	case hours <= 99:
		return []deed{own(time.Hour, ivan), reply(3*time.Hour, ivan, followup.Waiting)}
	case hours <= 125:
		return []deed{own(26*time.Hour, dana), reply(30*time.Hour, dana, followup.InProgress), note(31*time.Hour, dana, "Give the discount by hand once the order is paid.")}
	}
	return []deed{own(50*time.Hour, ivan), reply(56*time.Hour, ivan, followup.Waiting)}
}

// closed is how the cases of weeks ago went: most were answered in time, some late, some never.
func (b *inbox) closed(r survey.Response, age time.Duration, own func(time.Duration, int) deed, reply func(time.Duration, int, followup.Status) deed) []deed {
	n := int(r.AnsweredAt.Unix() % 9973)
	who := ivan - n&1
	first := time.Duration(2+n%41) * time.Hour
	if n%9 == 0 {
		first = 53 * time.Hour
	}
	first = min(first, age*2/5)
	end := first + min(time.Duration(5+n%60)*time.Hour, age*2/5)
	resolve := deed{end, who, followup.Edit{Status: status(followup.Resolved), Reason: int64(2 + n%4)}}
	if n%7 == 0 {
		return []deed{own(first/2, who), resolve}
	}
	return []deed{own(first/2, who), reply(first, who, followup.Waiting), resolve}
}

func status(s followup.Status) *followup.Status { return &s }

// sorry is a reply in the customer's language.
func sorry(lang string) string {
	switch lang {
	case "pl":
		return "Dzień dobry,\n\nprzepraszamy za to, co się stało. Sprawdzamy sprawę i odezwiemy się do jutra z propozycją rozwiązania.\n\nLinden Home"
	case "ru":
		return "Здравствуйте!\n\nПростите нас за то, что произошло. Мы разбираемся и до завтра напишем, как всё исправим.\n\nLinden Home"
	case "bg":
		return "Здравейте,\n\nизвиняваме се за случилото се. Проверяваме го и до утре ще Ви предложим решение.\n\nLinden Home"
	}
	return "Hello,\n\nwe are sorry about what happened. We are looking into it and will write by tomorrow with a way to put it right.\n\nLinden Home"
}
