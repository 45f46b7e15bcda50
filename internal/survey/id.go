package survey

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"strconv"
	"sync"
	"time"
)

// ID names a response, a contact or an invitation. Ids are ordered by the time they were made: 41 bits of milliseconds since 2025, 12 bits for the
// number of the writer, 10 bits of sequence. An id is never a secret, and in JSON it is a string.
type ID int64

// String is the decimal number.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// MarshalText makes JSON carry ids as strings: a number of this size does not survive JavaScript.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 64)
	*id = ID(n)
	return err
}

const (
	idEpoch    = 1735689600000 // 2025-01-01T00:00:00Z in unix milliseconds
	bucketBits = 12
	seqBits    = 10
	// MaxBucket is the highest number of a writer.
	MaxBucket = 1<<bucketBits - 1
)

// ErrBucket is returned for a writer's number out of 0..MaxBucket.
var ErrBucket = errors.New("the writer's number is out of range")

// IDs makes ids for one writer. It is safe for concurrent use.
type IDs struct {
	bucket int64
	now    func() time.Time

	mu   sync.Mutex
	last int64 // milliseconds since idEpoch
	seq  int64
}

// NewIDs makes ids with the writer's number, 0..MaxBucket, which no other running process may have, and the clock.
func NewIDs(bucket int64, now func() time.Time) (*IDs, error) {
	if bucket < 0 || bucket > MaxBucket {
		return nil, ErrBucket
	}
	return &IDs{bucket: bucket, now: now}, nil
}

// Next makes an id that is larger than every earlier one of this writer, even when the clock is set back. More than 1,024 a millisecond borrow from the next one.
func (g *IDs) Next() ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	ms := max(g.now().UnixMilli()-idEpoch, 0)
	switch {
	case ms > g.last:
		g.last, g.seq = ms, 0
	case g.seq < 1<<seqBits-1:
		g.seq++
	default:
		g.last, g.seq = g.last+1, 0
	}
	return ID(g.last<<(bucketBits+seqBits) | g.bucket<<seqBits | g.seq)
}

// ScatteredID makes an id of a day's answer that tells nothing of when in the day, or after which others, it was given. start is that of the day.
func ScatteredID(start time.Time) ID {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: it stops the program instead
	n := binary.BigEndian.Uint64(b[:])
	ms := max(start.UnixMilli()-idEpoch, 0) + int64(n>>(bucketBits+seqBits)%(24*3600*1000))
	return ID(ms<<(bucketBits+seqBits) | int64(n&(1<<(bucketBits+seqBits)-1)))
}

// Time is when the id was made, to the millisecond.
func (id ID) Time() time.Time { return time.UnixMilli(int64(id)>>(bucketBits+seqBits) + idEpoch).UTC() }
