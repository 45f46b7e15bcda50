package portage_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/surveyd/surveyd/internal/portage"
)

func readAll(t testing.TB, r *portage.Reader) (all []portage.Record) {
	t.Helper()
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		rec.Cells = slices.Clone(rec.Cells)
		all = append(all, rec)
	}
}

func TestRecordsAreReadAsTheyStand(t *testing.T) {
	long := strings.Repeat("x", portage.MaxRecord+1)
	for _, c := range []struct {
		name, file string
		want       [][]string // nil: a bad record
		lines      []int64
	}{
		{"plain", "a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}, []int64{1, 2}},
		{"no last line end, CRLF, empty lines", "a\r\n\r\n\nb", [][]string{{"a"}, {"b"}}, []int64{1, 4}},
		{"quotes", "\"a\nb\",\"c\"\"d\"\r\n,\"\"\n", [][]string{{"a\nb", `c"d`}, {"", ""}}, []int64{1, 3}},
		{"a quote inside a plain cell", "5\" pipe,x\n", [][]string{{`5" pipe`, "x"}}, []int64{1}},
		{"text behind a closing quote", "\"a\"b,c\nd,e\n", [][]string{nil, {"d", "e"}}, []int64{1, 2}},
		{"a quote that is never closed", "1,\"a\n2,b\n3,c\n", [][]string{nil, {"2", "b"}, {"3", "c"}}, []int64{1, 2, 3}},
		{"a record that is too long", "a,b\n" + long + ",1\nc,d\n", [][]string{{"a", "b"}, nil, {"c", "d"}}, []int64{1, 2, 3}},
		{"a quoted record that is too long", "\"" + long + "\",1\nc,d\n", [][]string{nil, {"c", "d"}}, []int64{1, 2}},
		{"the longest record", strings.Repeat("y", portage.MaxRecord) + "\nc\n", [][]string{{strings.Repeat("y", portage.MaxRecord)}, {"c"}}, []int64{1, 2}},
		{"too many columns", strings.Repeat(",", portage.MaxColumns) + "\na,b\n", [][]string{nil, {"a", "b"}}, []int64{1, 2}},
		{"the most columns", strings.Repeat(",", portage.MaxColumns-1) + "\n", [][]string{make([]string, portage.MaxColumns)}, []int64{1}},
	} {
		for how, src := range map[string]io.Reader{"at once": strings.NewReader(c.file), "in halves": iotest.HalfReader(strings.NewReader(c.file))} {
			got := readAll(t, portage.NewReader(src, ','))
			if len(got) != len(c.want) {
				t.Errorf("%s, %s: %d records, want %d", c.name, how, len(got), len(c.want))
				continue
			}
			for i, rec := range got {
				if rec.Line != c.lines[i] || !slices.Equal(rec.Cells, c.want[i]) || (rec.Bad == "") != (c.want[i] != nil) {
					t.Errorf("%s, %s: record %d is line %d, %.40q, %q", c.name, how, i, rec.Line, rec.Cells, rec.Bad)
				}
			}
		}
	}
}

// TestABombNeedsNoMemory reads 10 MiB of commas and 20 MiB behind an open quote.
func TestABombNeedsNoMemory(t *testing.T) {
	for name, file := range map[string][]byte{
		"commas":     bytes.Repeat([]byte(","), 10<<20),
		"open quote": append([]byte("a,\"b"), bytes.Repeat([]byte("c"), 20<<20)...),
		"open lines": bytes.Repeat([]byte("\"a\"\"\n"), 1<<20),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := portage.NewReader(bytes.NewReader(file), ',')
		for n := 0; ; n++ {
			if _, err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(2*len(file)+4<<20) {
			t.Errorf("%s: %d bytes of file made %d bytes of garbage", name, len(file), used)
		}
	}
}

// FuzzCSVRoundTrip writes two records of cells as an export does, and reads them back as an import does. encoding/csv must read the same.
func FuzzCSVRoundTrip(f *testing.F) {
	for _, s := range []string{"", "\t", "=1+1", " =x", "'=x", "''", "'", "-5", "＝x", "a\"b", "a\nb", "a\r\nb", "a,b", "\x00", "+\xff", "' @"} {
		f.Add(s, "plain", s)
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if len(a)+len(b)+len(c) > portage.MaxRecord/4 {
			return
		}
		want := [][]string{{a, b, c}, {c, a, b}}
		var file []byte
		for _, cells := range want {
			file = portage.AppendRecord(file, cells)
		}
		got := readAll(t, portage.NewReader(bytes.NewReader(file), ','))
		if len(got) != 2 {
			t.Fatalf("%d records came back of 2:\n%s", len(got), file)
		}
		for i, rec := range got {
			for j, cell := range rec.Cells {
				if strings.HasPrefix(strings.TrimLeft(cell, " "), "=") {
					t.Errorf("a spreadsheet takes %q for a formula", cell)
				}
				if portage.Plain(cell) != want[i][j] {
					t.Errorf("%q came back as %q", want[i][j], portage.Plain(cell))
				}
			}
		}
		std, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
		if err != nil || len(std) != 2 {
			t.Fatalf("encoding/csv reads %q, err %v", std, err)
		}
		for i, cells := range std {
			for j, cell := range cells {
				if want := strings.ReplaceAll(got[i].Cells[j], "\r\n", "\n"); cell != want { // it makes line ends alike
					t.Errorf("encoding/csv reads %q, not %q", cell, want)
				}
			}
		}
	})
}

func TestAHeaderComesBehindTheLineThatExcelReads(t *testing.T) {
	for file, want := range map[string]string{
		"sep=;\r\nrating;comment\n": "rating", "\"sep=;\"\nrating;comment\n": "rating", "SEP=;\n\nrating;comment\n": "rating", "rating;sep=;\n": "rating",
		"sep=x;rating\n": "sep=x", "sep=\nrating\n": "sep=",
	} {
		head, err := portage.NewReader(strings.NewReader(file), ';').Header()
		if err != nil || len(head.Cells) == 0 || head.Cells[0] != want {
			t.Errorf("%q: the first column is %q, want %q; %v", file, head.Cells, want, err)
		}
	}
}

func TestLoneCarriageReturnsEndLines(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"a,b\r1,2\r3,4\r", "a b|1 2|3 4"},
		{"a,b\r\n1,\"2\r3\"\r\n", "a b|1 2\r3"}, // there are line feeds: a carriage return in a cell is one
		{"a,b\r", "a b"},
		{"a,b\r" + strings.Repeat("1,2\r", 50_000) + "3,4", "a b" + strings.Repeat("|1 2", 50_000) + "|3 4"},
		{"a,b", "a b"},
		{"", ""},
	} {
		for how, src := range map[string]io.Reader{"at once": strings.NewReader(c.file), "byte by byte": iotest.OneByteReader(strings.NewReader(c.file))} {
			text, err := portage.Decode(src, portage.UTF8)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, rec := range readAll(t, portage.NewReader(text, ',')) {
				got = append(got, strings.Join(rec.Cells, " "))
			}
			if all := strings.Join(got, "|"); all != c.want {
				t.Errorf("%.30q %s reads as %.60q, want %.60q", c.file, how, all, c.want)
			}
		}
	}
}
