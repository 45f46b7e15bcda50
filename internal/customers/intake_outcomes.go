package customers

import (
	"strings"

	"github.com/surveyd/surveyd/internal/scoring"
)

// outcomes are how pipelines call the end of an opportunity, and the stages before it: those that the usual CRM systems come with.
var outcomes = words(map[scoring.Outcome]string{
	scoring.Open: "|open|new|in progress|engaging|prospecting|lead|contacted|qualified|qualification|qualified to buy|qualifiedtobuy|discovery|discovery call|appointment scheduled|" +
		"appointmentscheduled|meeting|meeting scheduled|demo|demo scheduled|presentation|presentation scheduled|presentationscheduled|needs analysis|value proposition|id decision makers|" +
		"decision maker bought in|decisionmakerboughtin|perception analysis|proposal|proposal sent|proposal made|proposal price quote|quote|quote sent|offer|negotiation|negotiations|" +
		"negotiation review|contract|contract sent|contractsent|pending|on hold|" +
		"открыта|открыто|новая|новый|в работе|квалификация|встреча|презентация|предложение|переговоры|договор|счет выставлен|" +
		"otwarta|otwarte|nowa|nowe|w toku|kwalifikacja|spotkanie|prezentacja|oferta|negocjacje|umowa|" +
		"отворена|отворено|нова|в процес|среща|оферта|преговори|offen|neu|in bearbeitung|qualifizierung|termin|angebot|verhandlung|in verhandlung",
	scoring.Won: "won|win|closed won|closedwon|closed as won|deal won|signed|" +
		"выиграна|выигран|выиграно|успех|успешно|сделка успешна|успешно реализовано|wygrana|wygrane|wygrany|zamknieta wygrana|спечелена|спечелен|спечелено|gewonnen",
	scoring.Lost: "lost|loss|closed lost|closedlost|closed as lost|deal lost|abandoned|disqualified|rejected|declined|cancelled|canceled|no decision|dead|" +
		"проиграна|проигран|проиграно|отказ|отменена|сделка провалена|провалена|закрыто и не реализовано|брошена|" +
		"przegrana|przegrane|przegrany|zamknieta przegrana|utracona|stracona|porzucona|odrzucona|anulowana|" +
		"загубена|загубен|загубено|изгубена|изоставена|отказана|verloren|abgelehnt|aufgegeben|abgebrochen",
})

// outcomeOf reads an outcome. Behind a dash may stand why: closed lost - price.
func outcomeOf(text string) (scoring.Outcome, bool) {
	if o, ok := meaning(outcomes, text); ok {
		return o, true
	}
	for _, dash := range []string{" - ", " – ", " — "} {
		if head, _, ok := strings.Cut(text, dash); ok {
			return meaning(outcomes, head)
		}
	}
	return scoring.Open, false
}

func checkOpportunity(b *batch, i int) Reason {
	r, v := &b.rows[i], &b.read[i]
	outcome, ok := outcomeOf(r.Status)
	switch {
	case !ok:
		return BadOutcome // it may be any of the three
	case outcome != scoring.Open && r.Ends.IsZero():
		return ClosedMissing
	case outcome == scoring.Open && !r.Ends.IsZero(): // CRM systems have a day by which they expect it
		r.Ends = Moment{}
		b.note(i, ExpectedClose)
	}
	if bad := firstBad(b.happened(&r.At, false), b.happened(&r.Ends, false), b.inOrder(r)); bad != "" {
		return bad
	}
	v.status = int64(outcome)
	if strings.TrimSpace(r.Amount) == "" && r.Currency == "" {
		return ""
	}
	_, bad := r.decimals()
	if bad == "" {
		v.amount, bad = r.amount(r.Amount, false)
	}
	return bad
}
