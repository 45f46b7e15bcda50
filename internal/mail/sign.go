package mail

import (
	"bytes"
	"crypto"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/surveyd/surveyd/internal/account"
)

// signed are the headers that a signature covers. Receivers honour one-click unsubscribing only when both of its headers are among them.
var signed = []string{
	"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type", "Content-Language",
	"Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
}

// signer signs messages for a domain; its zero value leaves them as they are.
type signer struct {
	domain, selector string
	key              crypto.Signer
}

func newSigner(m account.MailServer) (signer, error) {
	if m.DKIMDomain == "" {
		return signer{}, nil
	}
	key, err := account.ParseDKIMKey(m.DKIMKey)
	if err != nil {
		return signer{}, fmt.Errorf("the key that signs mails: %w", err)
	}
	return signer{m.DKIMDomain, m.DKIMSelector, key}, nil
}

// sign puts a DKIM-Signature before the message.
func (s signer) sign(raw []byte) ([]byte, error) {
	if s.key == nil {
		return raw, nil
	}
	var out bytes.Buffer
	err := dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: s.domain, Selector: s.selector, Signer: s.key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return nil, fmt.Errorf("sign the message: %w", err)
	}
	return out.Bytes(), nil
}
