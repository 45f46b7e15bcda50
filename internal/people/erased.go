package people

import (
	"context"
	"fmt"
)

// Erased tells which of the addresses belong to people who asked to be forgotten, by FoldAddress. They must not be stored again.
func (in *Intake) Erased(ctx context.Context, addresses []string) (map[string]bool, error) {
	byKey := make(map[string]string, len(addresses))
	for _, a := range addresses {
		if a != "" {
			byKey[string(AddressKey(in.secret, a))] = FoldAddress(a)
		}
	}
	keys := make([][]byte, 0, len(byKey))
	for key := range byKey {
		keys = append(keys, []byte(key))
	}
	found, err := in.store.SuppressionsOf(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("look for erased people: %w", err)
	}
	erased := map[string]bool{}
	for _, s := range found {
		if s.Reason == Erased {
			erased[byKey[string(s.Key)]] = true
		}
	}
	return erased, nil
}
