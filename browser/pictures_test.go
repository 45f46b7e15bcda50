package browser

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// heaviest is how much a picture of the README may weigh, in bytes.
const heaviest = 150 << 10

// TestPictures looks at what the README shows. If SURVEYD_PICTURES names a folder, the pictures
// are written there: SURVEYD_PICTURES=../docs/pictures go test -run TestPictures .
func TestPictures(t *testing.T) {
	app := Serve(t, "demo") // of its own: no other test has changed it
	base := strings.TrimSuffix(app.Link(t, "dashboard"), "/dashboard")
	staff := Open(t, Look{})
	staff.Go(app.Link(t, "sign-in") + "?role=manager")
	staff.picture("dashboard", "/dashboard", base, Look{})
	staff.picture("dashboard-phone-dark", "/dashboard", base, Look{Width: 360, Dark: true})
	staff.Look(Look{})
	staff.Go(base + "/surveys")
	staff.must200("the survey", "main table a")
	staff.must200("the builder", "a[href$='/edit']")
	staff.picture("builder", strings.TrimPrefix(staff.Address(), base), base, Look{})
	customer := Open(t, Look{Width: 360})
	customer.picture("survey-phone", "/s/checkout-bg/9", base, Look{Width: 360})
}

// picture keeps the first screen of a page.
func (p *Page) picture(name, path, base string, look Look) {
	p.t.Helper()
	p.Look(look)
	if status := p.Go(base + path); status != http.StatusOK {
		p.t.Fatalf("%s answers %d", path, status)
	}
	shot, err := png.Decode(bytes.NewReader(run(p, chromedp.CaptureScreenshot())))
	p.must(err)
	var file bytes.Buffer
	p.must((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, paletted(shot)))
	if file.Len() > heaviest {
		p.t.Errorf("the picture %s weighs %d bytes, more than %d", name, file.Len(), heaviest)
	}
	if folder := os.Getenv("SURVEYD_PICTURES"); folder != "" {
		p.must(os.MkdirAll(folder, 0o755))
		p.must(os.WriteFile(filepath.Join(folder, name+".png"), file.Bytes(), 0o644))
	}
}

// paletted paints with the 256 colours that are there most: our pages have few, and blends of
// them at the edges of letters.
func paletted(from image.Image) *image.Paletted {
	counts := map[color.Color]int{}
	area := from.Bounds()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			counts[from.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int { return cmp.Compare(counts[b], counts[a]) })
	to := image.NewPaletted(area, colours[:min(len(colours), 256)])
	nearest := map[color.Color]uint8{}
	for c := range counts {
		nearest[c] = uint8(to.Palette.Index(c))
	}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			to.SetColorIndex(x, y, nearest[from.At(x, y)])
		}
	}
	return to
}
