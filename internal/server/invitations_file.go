package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

const (
	inviteFileBody = 8 << 20 // bytes of an upload
	inviteFileRows = 50_000
	inviteBatch    = 200 // links a transaction
)

// inviteColumns are the columns of a file of people to ask, and the first ones of the file of links.
var inviteColumns = []string{"order", "touchpoint", "language", "email", "name"}

// inviteRow is one row of the file: somebody to ask, or a reason why not.
type inviteRow struct {
	cells  []string // of inviteColumns, as given
	ask    survey.Ask
	reason string
}

// inviteFile makes a link for every good row and sends them all back, in the same order, as CSV. A bad row comes back with its reason and no link.
func (b *builder) inviteFile(r *Request) error {
	s, err := b.survey(r)
	if err != nil {
		return err
	}
	if s.State != survey.Live {
		return survey.ErrNotLive
	}
	data, typed, err := readUpload(r)
	if err != nil {
		return err
	}
	refuse := func(field, key string, args ...any) error {
		st := inviteState{form: inviteForm{Days: standardDays}, fileDays: typed, status: http.StatusUnprocessableEntity}
		st.problems = ui.Problems{{Field: field, Text: r.Words.T(key, args...)}}
		return b.invitationPage(r, s, st)
	}
	days := wholeNumber(strings.TrimSpace(typed))
	if days < 1 || days > survey.MaxInvitationDays {
		return refuse("file_days", "invite.error.days", "max", survey.MaxInvitationDays)
	}
	tps, err := b.store.Touchpoints(r.HTTP().Context())
	if err != nil {
		return err
	}
	rows, problem := readAsks(data)
	switch {
	case problem != "":
		return refuse("file", problem)
	case len(rows) > inviteFileRows:
		return refuse("file", "invite.error.rows", "max", inviteFileRows)
	}
	keys := map[string]int64{}
	for _, t := range tps {
		keys[t.Key] = t.ID
	}
	for i := range rows {
		rows[i].check(r, keys, s.Settings.Languages)
	}
	if err := b.leaveOutErased(r, rows); err != nil {
		return err
	}
	return b.sendLinks(r, s, rows, days)
}

// readUpload reads the form with its one file.
func readUpload(r *Request) (data []byte, days string, err error) {
	kind, params, err := mime.ParseMediaType(r.HTTP().Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, "", errMediaType
	}
	days = standardDays
	parts := multipart.NewReader(r.HTTP().Body, params["boundary"])
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return data, days, nil
		}
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, "", errTooLarge
		}
		if err != nil || n > 8 {
			return nil, "", errBadForm
		}
		value, err := io.ReadAll(part)
		if errors.As(err, &tooLarge) {
			return nil, "", errTooLarge
		}
		if err != nil {
			return nil, "", errBadForm
		}
		switch part.FormName() {
		case "file":
			data = value
		case "days":
			days = survey.CleanText(string(value))
		default:
			return nil, "", errBadForm
		}
	}
}

// readAsks reads the file, and says with a key of the words why it can't. Rows that can't be read are there with their reason's key.
func readAsks(data []byte) (rows []inviteRow, problem string) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, "invite.error.file"
	}
	guess, err := portage.DetectEncoding(bytes.NewReader(data))
	if err != nil || !guess.Sure {
		return nil, "invite.error.utf8"
	}
	sheet, err := portage.ReadSheet(bytes.NewReader(data), portage.Format{Encoding: guess.Encoding})
	place := map[string]int{}
	for i, name := range sheet.Header {
		if name = strings.ToLower(name); slices.Contains(inviteColumns, name) {
			place[name] = i
		}
	}
	if err != nil || len(place) == 0 {
		return nil, "invite.error.columns"
	}
	text, err := portage.Decode(bytes.NewReader(data), guess.Encoding)
	if err != nil {
		return nil, "invite.error.utf8"
	}
	in := portage.NewReader(text, sheet.Format.Comma[0])
	if _, err := in.Header(); err != nil {
		return nil, "invite.error.columns"
	}
	for len(rows) <= inviteFileRows {
		record, err := in.Next()
		if err != nil {
			break // the end: nothing else can go wrong in memory
		}
		rows = append(rows, readAsk(record, place))
	}
	if len(rows) == 0 {
		return nil, "invite.error.file"
	}
	return rows, ""
}

