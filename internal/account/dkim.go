package account

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
)

// dkimBits is the size of the keys that we make: receivers honour it, and its record fits.
const dkimBits = 2048

// newDKIMKey makes a private key for signing mails, in PEM.
func (s *Service) newDKIMKey() (string, error) {
	key, err := rsa.GenerateKey(s.Rand, dkimBits)
	if err != nil {
		return "", fmt.Errorf("make a key for signing mails: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

// ParseDKIMKey reads a private key in PEM: RSA of at least 1024 bits, or Ed25519.
func ParseDKIMKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("this is no key in PEM form")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return strongEnough(key)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("this is no private key")
	}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		return strongEnough(key)
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, errors.New("mails are signed with RSA or Ed25519 keys only")
}

func strongEnough(key *rsa.PrivateKey) (crypto.Signer, error) {
	if key.N.BitLen() < 1024 {
		return nil, errors.New("an RSA key needs at least 1024 bits")
	}
	return key, nil
}

// DKIMRecord is the name and the text of the DNS record by which receivers check signatures; empty when mails are not signed.
func (m MailServer) DKIMRecord() (name, text string) {
	key, err := ParseDKIMKey(m.DKIMKey)
	if m.DKIMDomain == "" || err != nil {
		return "", ""
	}
	name = m.DKIMSelector + "._domainkey." + m.DKIMDomain
	if public, ok := key.Public().(ed25519.PublicKey); ok {
		return name, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", ""
	}
	return name, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}
