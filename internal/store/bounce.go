package store

import (
	"context"
	"fmt"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

// MailByMessageID finds the mail with this Message-ID, without < >. It returns survey.ErrNotFound.
func (s *Store) MailByMessageID(ctx context.Context, id string) (asking.Mail, error) {
	found, err := s.mails(ctx, `WHERE message_id = $1 AND message_id <> '' LIMIT 1`, id)
	return first(found, err)
}

// MailBefore finds the newest mail to a contact that the mail server took before another one. It returns survey.ErrNotFound.
func (s *Store) MailBefore(ctx context.Context, contact, mail survey.ID) (asking.Mail, error) {
	found, err := s.mails(ctx, `WHERE contact_id = $1 AND state = 'sent' AND id < $2 ORDER BY id DESC LIMIT 1`, int64(contact), int64(mail))
	return first(found, err)
}

func first(found []asking.Mail, err error) (asking.Mail, error) {
	if err != nil {
		return asking.Mail{}, fmt.Errorf("find a mail: %w", err)
	}
	if len(found) == 0 {
		return asking.Mail{}, survey.ErrNotFound
	}
	return found[0], nil
}

// CountBounces notes how many mails in a row a contact's address did not take for now.
func (s *Store) CountBounces(ctx context.Context, contact survey.ID, n int64) error {
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE contact SET bounces = $1 WHERE id = $2`, n, int64(contact)); err != nil {
		return fmt.Errorf("count what came back: %w", err)
	}
	return nil
}

// ForgetBounces lets a contact's address count as one that takes mail.
func (s *Store) ForgetBounces(ctx context.Context, contact survey.ID) error {
	if _, err := s.x(ctx).ExecContext(ctx, `UPDATE contact SET bounced_at = NULL, bounces = 0 WHERE id = $1`, int64(contact)); err != nil {
		return fmt.Errorf("forget what came back: %w", err)
	}
	return nil
}
