package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/followup"
	"github.com/surveyd/surveyd/internal/survey"
)

// The settings that hold the calendar of replies, and who hears of what is late.
const (
	keyCalendar = "case_calendar"
	keyLead     = "case_lead"
)

// CaseRules reads when a case opens, whose it is and when it is due.
func (s *Store) CaseRules(ctx context.Context) (followup.Rules, error) {
	var rules followup.Rules
	_, err := collect(ctx, s.q(ctx), func(rows *sql.Rows) (_ struct{}, err error) {
		var id int64
		var kind, plan string
		if err := rows.Scan(&id, &kind, &plan); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, rules.Add(id, kind, []byte(plan))
	}, `SELECT id, kind, plan FROM case_rule WHERE active ORDER BY position, id`)
	if err != nil {
		return rules, fmt.Errorf("read the rules of cases: %w", err)
	}
	if err := s.onlyAtWork(ctx, rules.Assign); err != nil {
		return rules, err
	}
	var text string
	err = s.q(ctx).QueryRowContext(ctx, `SELECT value FROM setting WHERE key = $1`, keyCalendar).Scan(&text)
	if err = one(err, nil); err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &rules.Calendar)
	}
	if err == nil {
		err = rules.Calendar.Prepare()
	}
	if err != nil {
		return rules, fmt.Errorf("read the calendar of replies: %w", err)
	}
	err = s.q(ctx).QueryRowContext(ctx, `SELECT CAST(value AS BIGINT) FROM setting WHERE key = $1`, keyLead).Scan(&rules.Lead)
	return rules, one(err, nil)
}

// onlyAtWork takes out of the assignments who is disabled or gone: nobody would see what they were given.
func (s *Store) onlyAtWork(ctx context.Context, all []followup.Assignment) error {
	if len(all) == 0 {
		return nil
	}
	users, err := s.Users(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Users = slices.DeleteFunc(all[i].Users, func(id int64) bool {
			return !slices.ContainsFunc(users, func(u account.User) bool { return u.ID == id && !u.Disabled })
		})
	}
	return nil
}

// RatedBefore reads the newest ratings of a contact that count, without one response's, newest first.
func (s *Store) RatedBefore(ctx context.Context, contact, response survey.ID, limit int) ([]followup.Rated, error) {
	return collect(ctx, s.q(ctx), func(rows *sql.Rows) (r followup.Rated, err error) {
		return r, rows.Scan(&r.ResponseID, &r.VersionID, &r.Rating, instant{&r.AnsweredAt})
	}, `
		SELECT id, version_id, rating, answered_at FROM response WHERE contact_id = $1 AND id <> $2 AND status = 0 AND rating IS NOT NULL
		ORDER BY answered_at DESC, id DESC LIMIT $3`, int64(contact), int64(response), limit)
}

// SaveCaseRules writes all rules in place of those that were there, and the calendar.
func (s *Store) SaveCaseRules(ctx context.Context, rules followup.Rules) error {
	calendar, err := json.Marshal(rules.Calendar)
	if err != nil {
		return fmt.Errorf("write the calendar of replies: %w", err)
	}
	return s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.x(ctx).ExecContext(ctx, `DELETE FROM case_rule`); err != nil {
			return fmt.Errorf("write the rules of cases: %w", err)
		}
		for i, r := range rules.Stored() {
			if _, err := s.x(ctx).ExecContext(ctx, `INSERT INTO case_rule (id, kind, active, plan, position) VALUES ($1, $2, $3, $4, $1)`, i+1, r.Kind, r.Active, string(r.Plan)); err != nil {
				return fmt.Errorf("write the rules of cases: %w", err)
			}
		}
		if err := s.SetSetting(ctx, keyLead, strconv.FormatInt(rules.Lead, 10)); err != nil {
			return err
		}
		return s.SetSetting(ctx, keyCalendar, string(calendar))
	})
}
