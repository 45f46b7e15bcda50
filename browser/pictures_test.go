package browser

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
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
	p.must((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, coarser(shot)))
	if file.Len() > heaviest {
		p.t.Errorf("the picture %s weighs %d bytes, more than %d", name, file.Len(), heaviest)
	}
	if folder := os.Getenv("SURVEYD_PICTURES"); folder != "" {
		p.must(os.MkdirAll(folder, 0o755))
		p.must(os.WriteFile(filepath.Join(folder, name+".png"), file.Bytes(), 0o644))
	}
}

// coarser leaves out shades that nobody sees and that make a file large.
func coarser(from image.Image) image.Image {
	area := from.Bounds()
	to := image.NewNRGBA(area)
	step := func(c uint32) uint8 { return uint8(min(c>>8+4, 255) &^ 7 * 255 / 248) }
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, b, _ := from.At(x, y).RGBA()
			to.SetNRGBA(x, y, color.NRGBA{step(r), step(g), step(b), 255})
		}
	}
	return to
}
