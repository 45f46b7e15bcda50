package customers

import "strings"

// running is what a word says of a subscription.
type running int

const (
	runs    running = iota
	onTrial         // nobody pays yet
	stopped         // nobody pays any more, or never did
)

// runningWords are what shop systems write. Who is late with a payment is a customer until the system gives up, as Stripe and metrics.md 4.7 have it.
var runningWords = words(map[running]string{
	runs: "active|live|past due|overdue|non renewing|pending cancel|pending cancellation|paid|активна|активная|действует|просрочена|aktywna|zalegla|активен|активно|просрочен|aktiv|" +
		"uberfallig",
	onTrial: "trialing|trialling|trial|in trial|on trial|free trial|пробная|пробный|probna|okres probny|пробен|testphase",
	stopped: "canceled|cancelled|ended|expired|unpaid|paused|incomplete|incomplete expired|on hold|suspended|pending|inactive|stopped|terminated|future|" +
		"отменена|отменен|приостановлена|не оплачена|истекла|завершена|anulowana|wstrzymana|nieoplacona|wygasla|zakonczona|отказана|спрян|неплатен|изтекъл|прекратен|" +
		"gekundigt|pausiert|unbezahlt|abgelaufen|beendet",
})

// readRunning reads the status of a subscription, which may be blank. What does not run must say until when it did: without an end it would be revenue for ever.
func (r *Row) readRunning() Reason {
	if strings.TrimSpace(r.Status) == "" {
		return ""
	}
	state, ok := meaning(runningWords, strings.TrimPrefix(strings.ToLower(r.Status), "wc-"))
	switch {
	case !ok:
		return BadStatus
	case state == stopped && r.Ends.IsZero():
		return NotRunning
	case state == stopped:
		return "" // whether it was a trial the status doesn't tell
	case state == onTrial:
		r.Flag = "yes"
	}
	r.Untold &^= PartFlag // it tells that too
	return ""
}
