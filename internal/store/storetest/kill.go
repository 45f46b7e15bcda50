package storetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Kill ends the server as a crash of the machine would: every process of it, at once, by SIGKILL.
func (s *Server) Kill() error {
	text, err := os.ReadFile(filepath.Join(s.dir, "cluster", "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("find the server's process: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return fmt.Errorf("find the server's process: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil { // so that it starts nothing while its children are counted
		return fmt.Errorf("stop the server's process: %w", err)
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return fmt.Errorf("find the server's processes: %w", err)
	}
	for _, field := range strings.Fields(string(children)) {
		if child, err := strconv.Atoi(field); err == nil {
			_ = syscall.Kill(child, syscall.SIGKILL) // it may have ended by itself
		}
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}

// Restart starts a killed server again, on the same data.
func (s *Server) Restart() error {
	var failed error
	for range 20 { // until the last of the killed processes has let go of the shared memory
		cmd := exec.Command(filepath.Join(s.bin, "pg_ctl"), "-D", filepath.Join(s.dir, "cluster"), "-l", filepath.Join(s.dir, "log"), "-w", "-t", "60", "start")
		cmd.Dir = s.dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Setsid: true}
		out, err := cmd.CombinedOutput()
		if err == nil {
			return nil
		}
		failed = errors.Join(fmt.Errorf("start PostgreSQL again: %w", err), errors.New(string(out)))
	}
	return failed
}
