package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

const (
	// One case a person: an answer joins it while it is open, and opens it again after that.
	openCaseSQL = `
		INSERT INTO followup_case (id, person, contact_id, response_id, survey_id, touchpoint_id, language, cause, status, owner_id, created_at, opened_at, due_at, happened, search_text, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'new', $9, $10, $11, $12, 'opened', $13, $14)
		ON CONFLICT (person) DO UPDATE SET
			happened = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN 'reopened' ELSE 'joined' END,
			cause = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN excluded.cause ELSE followup_case.cause END,
			status = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN 'new' ELSE followup_case.status END,
			opened_at = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN excluded.opened_at ELSE followup_case.opened_at END,
			due_at = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN excluded.due_at ELSE followup_case.due_at END,
			replied_at = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN NULL ELSE followup_case.replied_at END,
			reason_id = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN NULL ELSE followup_case.reason_id END,
			permission = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN 0 ELSE followup_case.permission END,
			phone = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN '' ELSE followup_case.phone END,
			alerted = CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN 0 ELSE followup_case.alerted END,
			rounds = followup_case.rounds + CASE WHEN followup_case.status = 'resolved' OR followup_case.excluded THEN 1 ELSE 0 END,
			reopened = followup_case.reopened + CASE WHEN followup_case.status = 'resolved' AND NOT followup_case.excluded THEN 1 ELSE 0 END,
			response_id = excluded.response_id, survey_id = excluded.survey_id, touchpoint_id = excluded.touchpoint_id, language = excluded.language,
			excluded = FALSE, search_text = followup_case.search_text || ' ' || excluded.search_text, version = followup_case.version + 1,
			changed_at = CASE WHEN excluded.changed_at > followup_case.changed_at THEN excluded.changed_at ELSE followup_case.changed_at + 1 END
		RETURNING id, happened, rounds, COALESCE(owner_id, 0)`
	addCaseResponseSQL = `
		INSERT INTO case_response (case_id, response_id, round, state) VALUES ($1, $2, $3, 'stands')
		ON CONFLICT (response_id) DO UPDATE SET case_id = excluded.case_id, round = excluded.round, state = 'stands'`
	addCaseRoundSQL = `INSERT INTO case_round (case_id, no, ticket, opened_at, due_at, touchpoint_id) VALUES ($1, $2, $3, $4, $5, $6)`
	// An answer waits for its turn, and somebody may have worked on the case meanwhile: the log tells things in the order in which they came to be.
	laterSQL      = `changed_at = CASE WHEN $1 > changed_at THEN $1 ELSE changed_at + 1 END`
	addCaseLogSQL = `INSERT INTO case_log (id, case_id, at, user_id, kind, before, after, response_id) VALUES ($1, $2, (SELECT changed_at FROM followup_case WHERE id = $2), $3, $4, $5, $6, $7)`
)

// followUp writes what the records mean for the cases of their people. Cases are taken in one order, so that two batches never wait for each other.
func (s *Store) followUp(ctx context.Context, recs []survey.Record, refused []error) error {
	var follow []*survey.Record
	for i := range recs {
		if recs[i].Following != nil && refused[i] == nil {
			follow = append(follow, &recs[i])
		}
	}
	slices.SortStableFunc(follow, func(a, b *survey.Record) int { return cmp.Compare(a.Following.Person, b.Following.Person) })
	for _, rec := range follow {
		if err := s.follow(ctx, rec); err != nil {
			return fmt.Errorf("follow an answer up: %w", err)
		}
	}
	return nil
}

// FollowUp writes, in the transaction of ctx, what a record means whose answer is stored already.
func (s *Store) FollowUp(ctx context.Context, rec *survey.Record) error {
	if err := s.follow(ctx, rec); err != nil {
		return fmt.Errorf("follow an answer up: %w", err)
	}
	return nil
}

