package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"time"
)

// Errors of a call that is told apart from its repetition by a word of the caller's (Idempotency-Key).
var (
	ErrInFlight  = errors.New("the first call with this idempotency key is still being answered")
	ErrOtherCall = errors.New("the idempotency key belongs to another call")
)

const (
	replyKept  = 24 * time.Hour
	replyStale = 2 * time.Minute // no call takes so long: its process is gone
)

// Reply is what was answered to a call.
type Reply struct {
	Status int // of HTTP; 0: it is still being answered
	Body   string
}

// SavedReply is a reply with the call that it belongs to.
type SavedReply struct {
	Reply
	RequestHash []byte
	At          time.Time
}

// Replies keeps replies for a day. ClaimReply writes an unfinished one and is false when there is one already.
type Replies interface {
	ClaimReply(ctx context.Context, keyID int64, word string, requestHash []byte, at time.Time) (bool, error)
	Reply(ctx context.Context, keyID int64, word string) (SavedReply, error)
	FinishReply(ctx context.Context, keyID int64, word string, r Reply) error
	DeleteReply(ctx context.Context, keyID int64, word string, at time.Time) error
	DeleteRepliesBefore(ctx context.Context, at time.Time) error
}

// Once runs do in a transaction, unless the same call was answered in the last 24 hours: then it returns that reply again. word is the caller's, "" for none;
// call is all that makes the call: method, path, body. The reply is stored in the transaction of what do writes, so both are there or neither is. Another call
// with the word is ErrOtherCall, and ErrInFlight while the first one runs. A reply of 500 and above is not kept.
func (s *Service) Once(ctx context.Context, k Key, word string, call []byte, do func(context.Context) (Reply, error)) (r Reply, again bool, err error) {
	run := func(finish func(context.Context, Reply) error) error {
		return s.Store.InTx(ctx, func(ctx context.Context) error {
			if r, err = do(ctx); err != nil {
				return err
			}
			return finish(ctx, r)
		})
	}
	if word == "" {
		err = run(func(context.Context, Reply) error { return nil })
		return r, false, err
	}
	sum, now := sha256.Sum256(call), s.Now()
	old, err := s.claim(ctx, k.ID, word, sum[:], now)
	if err != nil || old.Status != 0 {
		return old, old.Status != 0, err
	}
	if err = run(func(ctx context.Context, r Reply) error { return s.Store.FinishReply(ctx, k.ID, word, r) }); err != nil {
		// The caller may try again. Where even this fails, the claim goes stale.
		err = errors.Join(err, s.Store.DeleteReply(context.WithoutCancel(ctx), k.ID, word, now))
	}
	return r, false, err
}

// claim takes a word for a call, or gives the reply that is there.
func (s *Service) claim(ctx context.Context, keyID int64, word string, sum []byte, now time.Time) (Reply, error) {
	for {
		mine, err := s.Store.ClaimReply(ctx, keyID, word, sum, now)
		if err != nil || mine {
			return Reply{}, err
		}
		old, err := s.Store.Reply(ctx, keyID, word)
		if errors.Is(err, ErrNotFound) {
			continue // the first call failed just now
		}
		if err != nil {
			return Reply{}, err
		}
		age := now.Sub(old.At)
		if age >= replyKept || old.Status == 0 && age >= replyStale {
			if err := s.Store.DeleteReply(ctx, keyID, word, old.At); err != nil {
				return Reply{}, err
			}
			continue
		}
		if subtle.ConstantTimeCompare(old.RequestHash, sum) == 0 {
			return Reply{}, ErrOtherCall
		}
		if old.Status == 0 {
			return Reply{}, ErrInFlight
		}
		return old.Reply, nil
	}
}
