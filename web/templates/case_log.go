package templates

import (
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// line says in words what a line of the log tells, without its text. Lines of mail have their words under case.log and the kind, with {who}, {from} and {to}.
func (v Case) line(e followup.Entry) string {
	w, who := v.W, v.who(e)
	switch e.Kind {
	case followup.LogOpened, followup.LogJoined:
		return w.T("case.log."+e.Kind, "what", v.cause(e.After))
	case followup.LogReopened:
		if e.Before == "" {
			return w.T("case.log.reopened", "what", v.cause(e.After))
		}
		return w.T("case.log.reopened_by", "who", who)
	case followup.LogRaised, followup.LogLowered, followup.LogRated:
		return v.ratingLine(e)
	case followup.LogPermission:
		return v.permissionLine(e)
	case followup.LogStatus:
		return w.T("case.log.status", "who", who, "from", v.status(e.Before), "to", v.status(e.After))
	case followup.LogReason:
		id, _ := strconv.ParseInt(e.After, 10, 64)
		return w.T("case.log.reason", "who", who, "reason", v.reason(id))
	case followup.LogOwner:
		return v.ownerLine(e)
	case followup.LogTags:
		return w.T("case.log.tags", "who", who, "from", v.tags(e.Before), "to", v.tags(e.After))
	}
	if e.Kind == followup.LogReminder && e.After == "overdue" {
		return w.T("case.log.overdue")
	}
	if text := v.mailLine(e); text != "" {
		return text
	}
	if key := "case.log." + e.Kind; w.Has(key) {
		return w.T(key, "who", who, "from", e.Before, "to", e.After)
	}
	return w.T("case.log.other", "who", who)
}

// who did it: a user, or the program.
func (v Case) who(e followup.Entry) string {
	if e.UserID == 0 {
		return v.W.T("case.who.program")
	}
	return shorten(v.User(e.UserID), 80)
}

func (v Case) cause(c string) string {
	if key := "case.cause." + c; v.W.Has(key) {
		return v.W.T(key)
	}
	return v.W.T("case.cause.class")
}

func (v Case) status(s string) string {
	if key := "case.status." + s; v.W.Has(key) {
		return v.W.T(key)
	}
	return s
}

func (v Case) tags(list string) string {
	if list == "" {
		return v.W.T("case.tags.none")
	}
	return list
}

// ratingLine says what the customer made of an answer. Where the rating stayed, it was the words that changed.
func (v Case) ratingLine(e followup.Entry) string {
	none := strconv.Itoa(survey.NoRating)
	if e.Before == e.After || e.Before == none || e.After == none {
		return v.W.T("case.log.answer")
	}
	return v.W.T("case.log.raised", "from", e.Before, "to", e.After)
}

func (v Case) permissionLine(e followup.Entry) string {
	n, _ := strconv.Atoi(e.After)
	switch {
	case followup.Permission(n) == followup.Declined:
		return v.W.T("case.permission.no")
	case followup.Permission(n) == followup.Agreed && e.Body != "":
		return v.W.T("case.log.permission_phone", "phone", e.Body)
	}
	return v.W.T("case.permission.yes")
}

func (v Case) ownerLine(e followup.Entry) string {
	to, _ := strconv.ParseInt(e.After, 10, 64)
	from, _ := strconv.ParseInt(e.Before, 10, 64)
	w, who := v.W, v.who(e)
	switch {
	case to == 0:
		return w.T("case.log.nobody", "who", who, "from", v.User(from))
	case to == e.UserID:
		return w.T("case.log.took", "who", who)
	}
	return w.T("case.log.gave", "who", who, "to", v.User(to))
}

// mailLine says what a line about mail tells beside its text; "": nothing more than its kind.
func (v Case) mailLine(e followup.Entry) string {
	w := v.W
	switch {
	case e.Kind == followup.LogIncoming:
		return v.incomingLine(e)
	case e.Kind == followup.LogUnsent && w.Has("case.unsent."+e.After):
		return w.T("case.unsent." + e.After)
	case e.Kind == followup.LogBounced && e.Before == "complaint":
		return w.T("case.log.reply_complaint")
	}
	return ""
}

func (v Case) incomingLine(e followup.Entry) string {
	w := v.W
	from, files, cut := e.Incoming()
	lines := []string{w.T("case.log.incoming")}
	if from != "" {
		lines[0] = w.T("case.log.incoming_from", "from", shorten(from, 120))
	}
	if len(files) > 0 {
		lines = append(lines, w.T("case.log.files", "files", strings.Join(files, ", ")))
	}
	if cut {
		lines = append(lines, w.T("case.log.cut"))
	} else if survey.Blank(e.Body) {
		lines = append(lines, w.T("case.log.empty"))
	}
	return strings.Join(lines, " ")
}

// body is the text that a line shows beneath: that of a note or of a mail.
func body(e followup.Entry) string {
	if e.Kind == followup.LogPermission {
		return ""
	}
	return e.Body
}

// bodyClass sets a note apart from a mail.
func bodyClass(e followup.Entry) string {
	if e.Kind == followup.LogNote {
		return "note"
	}
	return "mail"
}