// follow writes what one record means: it depends on what its answer was in the case before.
func (s *Store) follow(ctx context.Context, rec *survey.Record) error {
	f, r := rec.Following, &rec.Response
	if rec.Before == nil {
		if f.Cause == "" {
			return nil
		}
		return s.openCase(ctx, rec, "")
	}
	var id, round int64
	var state string
	err := s.x(ctx).QueryRowContext(ctx, `SELECT case_id, round, state FROM case_response WHERE response_id = $1`, int64(r.ID)).Scan(&id, &round, &state)
	in := caseAnswer{rec: rec, id: id, round: round, state: state}
	switch {
	case errors.Is(err, sql.ErrNoRows) && f.Cause != "":
		return s.openCase(ctx, rec, "")
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case r.Status != survey.Counted && state != followup.Marked:
		return s.markInCase(ctx, in, followup.Marked, followup.LogMarked)
	case r.Status != survey.Counted:
		return nil
	case state == followup.Marked && rec.By != 0 && f.Cause != "":
		return s.markInCase(ctx, in, followup.Stands, followup.LogRestored)
	case state == followup.Marked && rec.By != 0:
		return s.markInCase(ctx, in, followup.Raised, followup.LogRestored)
	case state == followup.Stands && f.Cause != "":
		return s.rateInCase(ctx, in)
	case f.Cause != "":
		return s.openCase(ctx, rec, state)
	case state == followup.Stands:
		return s.raiseInCase(ctx, in)
	}
	return nil
}

// caseAnswer is a record of an answer that a case has already.
type caseAnswer struct {
	rec       *survey.Record
	id, round int64
	state     string
}

// openCase opens a case, or one that is there again, or has the answer join it. State is what the answer was in a case before; "": it was in none.
func (s *Store) openCase(ctx context.Context, rec *survey.Record, state string) error {
	f, r, at := rec.Following, &rec.Response, rec.At.UnixMilli()
	who, err := s.caseOf(ctx, rec)
	if err != nil {
		return err
	}
	var id, rounds, owner int64
	var happened string
	opened, err := collectTx(ctx, s, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, rows.Scan(&id, &happened, &rounds, &owner) }, openCaseSQL,
		int64(f.CaseID), who.person, null(int64(who.contact)), int64(r.ID), r.SurveyID, r.Touchpoint, r.Language, f.Cause, null(f.Owner), at, at, f.DueAt.UnixMilli(), who.words, at)
	if err != nil {
		return err
	}
	if len(opened) != 1 {
		return errors.New("a case was neither opened nor joined")
	}
	if _, err := s.execTx(ctx, addCaseResponseSQL, id, int64(r.ID), rounds); err != nil {
		return err
	}
	if happened != followup.LogJoined {
		if _, err := s.execTx(ctx, addCaseRoundSQL, id, rounds, rounds, at, f.DueAt.UnixMilli(), r.Touchpoint); err != nil {
			return err
		}
	}
	if happened == followup.LogJoined || rec.Before != nil {
		if err := s.excludeRounds(ctx, id); err != nil {
			return err
		}
	}
	if err := s.logOpened(ctx, rec, id, happened, state); err != nil || happened == followup.LogJoined {
		return err
	}
	return s.giveCase(ctx, rec, id, owner, happened == followup.LogReopened)
}

// logOpened notes what an answer did to the case, which it was in as state says ("": it was in none).
func (s *Store) logOpened(ctx context.Context, rec *survey.Record, id int64, happened, state string) error {
	if state != followup.Raised {
		return s.logAnswer(ctx, rec, 0, id, happened, "", rec.Following.Cause)
	}
	from, to := strconv.Itoa(rec.Before.Rating), strconv.Itoa(rec.Response.Rating)
	if happened == followup.LogJoined { // it is the same answer, not another one
		return s.logAnswer(ctx, rec, 0, id, followup.LogLowered, from, to)
	}
	if err := s.logAnswer(ctx, rec, 0, id, happened, "", rec.Following.Cause); err != nil {
		return err
	}
	return s.logAnswer(ctx, rec, 2, id, followup.LogLowered, from, to)
}

