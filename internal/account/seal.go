package account

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
)

// ErrSealed is returned for a stored secret that can't be opened: it was sealed with another key, or was changed.
var ErrSealed = errors.New("a stored password can't be read with the keys of this installation: set it anew")

// seal closes a secret for storing, under a key that is not in the database. The name of what it is goes into the seal, so that one can't stand in another's place.
func (s *Service) seal(name, secret string) (string, error) {
	if secret == "" {
		return "", nil
	}
	box, err := s.sealer()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := io.ReadFull(s.Rand, nonce); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(secret), []byte(name))), nil
}

func (s *Service) unseal(name, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	box, err := s.sealer()
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < box.NonceSize() {
		return "", ErrSealed
	}
	secret, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(name))
	if err != nil {
		return "", ErrSealed
	}
	return string(secret), nil
}

func (s *Service) sealer() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.SealKey)
	if err != nil {
		return nil, fmt.Errorf("the key for stored passwords: %w", err)
	}
	return cipher.NewGCM(block)
}
