package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v3"

	"github.com/surveyd/surveyd/internal/store"
)

// markSetting is the setting that tells which secrets a database was set up with.
const markSetting = "secrets_mark"

// mark tells secrets from others without telling anything of them.
func (s secrets) mark() (string, error) {
	key, err := s.derived("mark")
	return hex.EncodeToString(key[:min(len(key), 16)]), err
}

// secretsOf reads the keys that the flags name, and refuses those of another database.
func secretsOf(ctx context.Context, c *cli.Command, st *store.Store) (secrets, error) {
	return ownSecrets(ctx, st, secretsPath(c), false)
}

func secretsPath(c *cli.Command) string {
	return cmp.Or(c.String("secrets"), secretsFile(c.String(databaseFlag)))
}

// ownSecrets reads the keys that belong to the database, and makes the file where the database was never used with any. With others, links in mails that were
// sent would not open, and addresses that get no mail would not be known again: they are refused unless renew is set.
func ownSecrets(ctx context.Context, st *store.Store, path string, renew bool) (secrets, error) {
	all, err := st.Settings(ctx)
	if err != nil {
		return secrets{}, err
	}
	s, err := readSecrets(path)
	if errors.Is(err, fs.ErrNotExist) {
		if all[markSetting] != "" && !renew {
			return secrets{}, strangeSecrets(st, "there is no secrets file %s, and %s was set up with one", path)
		}
		s, err = createSecrets(path)
	}
	if err != nil {
		return secrets{}, err
	}
	mark, err := s.mark()
	if err != nil {
		return secrets{}, err
	}
	stored, err := st.ClaimSetting(ctx, markSetting, mark)
	switch {
	case err != nil || stored == mark:
		return s, err
	case renew:
		return s, st.SetSetting(ctx, markSetting, mark)
	}
	return secrets{}, strangeSecrets(st, "the secrets file %s is not the one that %s was set up with", path)
}

func strangeSecrets(st *store.Store, what, path string) error {
	return exitError{exitUsage, fmt.Errorf(what+`: put the old file in its place, or name it with --secrets. With other keys
links in mails that were sent do not open, and whoever was erased or unsubscribed is not known again. If the old file is lost,
surveyd serve --renew-secrets goes on without it`, path, st.Describe())}
}
