package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/people"
	"github.com/surveyd/surveyd/internal/survey"
)

// mergeCases makes the cases of two people who turned out to be one into one case, with the answers, the rounds, the tags and the whole log of both.
func (s *Store) mergeCases(ctx context.Context, m people.Merge) error {
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE followup_case SET contact_id = $1 WHERE contact_id = $2`, int64(m.Kept), int64(m.Gone)); err != nil {
		return err
	}
	kept, err := s.lockPersonsCase(ctx, m.Kept, m.Gone)
	if err != nil {
		return err
	}
	switch len(kept) {
	case 0:
		return nil
	case 1:
		_, err := s.x(ctx).ExecContext(ctx, `UPDATE followup_case SET person = $1 WHERE id = $2`, "c"+m.Kept.String(), int64(kept[0].ID))
		return err
	}
	// What is open goes on; of two that are alike, the one that waits longer.
	slices.SortStableFunc(kept, func(a, b followup.Case) int {
		return cmp.Or(boolOrder(a.Status == followup.Resolved, b.Status == followup.Resolved), boolOrder(a.Excluded, b.Excluded), a.OpenedAt.Compare(b.OpenedAt))
	})
	return s.joinCases(ctx, m, kept[0], kept[1])
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// lockPersonsCase reads the cases that either has under their own name, in the order in which answers take them.
func (s *Store) lockPersonsCase(ctx context.Context, one, other survey.ID) (cases []followup.Case, err error) {
	ids, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (id survey.ID, err error) { return id, r.Scan(&id) },
		`SELECT id FROM followup_case WHERE person IN ($1, $2) ORDER BY person`, "c"+one.String(), "c"+other.String())
	if err != nil {
		return nil, fmt.Errorf("read the cases of two people: %w", err)
	}
	for _, id := range ids {
		c, err := s.LockCase(ctx, id)
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// joinCases puts gone into c.
func (s *Store) joinCases(ctx context.Context, m people.Merge, c, gone followup.Case) error {
	answer, err := s.newestOf(ctx, c, gone)
	if err != nil {
		return err
	}
	last, err := s.joinRounds(ctx, c, gone)
	if err != nil {
		return err
	}
	c.OpenedAt, c.DueAt, c.RepliedAt, c.Rounds = last.OpenedAt, last.DueAt, last.RepliedAt, last.No
	c.Reopened += gone.Reopened
	c.Owner, c.Phone = cmp.Or(c.Owner, gone.Owner), cmp.Or(c.Phone, gone.Phone)
	c.Permission = max(c.Permission, gone.Permission) // who said no to either gets no mail
	if gone.ResolvedAt.After(c.ResolvedAt) {
		c.ResolvedAt = gone.ResolvedAt
		if c.Status == followup.Resolved {
			c.Reason = gone.Reason
		}
	}
	for _, tag := range gone.Tags {
		if !slices.Contains(c.Tags, tag) && len(c.Tags) < followup.MaxTags {
			c.Tags = append(c.Tags, tag)
		}
	}
	c.ChangedAt, c.Excluded = m.At, c.Excluded && gone.Excluded
	c.Version = max(c.Version, gone.Version)
	if err := s.takeCaseRows(ctx, c.ID, gone.ID); err != nil {
		return err
	}
	if _, err := s.execTx(ctx, `
		UPDATE followup_case SET person = $1, response_id = $2, survey_id = $3, touchpoint_id = $4, language = $5, created_at = $6, excluded = $7, version = $8 WHERE id = $9`,
		"c"+m.Kept.String(), int64(answer.ResponseID), answer.SurveyID, answer.Touchpoint, answer.Language, millis(earlier(c, gone)), c.Excluded, c.Version, int64(c.ID)); err != nil {
		return fmt.Errorf("join cases: %w", err)
	}
	if err := s.SaveCase(ctx, &c); err != nil {
		return err
	}
	line := followup.Entry{ID: m.ID, CaseID: c.ID, At: m.At, Kind: followup.LogMerged, Before: gone.ID.String()}
	if err := s.AddCaseEntries(ctx, []followup.Entry{line}); err != nil {
		return err
	}
	return s.IndexCase(ctx, c.ID)
}

// earlier is when the first of two was opened.
func earlier(a, b followup.Case) time.Time {
	if b.CreatedAt.Before(a.CreatedAt) {
		return b.CreatedAt
	}
	return a.CreatedAt
}

// newestOf is the case with the newer answer.
func (s *Store) newestOf(ctx context.Context, c, gone followup.Case) (followup.Case, error) {
	mine, err := s.Response(ctx, c.ResponseID)
	if err != nil && !errors.Is(err, survey.ErrNotFound) {
		return c, err
	}
	other, err := s.Response(ctx, gone.ResponseID)
	if err != nil && !errors.Is(err, survey.ErrNotFound) {
		return c, err
	}
	if other.AnsweredAt.After(mine.AnsweredAt) {
		return gone, nil
	}
	return c, nil
}

// joined is a round, and whose it was.
type joined struct {
	followup.Round
	of survey.ID
}

// joinRounds numbers the rounds of both anew and gives the last one, in which the case is. Where both are open, the customer waits since the first of the two began.
func (s *Store) joinRounds(ctx context.Context, c, gone followup.Case) (last followup.Round, err error) {
	mine, err := s.CaseRounds(ctx, c.ID)
	if err != nil {
		return last, err
	}
	others, err := s.CaseRounds(ctx, gone.ID)
	if err != nil {
		return last, err
	}
	if len(mine) == 0 || len(others) == 0 {
		return last, errors.New("a case has no rounds")
	}
	var all []joined
	now, theirs := &mine[len(mine)-1], others[len(others)-1]
	open := theirs.ResolvedAt.IsZero() && now.ResolvedAt.IsZero()
	if open && theirs.No == theirs.Ticket {
		waitTogether(now, theirs)
		others = others[:len(others)-1]
	}
	for _, r := range others {
		all = append(all, joined{r, gone.ID})
	}
	for _, r := range mine {
		all = append(all, joined{r, c.ID})
	}
	// The rounds of one ticket stay together, and the round in which the case is stays the last.
	current := joined{*now, c.ID}
	if now.ResolvedAt.Before(theirs.ResolvedAt) && !now.ResolvedAt.IsZero() {
		current = joined{theirs, gone.ID}
	}
	ticket := func(r joined) int {
		return boolOrder(r.of == current.of && r.Ticket == current.Ticket, false)
	}
	begun := map[[2]int64]time.Time{}
	for _, r := range all {
		if k := [2]int64{int64(r.of), r.Ticket}; r.No == r.Ticket {
			begun[k] = r.OpenedAt
		}
	}
	slices.SortStableFunc(all, func(a, b joined) int {
		return cmp.Or(cmp.Compare(ticket(a), ticket(b)), begun[[2]int64{int64(a.of), a.Ticket}].Compare(begun[[2]int64{int64(b.of), b.Ticket}]), cmp.Compare(a.of, b.of), cmp.Compare(a.No, b.No))
	})
	return s.numberRounds(ctx, c.ID, gone.ID, all)
}

// waitTogether makes one round of two that are open.
func waitTogether(r *followup.Round, other followup.Round) {
	if other.OpenedAt.Before(r.OpenedAt) {
		r.OpenedAt, r.Touchpoint = other.OpenedAt, other.Touchpoint
	}
	if other.DueAt.Before(r.DueAt) {
		r.DueAt = other.DueAt
	}
	if r.RepliedAt.IsZero() || !other.RepliedAt.IsZero() && other.RepliedAt.Before(r.RepliedAt) {
		r.RepliedAt, r.RepliedBy = other.RepliedAt, other.RepliedBy
	}
	r.Declined, r.Excluded = r.Declined || other.Declined, r.Excluded && other.Excluded
}

// numberRounds writes the rounds in their order, and takes the answers along. An answer whose round is none of them is in the last one.
func (s *Store) numberRounds(ctx context.Context, id, gone survey.ID, all []joined) (last followup.Round, err error) {
	type answer struct {
		response, of survey.ID
		round        int64
	}
	answers, err := collect(ctx, s.x(ctx), func(r *sql.Rows) (a answer, err error) { return a, r.Scan(&a.response, &a.of, &a.round) },
		`SELECT response_id, case_id, round FROM case_response WHERE case_id IN ($1, $2)`, int64(id), int64(gone))
	if err != nil {
		return last, fmt.Errorf("read the answers of a case: %w", err)
	}
	if _, err := s.execTx(ctx, `DELETE FROM case_round WHERE case_id IN ($1, $2)`, int64(id), int64(gone)); err != nil {
		return last, fmt.Errorf("join the rounds of cases: %w", err)
	}
	numbers := map[[2]int64]int64{}
	for i, r := range all {
		numbers[[2]int64{int64(r.of), r.No}] = int64(i + 1)
		last = r.Round
		last.No, last.Ticket = int64(i+1), numbers[[2]int64{int64(r.of), r.Ticket}]
		if err := s.SaveRound(ctx, id, last); err != nil {
			return last, err
		}
	}
	for _, a := range answers {
		no := cmp.Or(numbers[[2]int64{int64(a.of), a.round}], last.No)
		if _, err := s.execTx(ctx, `UPDATE case_response SET case_id = $1, round = $2 WHERE response_id = $3`, int64(id), no, int64(a.response)); err != nil {
			return last, fmt.Errorf("join the answers of cases: %w", err)
		}
	}
	return last, nil
}

// takeCaseRows gives what else belongs to the case that goes to the other one, and removes it. Of two drafts by one person for one thing, the newer stays.
func (s *Store) takeCaseRows(ctx context.Context, id, gone survey.ID) error {
	for _, query := range []string{
		`UPDATE case_log SET case_id = $1 WHERE case_id = $2`,
		`UPDATE case_mention SET case_id = $1 WHERE case_id = $2`,
		`DELETE FROM case_draft WHERE case_id IN ($1, $2) AND EXISTS (SELECT 1 FROM case_draft d WHERE d.case_id IN ($1, $2) AND d.user_id = case_draft.user_id AND d.kind = case_draft.kind
			AND (d.changed_at, d.case_id) > (case_draft.changed_at, case_draft.case_id))`,
		`UPDATE case_draft SET case_id = $1 WHERE case_id = $2`,
	} {
		if _, err := s.execTx(ctx, query, int64(id), int64(gone)); err != nil {
			return fmt.Errorf("join cases: %w", err)
		}
	}
	for _, query := range []string{`DELETE FROM case_presence WHERE case_id = $1`, `DELETE FROM case_tag WHERE case_id = $1`, `DELETE FROM followup_case WHERE id = $1`} {
		if _, err := s.execTx(ctx, query, int64(gone)); err != nil {
			return fmt.Errorf("join cases: %w", err)
		}
	}
	return nil
}
