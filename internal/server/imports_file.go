package server

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/surveyd/surveyd/internal/portage"
	"github.com/surveyd/surveyd/internal/survey"
	"github.com/surveyd/surveyd/web/templates/ui"
)

// uploadOverhead is what a form may have around its file, in bytes.
const uploadOverhead = 64 << 10

// upload takes a file and leads to the page of its columns. The file goes to the database as it comes, never into memory as a whole.
func (h *imports) upload(r *Request) error {
	body := &patient{r: r.HTTP().Body, conn: http.NewResponseController(r.Writer())}
	file, name, err := filePart(r.HTTP(), body)
	if err != nil {
		return err
	}
	problem := func(key string, args ...any) error {
		return h.listPage(r, http.StatusUnprocessableEntity, ui.Problems{{Field: "file", Text: r.Words.T(key, args...)}})
	}
	if file == nil || name == "" {
		return problem("import.problem.no_file")
	}
	run, err := h.Desk.Upload(r.HTTP().Context(), name, file, r.User.ID)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, portage.ErrTooLarge) || errors.As(err, &tooLarge):
		return problem("import.problem.too_large", "mb", h.Desk.Limit>>20)
	case errors.Is(err, portage.ErrHeader):
		return problem("import.problem.header")
	case body.gone:
		return errGone
	case err != nil:
		return err
	}
	return r.redirect("/imports/" + strconv.FormatInt(run.ID, 10))
}

// filePart finds the file in a form that is sent in parts, without reading it. It is nil when there is none.
func filePart(req *http.Request, body io.Reader) (io.Reader, string, error) {
	kind, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" || req.Header.Get("Content-Encoding") != "" {
		return nil, "", errMediaType
	}
	part, err := multipart.NewReader(body, params["boundary"]).NextRawPart()
	if errors.Is(err, io.EOF) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", errBadForm
	}
	if part.FormName() != "file" {
		return nil, "", errBadForm
	}
	return part, survey.CleanText(part.FileName()), nil
}

// patient moves the deadlines of a connection on while something comes: a long upload is no slow one.
type patient struct {
	r    io.Reader
	conn *http.ResponseController
	gone bool
}

// silence is how long a connection may stand still.
const silence = 30 * time.Second

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	// A connection that can't be told keeps the server's own limits.
	_ = p.conn.SetReadDeadline(time.Now().Add(silence))
	_ = p.conn.SetWriteDeadline(time.Now().Add(2 * silence))
	n, err := p.r.Read(b)
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &tooLarge) {
		p.gone = true
	}
	return n, err
}

// rejects sends the rows that were not imported.
func (h *imports) rejects(r *Request) error {
	run, err := h.run(r)
	if err != nil {
		return err
	}
	ctx := r.HTTP().Context()
	text, err := h.Desk.Files.Rejects(ctx, run.ID, 0)
	if err != nil {
		return err
	}
	if text == "" {
		return errNotFound
	}
	name := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '/' {
			return '_'
		}
		return c
	}, strings.TrimSuffix(run.File, ".csv"))
	w := download(r, "text/csv; charset=utf-8", name+".bad.csv")
	for no := 1; text != ""; no++ {
		if _, err := io.WriteString(w, text); err != nil {
			return errGone
		}
		if text, err = h.Desk.Files.Rejects(ctx, run.ID, no); err != nil {
			return err
		}
	}
	return nil
}

// download begins a file, whose name is ASCII without quotes.
func download(r *Request, kind, name string) io.Writer {
	w := r.Writer()
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.WriteHeader(http.StatusOK)
	return &steady{w: w, conn: http.NewResponseController(w)}
}

// steady moves the write deadline on with every write that got through.
type steady struct {
	w    io.Writer
	conn *http.ResponseController
}

// Write implements io.Writer.
func (s *steady) Write(b []byte) (int, error) {
	_ = s.conn.SetWriteDeadline(time.Now().Add(silence))
	return s.w.Write(b)
}
