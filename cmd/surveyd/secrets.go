package main

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// secrets are the keys of this installation. They stand in a file of their own beside the database, so that a copy of the database alone opens no link.
type secrets struct {
	// LinkKeys sign personal links, answer addresses and forms. The last one signs new links; the others keep links working that were sent.
	LinkKeys []linkKey `json:"link_keys"`
	// AccountKey hides whose attempts to sign in are counted. The keys of other purposes are derived from it.
	AccountKey []byte `json:"account_key"`
}

type linkKey struct {
	ID  int64  `json:"id"`
	Key []byte `json:"key"`
}

const keyBytes = 32

// readSecrets reads the file. It returns fs.ErrNotExist where there is none.
func readSecrets(path string) (secrets, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return secrets{}, fmt.Errorf("read the secrets: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return secrets{}, fmt.Errorf("read the secrets: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return secrets{}, fmt.Errorf("%s may be read by others: run chmod 600 on it", path)
	}
	var s secrets
	if err := json.Unmarshal(text, &s); err != nil {
		return secrets{}, fmt.Errorf("%s can't be read: %w", path, err)
	}
	if len(s.LinkKeys) == 0 {
		return secrets{}, fmt.Errorf("%s holds no link key", path)
	}
	for _, k := range s.LinkKeys {
		if len(k.Key) < keyBytes {
			return secrets{}, fmt.Errorf("%s: link key %d has %d bytes, it must have %d", path, k.ID, len(k.Key), keyBytes)
		}
	}
	if len(s.AccountKey) < keyBytes {
		return secrets{}, fmt.Errorf("%s: the account key has %d bytes, it must have %d", path, len(s.AccountKey), keyBytes)
	}
	return s, nil
}

// newSecrets makes keys. Reading random bytes never fails: it stops the program instead.
func newSecrets() secrets {
	keys := make([]byte, 2*keyBytes)
	_, _ = rand.Read(keys)
	return secrets{LinkKeys: []linkKey{{ID: 1, Key: keys[:keyBytes]}}, AccountKey: keys[keyBytes:]}
}

// derived makes a key for one purpose out of the account key: "addresses" names suppressed addresses, "seal" closes stored passwords.
func (s secrets) derived(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, s.AccountKey, nil, "surveyd "+purpose, keyBytes)
}

// createSecrets makes the file with new keys (mode 0600).
func createSecrets(path string) (secrets, error) {
	s := newSecrets()
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return secrets{}, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return secrets{}, fmt.Errorf("make the secrets file: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return secrets{}, fmt.Errorf("write the secrets: %w", err)
	}
	return s, nil
}
