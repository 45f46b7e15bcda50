package server

import (
	"slices"
	"strings"

	"github.com/surveyd/surveyd/web/templates/ui"
)

// zoneNames are the time zones offered: those of the shops we expect, then one for each further hour of the day.
const zoneNames = `Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Bucharest Europe/Budapest
Europe/Chisinau Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/Ljubljana Europe/London Europe/Madrid
Europe/Minsk Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague Europe/Riga Europe/Rome Europe/Samara Europe/Sofia Europe/Stockholm Europe/Tallinn
Europe/Vienna Europe/Vilnius Europe/Volgograd Europe/Warsaw Europe/Zagreb Europe/Zurich
Africa/Cairo Africa/Johannesburg Africa/Lagos Africa/Nairobi
America/Anchorage America/Argentina/Buenos_Aires America/Bogota America/Chicago America/Denver America/Halifax America/Los_Angeles America/Mexico_City
America/New_York America/Santiago America/Sao_Paulo America/St_Johns America/Toronto
Asia/Almaty Asia/Baku Asia/Bangkok Asia/Dhaka Asia/Dubai Asia/Hong_Kong Asia/Irkutsk Asia/Jakarta Asia/Jerusalem Asia/Kamchatka Asia/Karachi Asia/Kolkata
Asia/Krasnoyarsk Asia/Magadan Asia/Manila Asia/Novosibirsk Asia/Omsk Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Tashkent Asia/Tbilisi Asia/Tokyo
Asia/Vladivostok Asia/Yakutsk Asia/Yekaterinburg Asia/Yerevan
Atlantic/Azores Atlantic/Reykjavik Australia/Adelaide Australia/Brisbane Australia/Perth Australia/Sydney
Pacific/Auckland Pacific/Honolulu UTC`

// zoneOptions offers the time zones, and the one in use when it is another.
func zoneOptions(selected string) []ui.Option {
	names := strings.Fields(zoneNames)
	if selected != "" && !slices.Contains(names, selected) {
		names = append([]string{selected}, names...)
	}
	options := make([]ui.Option, len(names))
	for i, name := range names {
		options[i] = ui.Option{Value: name, Label: strings.ReplaceAll(name, "_", " ")}
	}
	return ui.Select(selected, options)
}
