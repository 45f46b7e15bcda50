package main

import (
	"context"
	"sync"
	"time"

	"github.com/surveyd/surveyd/internal/store"
)

// accountZoneNow is the account's time zone, read again when a setting has changed.
type accountZoneNow struct {
	store *store.Store

	mu    sync.Mutex
	epoch int64
	zone  *time.Location
}

func (z *accountZoneNow) read(ctx context.Context) error {
	epoch := z.store.Epoch()
	zone, err := accountZone(ctx, z.store)
	if err != nil {
		return err
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.epoch, z.zone = epoch, zone
	return nil
}

// get gives the zone. When it can't be read, the last one stands: an answer is not refused for that.
func (z *accountZoneNow) get() *time.Location {
	z.mu.Lock()
	fresh := z.epoch == z.store.Epoch()
	z.mu.Unlock()
	if !fresh {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = z.read(ctx)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.zone
}
