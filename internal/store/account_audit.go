package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
)

// LockAudit locks the end of the audit log until the transaction of ctx ends, and returns it.
func (s *Store) LockAudit(ctx context.Context) (seq int64, hash string, err error) {
	err = s.x(ctx).QueryRowContext(ctx, `UPDATE audit_head SET seq = seq WHERE id = 1 RETURNING seq, hash`).Scan(&seq, &hash)
	if err != nil {
		return 0, "", fmt.Errorf("lock the audit log: %w", err)
	}
	return seq, hash, nil
}

// AuditHead reads the end of the audit log.
func (s *Store) AuditHead(ctx context.Context) (seq int64, hash string, err error) {
	err = s.q(ctx).QueryRowContext(ctx, `SELECT seq, hash FROM audit_head WHERE id = 1`).Scan(&seq, &hash)
	if err != nil {
		return 0, "", fmt.Errorf("read the end of the audit log: %w", err)
	}
	return seq, hash, nil
}

// AppendAudit adds an entry and makes it the end.
func (s *Store) AppendAudit(ctx context.Context, e account.Entry) error {
	_, err := s.x(ctx).ExecContext(ctx, `
		INSERT INTO audit (seq, at, actor_id, actor, action, object, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.Seq, millis(e.At), e.ActorID, e.Actor, e.Action, e.Object, e.DetailText(), e.Hash)
	if err != nil {
		return fmt.Errorf("add to the audit log: %w", err)
	}
	return s.change(ctx, sql.ErrNoRows, `UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1`, e.Seq, e.Hash)
}

// AuditEntries reads at most limit entries that fit the filter.
func (s *Store) AuditEntries(ctx context.Context, f account.AuditFilter, limit int) ([]account.Entry, error) {
	where, args := []string{"1 = 1"}, []any{}
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, condition+" $"+strconv.Itoa(len(args)))
	}
	order := "seq DESC"
	if f.Oldest {
		order = "seq"
	}
	if f.After > 0 {
		add("seq >", f.After)
	}
	if f.Before > 0 {
		add("seq <", f.Before)
	}
	if f.ActorID != 0 {
		add("actor_id =", f.ActorID)
	}
	if f.Area != "" {
		add("action LIKE", f.Area+".%")
	}
	args = append(args, limit)
	entries, err := collect(ctx, s.q(ctx), scanEntry, `
		SELECT seq, at, actor_id, actor, action, object, detail, hash FROM audit
		WHERE `+strings.Join(where, " AND ")+` ORDER BY `+order+` LIMIT $`+strconv.Itoa(len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	return entries, nil
}

func scanEntry(r *sql.Rows) (e account.Entry, err error) {
	var detail string
	if err := r.Scan(&e.Seq, instant{&e.At}, &e.ActorID, &e.Actor, &e.Action, &e.Object, &detail, &e.Hash); err != nil {
		return e, err
	}
	// A detail that somebody broke must still be readable, so that the check can name the entry.
	if err := json.Unmarshal([]byte(detail), &e.Detail); err != nil {
		e.Detail = map[string]string{"unreadable": detail}
	}
	return e, nil
}