// giveCase gives a case that opened to whom the rules name. Whoever had it before gets it again, unless they have left since.
func (s *Store) giveCase(ctx context.Context, rec *survey.Record, id, owner int64, again bool) error {
	to, before := rec.Following.Owner, int64(0)
	if again && owner != 0 {
		works, err := s.Works(ctx, owner)
		if err != nil || works {
			return err
		}
		before = owner
	}
	if to == before {
		return nil
	}
	if owner != to {
		if _, err := s.execTx(ctx, `UPDATE followup_case SET owner_id = $1 WHERE id = $2`, null(to), id); err != nil {
			return err
		}
	}
	return s.logAnswer(ctx, rec, 1, id, followup.LogOwner, numberText(before), numberText(to))
}

// numberText is a user in the log; nobody is "".
func numberText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// logAnswer adds line n, 0 to 2, of what a record brings about.
func (s *Store) logAnswer(ctx context.Context, rec *survey.Record, n int, id int64, kind, before, after string) error {
	_, err := s.execTx(ctx, addCaseLogSQL, int64(rec.Following.LogIDs[n]), id, null(rec.By), kind, before, after, int64(rec.Response.ID))
	if err != nil || n > 0 || !followup.Tells(kind) {
		return err // the other lines say no more to anybody than the first one
	}
	_, err = s.execTx(ctx, addNewsSQL, int64(rec.Following.LogIDs[n]))
	return err
}

// asker is whose case an answer belongs to.
type asker struct {
	person  string
	contact survey.ID
	words   string
}

// caseOf finds the person of a record as it is now: merged with another one, or erased, since the answer was queued.
func (s *Store) caseOf(ctx context.Context, rec *survey.Record) (asker, error) {
	r := &rec.Response
	a := asker{person: rec.Following.Person, words: caseWords(rec.Words, r.OrderRef)}
	if r.ContactID == 0 {
		return a, nil
	}
	var name, email, external string
	err := s.x(ctx).QueryRowContext(ctx, `
		SELECT id, name, COALESCE(email, ''), COALESCE(external_id, '') FROM contact
		WHERE id = COALESCE((SELECT kept_id FROM contact_merge WHERE gone_id = $1 LIMIT 1), $2)`, int64(r.ContactID), int64(r.ContactID)).Scan(&a.contact, &name, &email, &external)
	if errors.Is(err, sql.ErrNoRows) {
		a.person = "r" + r.ID.String()
		return a, nil
	}
	a.person = "c" + a.contact.String()
	a.words = caseWords(rec.Words, r.OrderRef, name, email, external)
	return a, err
}

// caseWords joins words that are folded already with texts that are not.
func caseWords(folded string, texts ...string) string {
	all := make([]string, 0, len(texts)+1)
	for i, text := range append([]string{folded}, texts...) {
		if i > 0 {
			text = survey.Fold(text)
		}
		if text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, " ")
}

