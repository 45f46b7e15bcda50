package main

import (
	"errors"
	"io/fs"
	"os"
)

// createFile makes a file for what a command writes, readable by its owner alone. A file that is there is never written over: it may be the database itself.
// Pipes and devices, such as /dev/null, are written to as they are.
func createFile(path string) (*os.File, error) {
	if err := mayCreate(path); err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.OpenFile(path, os.O_WRONLY, 0)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, existsError(path)
	}
	return f, err
}

// mayCreate tells beforehand what createFile would refuse.
func mayCreate(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type()&(fs.ModeNamedPipe|fs.ModeCharDevice) != 0:
		return nil
	}
	return existsError(path)
}

func existsError(path string) error {
	return usage("%s exists already: name a file that does not", path)
}

// lateFile is a file that is made with the first write to it.
type lateFile struct {
	path string
	file *os.File
}

// Write implements io.Writer.
func (f *lateFile) Write(b []byte) (n int, err error) {
	if f.file == nil {
		if f.file, err = createFile(f.path); err != nil {
			return 0, err
		}
	}
	return f.file.Write(b)
}

// Close implements io.Closer.
func (f *lateFile) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
