package followup

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/surveyd/surveyd/internal/account"
	"github.com/surveyd/surveyd/internal/survey"
)

// Mailbox tells where customers' answers by mail are taken.
type Mailbox interface {
	MailReturns(ctx context.Context) (account.MailReturns, error)
}

var (
	tagLetters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
	tagBytes   = 8 // of the id, and after it
	macBytes   = 12
)

// Tag is what stands behind the plus sign in the address for answers about a case. Nobody can make one for another case.
func (p *Replies) tag(id survey.ID) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(id))
	return tagLetters.EncodeToString(append(raw, p.mac(raw)...))
}

func (p *Replies) mac(raw []byte) []byte {
	m := hmac.New(sha256.New, p.tags)
	m.Write([]byte("case1|"))
	m.Write(raw)
	return m.Sum(nil)[:macBytes]
}

// readTag gives the case of a tag, false for one that was not made here.
func (p *Replies) readTag(tag string) (survey.ID, bool) {
	raw, err := tagLetters.DecodeString(tag)
	if err != nil || len(raw) != tagBytes+macBytes || !hmac.Equal(raw[tagBytes:], p.mac(raw[:tagBytes])) {
		return 0, false
	}
	return survey.ID(binary.BigEndian.Uint64(raw)), true
}

// answersTo is the address for answers about a case; "": they are not taken here.
func (p *Replies) answersTo(ctx context.Context, id survey.ID) (string, error) {
	m, err := p.mailbox.MailReturns(ctx)
	if err != nil && !errors.Is(err, account.ErrSealed) { // the mailbox's password has nothing to do with it
		return "", err
	}
	local, domain, ok := strings.Cut(m.Answers, "@")
	if !ok || !m.AnswerTags {
		return m.Answers, nil
	}
	return local + "+" + p.tag(id) + "@" + domain, nil
}
