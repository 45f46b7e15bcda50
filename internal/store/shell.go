package store

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
)

// Shell runs one statement and prints its rows, columns parted by tabs. Without write it can change nothing.
func (s *Store) Shell(ctx context.Context, out io.Writer, statement string, write bool) error {
	tx, err := s.r.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if write {
		if err == nil {
			err = tx.Rollback()
		}
		if err == nil {
			tx, err = s.w.BeginTx(ctx, nil)
		}
	}
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	rows, err := tx.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if len(columns) > 0 {
		fmt.Fprintln(out, strings.Join(columns, "\t"))
	}
	cells := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range cells {
			if i > 0 {
				fmt.Fprint(out, "\t")
			}
			fmt.Fprint(out, printable(c))
		}
		fmt.Fprintln(out)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if write {
		return tx.Commit()
	}
	return nil
}

func printable(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		return fmt.Sprintf("x'%x'", v)
	}
	return strings.NewReplacer("\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(fmt.Sprint(v))
}
