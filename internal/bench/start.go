package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// idleAfter is how long the program is left alone before its memory is read.
const idleAfter = 3 * time.Second

// benchStart measures how soon serve answers on the large file, and how much memory it then keeps.
func benchStart(ctx context.Context, b *bench) error {
	large, err := b.filled(ctx, b.large)
	if err != nil {
		return err
	}
	program := filepath.Join(b.dir, "surveyd")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/surveyd/surveyd/cmd/surveyd").CombinedOutput(); err != nil {
		return fmt.Errorf("build surveyd: %w\n%s", err, out)
	}
	var took, resident []float64
	for range b.rounds {
		ms, mib, err := startOnce(ctx, program, large)
		if err != nil {
			return err
		}
		took, resident = append(took, ms), append(resident, mib)
	}
	b.report(fmt.Sprintf("start to first page, %d answers", b.large), median(took), "ms", atMost(200), fmt.Sprintf("rounds %.3v", took))
	b.report(fmt.Sprintf("resident memory, idle, %d answers", b.large), median(resident), "MiB", atMost(40), fmt.Sprintf("rounds %.3v", resident))
	return nil
}

// startOnce starts the program, asks for a survey page and stops it again.
func startOnce(ctx context.Context, program, database string) (ms, mib float64, err error) {
	cmd := exec.CommandContext(ctx, program, "serve", "--database", database, "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, cmd.Process.Signal(os.Interrupt), cmd.Wait()) }()
	address := ""
	for sc := bufio.NewScanner(out); address == "" && sc.Scan(); {
		if rest, ok := strings.CutPrefix(sc.Text(), "listen "); ok {
			address = strings.TrimSpace(rest)
		}
	}
	res, err := http.Get(address + "/s/" + slug)
	if err != nil {
		return 0, 0, err
	}
	ms = time.Since(start).Seconds() * 1000
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		return 0, 0, fmt.Errorf("the survey page: status %d, %w", res.StatusCode, err)
	}
	time.Sleep(idleAfter)
	mib, err = residentMemory(cmd.Process.Pid)
	return ms, mib, err
}

// residentMemory of a process, in MiB.
func residentMemory(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024, err
		}
	}
	return 0, errors.New("the system does not say how much memory the process has")
}
