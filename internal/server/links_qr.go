package server

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"github.com/surveyd/surveyd/web/templates"
)

// quietZone is the white margin that readers need, in modules.
const quietZone = 4

// qrCode draws an address. Level Q can be read with a quarter of it dirty or torn, which cards at a counter are.
func qrCode(address string) (templates.QRCode, error) {
	code, err := qr.Encode(address, qr.Q)
	if err != nil {
		return templates.QRCode{}, fmt.Errorf("draw a QR code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for code.Black(x+run, y) { // out of the code it is white
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quietZone, y+quietZone, run, run)
				x += run
			}
		}
	}
	return templates.QRCode{Size: code.Size + 2*quietZone, Path: path.String()}, nil
}