// readAsk takes the cells of our columns out of a record.
func readAsk(record portage.Record, place map[string]int) inviteRow {
	row := inviteRow{cells: make([]string, len(inviteColumns))}
	if record.Bad != "" {
		row.reason = "invite.error.row"
	}
	for i, name := range inviteColumns {
		if at, ok := place[name]; ok && at < len(record.Cells) {
			row.cells[i] = portage.Plain(record.Cells[at])
		}
	}
	return row
}

// check turns the row into somebody to ask, or says why it can't, in the words of the reader.
func (row *inviteRow) check(r *Request, touchpoints map[string]int64, languages []string) {
	if row.reason != "" {
		row.reason = r.Words.T(row.reason)
		return
	}
	row.ask = survey.Ask{OrderRef: row.cells[0], Language: row.cells[2], Email: row.cells[3], Name: row.cells[4]}
	if problems := row.ask.Check(languages); len(problems) > 0 {
		row.reason = r.Words.T(problems[0].Key, problems[0].Args...)
		return
	}
	if key := strings.ToLower(strings.TrimSpace(row.cells[1])); key != "" {
		id, ok := touchpoints[key]
		if !ok {
			row.reason = r.Words.T("invite.error.touchpoint")
		}
		row.ask.Touchpoint = id
	}
}

// leaveOutErased gives rows of people who asked to be forgotten a reason.
func (b *builder) leaveOutErased(r *Request, rows []inviteRow) error {
	asks := make([]survey.Ask, len(rows))
	for i := range rows {
		asks[i] = rows[i].ask
	}
	erased, err := b.erased(r, asks)
	for i := range rows {
		if email := rows[i].ask.Email; rows[i].reason == "" && erased[people.FoldAddress(email)] {
			rows[i].reason = r.Words.T("contacts.refused.erased")
		}
	}
	return err
}

// sendLinks makes the links batch by batch and writes them as they are made.
func (b *builder) sendLinks(r *Request, s survey.Survey, rows []inviteRow, days int) error {
	h := r.Writer().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="links.csv"`)
	deadline := http.NewResponseController(r.Writer())
	out := portage.AppendRecord(nil, append(slices.Clone(inviteColumns), "link", "expires", "reason"))
	for batch := range slices.Chunk(rows, inviteBatch) {
		// A recorder in a test has no deadline to move, and needs none.
		_ = deadline.SetWriteDeadline(b.s.deps.Now().Add(30 * time.Second))
		var asks []survey.Ask
		for _, row := range batch {
			if row.reason == "" {
				asks = append(asks, row.ask)
			}
		}
		made, err := b.inviteBatch(r, s, asks, days)
		if err != nil {
			return err
		}
		for _, row := range batch {
			cells := row.cells
			if row.reason != "" {
				cells = append(cells, "", "", row.reason)
			} else {
				cells = append(cells, r.Base()+"/s/"+made[0].Token, made[0].Invitation.ExpiresAt.Format(time.RFC3339), "")
				made = made[1:]
			}
			out = portage.AppendRecord(out, cells)
		}
		if _, err := r.Writer().Write(out); err != nil {
			return errGone
		}
		out = out[:0]
	}
	return nil
}

func (b *builder) inviteBatch(r *Request, s survey.Survey, asks []survey.Ask, days int) (made []survey.Invited, err error) {
	if len(asks) == 0 {
		return nil, nil
	}
	err = b.audited(r, "survey.invitation_create", surveyObject(s.ID), func(ctx context.Context) (err error) {
		made, err = b.inviter.Invite(ctx, s, asks, days)
		return err
	})
	return made, err
}
