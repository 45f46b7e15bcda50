package storetest

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// guardScript owns the server: see the comments in guard.sh.
//
//go:embed guard.sh
var guardScript string

// installHint ends every error about a missing PostgreSQL.
const installHint = "install it (Debian: apt-get install postgresql) or set SURVEYD_TEST_POSTGRES to the postgres:// URL of a running server"

// Options of a server.
type Options struct {
	// Fsync makes commits wait for the disk, as in production. Leave it off unless the test is
	// about speed: a killed server loses nothing either way, a lost machine is not tested.
	Fsync bool
}

// Server is a PostgreSQL of our own, reachable only through a socket in its temporary folder.
type Server struct {
	dsn   string
	dir   string
	bin   string              // folder of pg_ctl
	as    *syscall.Credential // nil: ourselves
	guard *exec.Cmd
	stdin io.WriteCloser // the guard stops the server when this is closed
}

// Start makes a new cluster in a temporary folder and returns when it accepts connections. The
// server stops, and its folder goes, with Stop or when this process ends, even by SIGKILL.
// As root the server runs as the user postgres, because it refuses to run as root.
func Start(opt Options) (*Server, error) {
	bin, err := findPrograms("/usr/lib/postgresql/*/bin")
	if err != nil {
		return nil, err
	}
	credential, err := serverUser(os.Geteuid())
	if err != nil {
		return nil, err
	}
	dir, err := makeDir(credential)
	if err != nil {
		return nil, fmt.Errorf("make the server's folder: %w", err)
	}
	dsn := "postgres:///postgres?" + url.Values{"host": {dir}, "user": {"postgres"}}.Encode()
	srv := &Server{dir: dir, dsn: dsn, bin: bin, as: credential}
	if err := srv.run(bin, credential, opt); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return srv, nil
}

// run starts the guard and waits until it says that the server is ready.
func (s *Server) run(bin string, credential *syscall.Credential, opt Options) error {
	fsync := "off"
	if opt.Fsync {
		fsync = "on"
	}
	s.guard = exec.Command("/bin/sh", "-c", guardScript, "guard", bin, s.dir, fsync)
	s.guard.Dir = s.dir
	s.guard.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	// A session of its own, so that Ctrl-C in the terminal does not reach the guard first.
	s.guard.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Setsid: true}
	stdin, err := s.guard.StdinPipe()
	if err != nil {
		return err
	}
	s.stdin = stdin
	stdout, err := s.guard.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.guard.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "ready\n" {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return errors.Join(fmt.Errorf("PostgreSQL did not start, its log says:\n%s", log), s.Stop())
	}
	return nil
}

// DSN is the postgres:// URL of the server's one database, as its superuser.
func (s *Server) DSN() string { return s.dsn }

// Stop ends the server, removes its folder and returns when both are gone. Open connections
// are cut.
func (s *Server) Stop() error {
	if err := s.stdin.Close(); err != nil {
		return err
	}
	if err := s.guard.Wait(); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	return nil
}

// findPrograms returns the folder that holds initdb and pg_ctl: the highest version that
// matches the pattern, else the one on PATH.
func findPrograms(pattern string) (string, error) {
	dirs, err := filepath.Glob(pattern)
	if err != nil {
		return "", err
	}
	slices.SortFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	for _, dir := range dirs {
		if _, err := exec.LookPath(filepath.Join(dir, "initdb")); err == nil {
			return dir, nil
		}
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", fmt.Errorf("this test needs PostgreSQL, and there is no initdb in %s nor on PATH: %s", pattern, installHint)
}

// version reads 15 out of /usr/lib/postgresql/15/bin; 0 if there is no number.
func version(dir string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	if err != nil {
		return 0
	}
	return n
}

// serverUser is who the server runs as: nil, meaning ourselves, unless we are root.
func serverUser(euid int) (*syscall.Credential, error) {
	if euid != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses to run as root and there is no user postgres (%w): %s", err, installHint)
	}
	uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// makeDir makes the folder of the server, owned by its user. The path of a socket is at most
// 107 bytes, so a long TMPDIR is passed over; so is one that the user postgres may not enter.
func makeDir(credential *syscall.Credential) (string, error) {
	parent := os.TempDir()
	if credential != nil || len(parent) > 60 {
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "surveyd-postgres-")
	if err != nil || credential == nil {
		return dir, err
	}
	if err := os.Chown(dir, int(credential.Uid), int(credential.Gid)); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}
