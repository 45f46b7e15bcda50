package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Entry is one line of the audit log.
type Entry struct {
	Seq     int64 // 1, 2, 3 ... without gaps
	At      time.Time
	ActorID int64  // 0: the program or its operator
	Actor   string // the address at that time
	Action  string // "user.invite"; the words have a text for each under audit.user.invite
	Object  string // "user 42"; "": the account
	Detail  map[string]string
	Hash    string // over the entry and the hash before it, hex
}

// AuditFilter picks entries; zero values pick all.
type AuditFilter struct {
	Area    string // the part of the action before the dot
	ActorID int64
	Before  int64 // only entries with a smaller Seq, so a page can follow another
	After   int64 // only entries with a greater Seq
	Oldest  bool  // the oldest first; else the newest
}

// Record adds an entry to the audit log. Call it inside the transaction of the change it tells of: then both are stored or neither.
func (s *Service) Record(ctx context.Context, e Entry) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		seq, hash, err := s.Store.LockAudit(ctx)
		if err != nil {
			return err
		}
		e.Seq, e.At = seq+1, s.Now()
		e.Hash = e.chain(hash)
		return s.Store.AppendAudit(ctx, e)
	})
}

// chain is the hash of the entry that follows one with the hash before.
func (e Entry) chain(before string) string {
	// A slice of texts in JSON has one reading only; encoding/json sorts the keys of the map.
	text, err := json.Marshal([]any{before, e.Seq, e.At.UnixMilli(), e.ActorID, e.Actor, e.Action, e.Object, e.DetailText()})
	if err != nil {
		panic(fmt.Sprintf("account: texts and numbers do not fit into JSON: %v", err))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// DetailText is the detail as it is stored: JSON with sorted keys.
func (e Entry) DetailText() string {
	if len(e.Detail) == 0 {
		return "{}"
	}
	text, err := json.Marshal(e.Detail)
	if err != nil {
		panic(fmt.Sprintf("account: texts do not fit into JSON: %v", err))
	}
	return string(text)
}

// AuditLog gives at most limit entries, the newest first.
func (s *Service) AuditLog(ctx context.Context, f AuditFilter, limit int) ([]Entry, error) {
	return s.Store.AuditEntries(ctx, f, limit)
}

// VerifyAudit reads the whole audit log and returns how many entries it has. The error names the first entry that was changed, removed or put in.
func VerifyAudit(ctx context.Context, log Audits) (int64, error) {
	const page = 1000
	end, endHash, err := log.AuditHead(ctx)
	if err != nil {
		return 0, err
	}
	var seq int64
	hash := ""
	for seq < end {
		entries, err := log.AuditEntries(ctx, AuditFilter{After: seq, Oldest: true}, page)
		if err != nil {
			return seq, err
		}
		if len(entries) == 0 {
			return seq, fmt.Errorf("the audit log ends at entry %d, it had %d", seq, end)
		}
		for _, e := range entries {
			if e.Seq > end {
				break // added while we read
			}
			if e.Seq != seq+1 || e.Hash != e.chain(hash) {
				return seq, fmt.Errorf("the audit log was changed at entry %d", seq+1)
			}
			seq, hash = e.Seq, e.Hash
		}
	}
	if hash != endHash {
		return seq, fmt.Errorf("the audit log was changed at its end, entry %d", end)
	}
	return seq, nil
}
