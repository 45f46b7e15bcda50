package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// dialect gives goose the migrations of one engine: NNNN_name.sql for both, NNNN_name.sqlite.sql or NNNN_name.postgres.sql where the DDL must differ.
// SQLite keeps a row under its id only where the column says INTEGER PRIMARY KEY, a word that is too small a number on PostgreSQL; and it
// keeps a keyed table without a second copy of the key only when told so.
func dialect(e Engine) (fs.FS, error) {
	out := fstest.MapFS{}
	entries, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		parts := strings.Split(name, ".")
		if len(parts) == 3 && parts[1] != string(e) {
			continue
		}
		f, err := migrations.Open(path.Join("migrations", name))
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(f)
		if err != nil {
			return nil, err
		}
		sqlText := string(text)
		if e == SQLite {
			sqlText = strings.NewReplacer("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY", "/* WITHOUT ROWID */", "WITHOUT ROWID", ", id /* ROWID */", "").Replace(sqlText)
		}
		out[parts[0]+".sql"] = &fstest.MapFile{Data: []byte(sqlText)}
	}
	return out, nil
}

func (s *Store) migrate(ctx context.Context) error {
	files, err := dialect(s.engine)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	d := goose.DialectSQLite3
	opts := []goose.ProviderOption{goose.WithVerbose(false), goose.WithDisableGlobalRegistry(true)}
	if s.engine == Postgres {
		d = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("migration lock: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(d, s.w, files, opts...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the schema version: %w", err)
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return fmt.Errorf("%w: its schema is %d, this one knows %d", ErrNewerSchema, have, newest)
	}
	if _, err := p.Up(ctx); err != nil {
		var partial *goose.PartialError
		if errors.As(err, &partial) {
			err = partial.Err
		}
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}
