package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockServe makes sure that one process serves an SQLite file. The lock goes with the process, however it ends.
func lockServe(path string) (release func(), err error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, exitError{exitLocked, fmt.Errorf("another surveyd serves %s: stop it first, or use another --database", path)}
		}
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	return func() { _ = f.Close() }, nil
}