// raiseInCase notes that a person changed an answer out of what opens a case. A case that nobody touched is closed by that.
func (s *Store) raiseInCase(ctx context.Context, in caseAnswer) error {
	rec := in.rec
	if err := s.changedCase(ctx, rec, in.id); err != nil {
		return err
	}
	if _, err := s.execTx(ctx, `UPDATE case_response SET state = 'raised' WHERE response_id = $1`, int64(rec.Response.ID)); err != nil {
		return err
	}
	if err := s.logAnswer(ctx, rec, 0, in.id, followup.LogRaised, strconv.Itoa(rec.Before.Rating), strconv.Itoa(rec.Response.Rating)); err != nil {
		return err
	}
	res, err := s.execTx(ctx, `
		UPDATE followup_case SET status = 'resolved', reason_id = $1, resolved_at = changed_at WHERE id = $2 AND status = 'new' AND NOT excluded AND permission <> 1
			AND NOT EXISTS (SELECT 1 FROM case_response r WHERE r.case_id = followup_case.id AND r.round = followup_case.rounds AND r.state = 'stands')
			AND NOT EXISTS (SELECT 1 FROM case_log l WHERE l.case_id = followup_case.id AND l.user_id IS NOT NULL AND l.at >= followup_case.opened_at)`,
		followup.AnswerChanged, in.id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if _, err := s.execTx(ctx, `
		UPDATE case_round SET resolved_at = (SELECT changed_at FROM followup_case WHERE id = $2), reason_id = $1
		WHERE case_id = $2 AND no = (SELECT rounds FROM followup_case WHERE id = $2)`, followup.AnswerChanged, in.id); err != nil {
		return err
	}
	return s.logAnswer(ctx, rec, 1, in.id, followup.LogStatus, string(followup.New), string(followup.Resolved))
}

// rateInCase notes that a person changed an answer that opens a case as before.
func (s *Store) rateInCase(ctx context.Context, in caseAnswer) error {
	rec := in.rec
	if err := s.changedCase(ctx, rec, in.id); err != nil || rec.Before.Rating == rec.Response.Rating {
		return err
	}
	return s.logAnswer(ctx, rec, 0, in.id, followup.LogRated, strconv.Itoa(rec.Before.Rating), strconv.Itoa(rec.Response.Rating))
}

// changedCase has whoever is at work on the case see that its answer changed.
func (s *Store) changedCase(ctx context.Context, rec *survey.Record, id int64) error {
	if _, err := s.execTx(ctx, `UPDATE followup_case SET `+laterSQL+`, version = version + 1 WHERE id = $2`, rec.At.UnixMilli(), id); err != nil {
		return err
	}
	return s.IndexCase(ctx, survey.ID(id))
}

// excludeRounds leaves the tickets out of which no answer counts. One whose answers have all gone to a later round stands as long as the case does.
func (s *Store) excludeRounds(ctx context.Context, id int64) error {
	_, err := s.execTx(ctx, `
		UPDATE case_round SET excluded = NOT EXISTS (
				SELECT 1 FROM case_response r JOIN case_round t ON t.case_id = r.case_id AND t.no = r.round WHERE r.case_id = $1 AND t.ticket = case_round.ticket AND r.state <> 'marked')
			AND (EXISTS (SELECT 1 FROM case_response r JOIN case_round t ON t.case_id = r.case_id AND t.no = r.round WHERE r.case_id = $1 AND t.ticket = case_round.ticket)
				OR NOT EXISTS (SELECT 1 FROM case_response r WHERE r.case_id = $1 AND r.state <> 'marked'))
		WHERE case_id = $1`, id)
	return err
}

// markInCase notes that an answer does not count, or does again. A case of which no answer counts is shown nowhere.
func (s *Store) markInCase(ctx context.Context, in caseAnswer, state, kind string) error {
	// The case comes first, as wherever something is done to one: who has it has its other rows too.
	if _, err := s.execTx(ctx, `UPDATE followup_case SET `+laterSQL+`, version = version + 1 WHERE id = $2`, in.rec.At.UnixMilli(), in.id); err != nil {
		return err
	}
	if _, err := s.execTx(ctx, `UPDATE case_response SET state = $1 WHERE response_id = $2`, state, int64(in.rec.Response.ID)); err != nil {
		return err
	}
	if err := s.excludeRounds(ctx, in.id); err != nil {
		return err
	}
	if _, err := s.execTx(ctx, `
		UPDATE followup_case SET excluded = NOT EXISTS (SELECT 1 FROM case_response r WHERE r.case_id = followup_case.id AND r.state <> 'marked') WHERE id = $1`, in.id); err != nil {
		return err
	}
	if err := s.IndexCase(ctx, survey.ID(in.id)); err != nil {
		return err
	}
	return s.logAnswer(ctx, in.rec, 0, in.id, kind, strconv.Itoa(int(in.rec.Before.Status)), strconv.Itoa(int(in.rec.Response.Status)))
}
