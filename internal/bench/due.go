package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/surveyd/surveyd/internal/asking"
	"github.com/surveyd/surveyd/internal/survey"
)

// benchDue compares finding what is due among the mails of a million purchases, sent long ago, with the same among few.
func benchDue(ctx context.Context, b *bench) error {
	small, err := b.asked(ctx, fewSent)
	if err != nil {
		return err
	}
	defer small.close()
	large, err := b.asked(ctx, manySent)
	if err != nil {
		return err
	}
	defer large.close()
	find := func(s *shop) measure {
		return func(ctx context.Context) (float64, error) {
			start := time.Now()
			found, err := s.st.LeaseMails(ctx, start, start.Add(time.Minute), dueAtOnce)
			took := time.Since(start)
			if err == nil && len(found) != dueAtOnce {
				err = fmt.Errorf("%d mails are due, not %d", len(found), dueAtOnce)
			}
			if err != nil {
				return 0, err
			}
			return float64(took.Microseconds()) / 1000, s.st.FreeMails(ctx)
		}
	}
	return b.compare(ctx, fmt.Sprintf("finding %d due mails beside %d / beside %d", dueAtOnce, manySent, fewSent), atMost(1.5), "ms", find(large), find(small))
}

// asked is a shop with n mails that were sent and their lines in the ledger, and some that are due. Its file is made once and kept.
func (b *bench) asked(ctx context.Context, n int) (*shop, error) {
	path := filepath.Join(b.dir, fmt.Sprintf("asked-%d.db", n))
	if _, err := os.Stat(path); err == nil {
		return openShop(ctx, path)
	}
	fmt.Fprintf(b.out, "filling a file with %d mails ...\n", n)
	for _, old := range []string{path + ".new", path + ".new-wal", path + ".new-shm"} {
		_ = os.Remove(old)
	}
	s, err := openShop(ctx, path+".new")
	if err != nil {
		return nil, err
	}
	if err := s.fillAsked(ctx, n); err != nil {
		s.close()
		return nil, err
	}
	s.close()
	if err := os.Rename(path+".new", path); err != nil {
		return nil, err
	}
	return openShop(ctx, path)
}

func (s *shop) fillAsked(ctx context.Context, n int) error {
	if err := s.asksAtOnce(ctx); err != nil {
		return err
	}
	for from := 0; from < n; from += 5000 {
		if err := s.st.InTx(ctx, func(ctx context.Context) error { return s.fillPart(ctx, from, min(5000, n-from)) }); err != nil {
			return err
		}
	}
	return s.buy(ctx, "due", dueAtOnce)
}

// fillPart writes mails that were sent, with their invitations and their lines in the ledger.
func (s *shop) fillPart(ctx context.Context, from, n int) error {
	var (
		invitations []survey.Invitation
		hashes      [][]byte
		mails       []asking.Mail
		entries     []asking.Entry
	)
	for i := range n {
		at := s.first.Add(time.Duration(from+i) * time.Second)
		v := survey.Invitation{
			ID: s.ids.Next(), SurveyID: s.survey.ID, Touchpoint: 1, Language: "en", State: string(asking.Sent), Nonce: survey.NewNonce(), KeyID: s.keys.Current(),
			CreatedAt: at, SentAt: at, ExpiresAt: at.AddDate(1, 0, 0),
		}
		invitations, hashes = append(invitations, v), append(hashes, survey.HashToken(v.ID.String()))
		mails = append(mails, asking.Mail{ID: s.ids.Next(), Kind: asking.AskMail, InvitationID: v.ID, State: asking.MailSent, DueAt: at, CreatedAt: at})
		for _, d := range []asking.Decision{asking.Scheduled, asking.Sent} {
			entries = append(entries, asking.Entry{ID: s.ids.Next(), At: at, InvitationID: v.ID, SurveyID: s.survey.ID, Decision: d})
		}
	}
	if _, err := s.st.PlanInvitations(ctx, invitations, hashes); err != nil {
		return err
	}
	if err := s.st.AddMails(ctx, mails); err != nil {
		return err
	}
	return s.st.AddEntries(ctx, entries)
}
